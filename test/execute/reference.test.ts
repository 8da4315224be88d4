import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import {
  expf,
  fastSigmoid,
  fastTanh,
  sigmoid,
  tanhf,
} from '../../src/execute/reference-activation.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';

const models = resolve(import.meta.dirname, '../../models');
const programOf = (id: string): Program => {
  const text = readFileSync(resolve(models, `${id}.nam`), 'utf8');
  return compile(slim(parseModel(text, `${id}.nam`), 'full').network);
};

/** Distance in units of the last place of a float32. */
const ulps = (a: number, b: number): number => {
  const bits = new Int32Array(Float32Array.of(a, b).buffer);
  return Math.abs((bits[0] ?? 0) - (bits[1] ?? 0));
};

const arguments32 = Array.from({ length: 40_001 }, (_, i) => Math.fround((i - 20_000) / 1800));

describe('the float32 functions', () => {
  test('tanh is within one unit of the last place of the exact value', () => {
    for (const x of [...arguments32, 1e-30, 1e-6, 0.019, 0.0201, 50, -50]) {
      expect(ulps(tanhf(x), Math.tanh(x))).toBeLessThanOrEqual(1);
    }
  });

  test('exp is within one unit of the last place of the exact value', () => {
    for (const x of [...arguments32, 88.7, -87, -100, 1e-20]) {
      expect(ulps(expf(x), Math.exp(x))).toBeLessThanOrEqual(1);
    }
  });

  test('the ends are the limits', () => {
    expect([expf(1000), expf(-1000), tanhf(1000), tanhf(-1000)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      1,
      -1,
    ]);
    expect([sigmoid(-1000), sigmoid(1000)]).toEqual([0, 1]);
    expect(Number.isNaN(tanhf(Number.NaN)) && Number.isNaN(expf(Number.NaN))).toBe(true);
  });

  test('fast tanh and its sigmoid are within 0.001 of the true ones', () => {
    for (const x of arguments32) {
      expect(Math.abs(fastTanh(x) - Math.tanh(x))).toBeLessThan(1e-3);
      expect(Math.abs(fastSigmoid(x) - 1 / (1 + Math.exp(-x)))).toBeLessThan(1e-3);
    }
  });
});

const noise = (frames: number): Float32Array =>
  Float32Array.from({ length: frames }, (_, i) => (((i * 7919) % 2003) / 2003 - 0.5) * 0.9);

describe('the reference executor', () => {
  test('starts over after a reset, whatever it has heard', () => {
    for (const id of ['a1-nano', 'lstm-1x3', 'slim-8']) {
      const executor = createReferenceExecutor(programOf(id));
      const first = new Float32Array(300);
      executor.process(noise(300), first, 300);
      executor.process(new Float32Array(300).fill(3), new Float32Array(300), 300);
      executor.reset();
      const second = new Float32Array(300);
      executor.process(noise(300), second, 300);
      expect(second).toEqual(first);
    }
  });

  test('gives the sound of a saturated silence before the first sample', () => {
    const executor = createReferenceExecutor(programOf('a1-nano'));
    const output = new Float32Array(100);
    executor.process(new Float32Array(100), output, 100);
    expect(new Set(output).size).toBe(1);
  });

  test('reports the arguments of tanh: one a channel, layer and sample', () => {
    let tanh = 0;
    const layers = new Set<string>();
    const executor = createReferenceExecutor(programOf('a1-nano'), {
      tanh: 'libm',
      onLibraryCalls: ({ layer, fn, count }) => {
        if (fn === 'tanh') tanh += count;
        layers.add(layer);
      },
    });
    tanh = 0;
    executor.process(noise(50), new Float32Array(50), 50);
    expect(tanh).toBe(50 * (7 * 4 + 13 * 2));
    expect(layers.size).toBe(20);
  });

  test('reports no library calls with the fast tanh', () => {
    const calls: string[] = [];
    const executor = createReferenceExecutor(programOf('lstm-1x3'), {
      tanh: 'fast',
      onLibraryCalls: ({ fn }) => calls.push(fn),
    });
    executor.process(noise(50), new Float32Array(50), 50);
    expect(calls).toEqual([]);
  });

  test('the LSTM asks for three exp and two tanh a unit and sample', () => {
    const calls = { tanh: 0, exp: 0 };
    const executor = createReferenceExecutor(programOf('lstm-1x3'), {
      tanh: 'libm',
      onLibraryCalls: ({ fn, count }) => {
        calls[fn] += count;
      },
    });
    calls.tanh = 0;
    calls.exp = 0;
    executor.process(noise(10), new Float32Array(10), 10);
    expect(calls).toEqual({ tanh: 10 * 3 * 2, exp: 10 * 3 * 3 });
  });
});
