import { expect, test } from 'vitest';
import { namCore } from '../../src/engine/nam-core/engine.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { instructionsPerSample, target, worstDifference } from './planar-neon-counts.ts';

const program = (taps: number, implementation = 'auto'): Program => {
  const weights = Array.from(
    { length: taps },
    (_, i) => Math.sin(i * i) * Math.exp((-6 * i) / taps),
  );
  const file = {
    version: '0.5.4',
    architecture: 'Linear',
    config: { receptive_field: taps, bias: true, implementation },
    weights: [...weights.map((w) => w / 16), 0.125],
    sample_rate: 48000,
  };
  return compile(slim(parseModel(JSON.stringify(file), 'ir.nam'), 'full').network);
};

const a53 = target('aarch64', 'cortex-a53');
const m7 = target('thumb2-vfp', 'cortex-m7');

const lower = (of: Program, blockFrames: number, on = a53) =>
  namCore.lower(of, on, { blockFrames, tanh: 'fast' });

test('long impulse responses by partitioned FFT give the samples of the plain product', () => {
  for (const [taps, frames, blocks] of [
    [700, 64, 24],
    [1024, 256, 8],
    [900, 512, 4],
    [2100, 128, 24],
  ] as const) {
    const of = program(taps);
    const label = `${taps} taps, blocks of ${frames}`;
    expect(worstDifference(of, lower(of, frames), blocks), label).toBeLessThan(1e-5);
  }
  const of = program(520);
  expect(worstDifference(of, lower(of, 64, m7), 20)).toBeLessThan(1e-5);
});

test('short ones, and those that ask for it, are plain products', () => {
  for (const of of [program(200), program(24), program(700, 'direct')]) {
    expect(worstDifference(of, lower(of, 48), 20)).toBeLessThan(1e-5);
    expect(lower(of, 64).steps.some(({ perBlock, kind }) => perBlock < 1 && kind !== 'ring')).toBe(
      false,
    );
  }
});

test('the transforms come in bursts: in one block of four at 64 frames and 2,048 taps', () => {
  const lowered = lower(program(2048), 64);
  const bursts = lowered.steps.filter(({ kind }) => kind === 'transform' || kind === 'product');
  expect(new Set(bursts.map(({ perBlock }) => perBlock))).toEqual(new Set([1 / 4]));
  // Counted in an emulator (GCC 12.2 -O3, Cortex-A53): 831 instructions a sample.
  expect(instructionsPerSample(lowered).total / 831).toBeCloseTo(1, 1);
});
