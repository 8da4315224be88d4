import { describe, expect, test } from 'vitest';
import { activate } from '../../src/engine/pedalbench/activation.ts';
import { TileWriter } from '../../src/engine/pedalbench/tile-writer.ts';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import type { Activation } from '../../src/nam/network.ts';
import { runTemplate, Words } from './interpreter/run-template.ts';

const target: Target = {
  isa: 'wasm',
  lanes: 4,
  vectorRegisters: 16,
  tune: 'generic',
  fma: false,
  fastMath: false,
};

/** The activation's instructions on all of `values`, four at a time, with and without fused operations. */
function outputs(
  activation: Activation,
  values: readonly number[],
  fma: boolean,
  isa: Target['isa'] = target.isa,
): number[] {
  const builder = new KernelBuilder();
  const data = builder.slot('data');
  const kit = new TileWriter(builder, { ...target, isa, fma });
  builder.loop(values.length / 4, (i) => {
    const at = builder.at(data, 0, i.times(4));
    const x = builder.load(at, 4);
    builder.store(activate(kit.math(4), activation, x, { tanh: 'libm' }), at, 4);
  });
  const memory = new Words(values.length);
  memory.floats.set(values);
  runTemplate(builder.build('activation'), memory, [0]);
  return [...memory.floats];
}

/** Both signs, from tiny to far beyond saturation, dense around one. */
const arguments_ = Array.from({ length: 40_000 }, (_, i) => {
  const size = i % 2 === 0 ? 2 ** (-24 + (i * 31) / 40_000) : (i / 40_000) * 12;
  return Math.fround(i % 4 < 2 ? size : -size);
});

const ulp = (value: number): number => {
  const size = Math.abs(Math.fround(value));
  return size < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(size)) - 23);
};

const worstUlps = (
  activation: Activation,
  exact: (x: number) => number,
  range: (x: number) => boolean,
  fma: boolean,
  isa?: Target['isa'],
): number => {
  const values = arguments_.filter(range);
  const used = values.slice(0, 4 * Math.floor(values.length / 4));
  const got = outputs(activation, used, fma, isa);
  return used.reduce((worst, x, i) => {
    const want = exact(x);
    return Math.max(worst, Math.abs(got[i]! - want) / ulp(want));
  }, 0);
};

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const all = (): boolean => true;
const tiny = [0, Math.fround(1e-30), Math.fround(-1e-30), 0];

describe.each([false, true])('with fused operations: %s', (fma) => {
  test('tanh is within two units in the last place', () => {
    expect(worstUlps({ type: 'Tanh' }, Math.tanh, all, fma, 'aarch64')).toBeLessThan(2);
    expect(outputs({ type: 'Tanh' }, tiny, fma, 'aarch64')).toEqual(tiny);
  });

  test('tanh of WebAssembly, a ratio, is within 4.2e-7 of its value everywhere', () => {
    const used = [...arguments_, ...tiny.slice(1, 3), 1, 1];
    const got = outputs({ type: 'Tanh' }, used, fma);
    const errors = used.map((x, i) => Math.abs((got[i] ?? 0) / Math.tanh(x) - 1));
    expect(Math.max(...errors)).toBeLessThan(4.2e-7);
    expect(outputs({ type: 'Tanh' }, [0, 0, 0, 0], fma)).toEqual([0, 0, 0, 0]);
  });

  test('sigmoid is within three units in the last place, far down its tail too', () => {
    const range = (x: number): boolean => Math.abs(x) < 60;
    expect(worstUlps({ type: 'Sigmoid' }, logistic, range, fma)).toBeLessThan(3);
    expect(worstUlps({ type: 'SiLU' }, (x) => x * logistic(x), range, fma)).toBeLessThan(4);
  });

  test('saturation is clean: nothing above one, not-a-number stays', () => {
    const ends = [200, -200, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(outputs({ type: 'Tanh' }, ends, fma)).toEqual([1, -1, 1, -1]);
    expect(outputs({ type: 'Sigmoid' }, [200, 1e30, -200, 0], fma).slice(0, 2)).toEqual([1, 1]);
    expect(outputs({ type: 'Tanh' }, [Number.NaN, 0, 0, 0], fma)[0]).toBeNaN();
  });

  test('leaks follow the sign of the argument, for slopes above one too', () => {
    const leaky = (slope: number): number[] =>
      outputs({ type: 'LeakyReLU', negativeSlopes: [slope] }, [-2, 2, -0.5, 0], fma);
    expect(leaky(0.5)).toEqual([-1, 2, -0.25, 0]);
    expect(leaky(3)).toEqual([-6, 2, -1.5, 0]);
  });
});
