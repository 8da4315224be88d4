import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { receptiveField } from '../../src/nam/measure.ts';
import type { Model } from '../../src/nam/model.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { pluck } from '../../tools/draw.ts';
import { generateModels } from '../../tools/generate-models.ts';

const folder = resolve(import.meta.dirname, '../../models');
const load = (id: string): Model =>
  parseModel(readFileSync(join(folder, `${id}.nam`), 'utf8'), `models/${id}.nam`);

test('generating the models again gives the committed files, byte for byte', () => {
  const generated = generateModels();
  expect(readdirSync(folder).filter((name) => name.endsWith('.nam'))).toEqual(
    [...generated.keys()].sort(),
  );
  for (const [name, text] of generated) {
    expect(readFileSync(join(folder, name), 'utf8') === text, `${name} differs`).toBe(true);
  }
});

test.each([
  ['a2', [1871, 12146]],
  ['a1-standard', [13802]],
  ['a1-lite', [6554]],
  ['a1-feather', [3026]],
  ['a1-nano', [842]],
  ['a1-nano-relu', [842]],
  ['lstm-1x3', [70]],
  ['lstm-1x16', [1201]],
] as const)('%s has the weights of the official shape: %j', (id, weights) => {
  expect(widthsOf(load(id)).map((width) => width.weights)).toEqual(weights);
});

test('the slimmable models have the widths they were made for', () => {
  expect(widthsOf(load('a2')).map((width) => width.label)).toEqual(['lite', 'full']);
  expect(widthsOf(load('slim-a1')).map((width) => width.label)).toEqual([
    'ch:4/2',
    'ch:8/4',
    'ch:12/6',
    'ch:16/8',
  ]);
  expect(widthsOf(load('slim-8')).map((width) => width.channels)).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((channels) => [channels]),
  );
});

test('the receptive fields are those of A1 (4,093 samples) and A2 (6,347)', () => {
  expect(receptiveField(slim(load('a1-standard'), 'full').network)).toBe(4093);
  expect(receptiveField(slim(load('a1-nano'), 'full').network)).toBe(4093);
  expect(receptiveField(slim(load('a2'), 'lite').network)).toBe(6347);
});

test('an A2 network of C channels takes 179 C^2 + 40 C multiply-accumulates', () => {
  const macs = widthsOf(load('a2')).map((width) => width.macsPerSample);
  expect(macs).toEqual([3, 8].map((c) => 179 * c * c + 40 * c));
});

const render = (model: Model, width: string, input: Float32Array): Float32Array => {
  const executor = createReferenceExecutor(compile(slim(model, width).network));
  const output = new Float32Array(input.length);
  executor.process(input, output, input.length);
  return output;
};

/** NAM's error-to-signal ratio, without its pre-emphasis. */
const errorToSignal = (output: Float32Array, target: Float32Array): number => {
  let error = 0;
  let signal = 0;
  for (let i = 0; i < target.length; i++) {
    error += ((output[i] ?? 0) - (target[i] ?? 0)) ** 2;
    signal += (target[i] ?? 0) ** 2;
  }
  return error / signal;
};

test.each(['a2', 'slim-a1', 'slim-8'])(
  'the narrower %s is, the further it is from its full width',
  (id) => {
    const model = load(id);
    const input = pluck(8000, 3);
    const full = render(model, 'full', input);
    const errors = widthsOf(model).map((width) =>
      errorToSignal(render(model, width.label, input), full),
    );
    expect(errors[errors.length - 1]).toBe(0);
    for (let i = 1; i < errors.length; i++) {
      expect(errors[i - 1], `width ${i - 1} of ${errors}`).toBeGreaterThan(errors[i] ?? 0);
    }
  },
);

test.each(readdirSync(folder).filter((name) => name.endsWith('.nam')))(
  '%s says that it is synthetic, and its output is bounded and not silent',
  (name) => {
    const model = load(name.replace('.nam', ''));
    expect(model.metadata.synthetic).toBe(true);
    expect(model.metadata.sampleRateHz).toBe(48000);
    const output = render(model, 'full', pluck(6000, 4));
    let peak = 0;
    let energy = 0;
    for (const x of output) {
      peak = Math.max(peak, Math.abs(x));
      energy += x * x;
    }
    expect(peak).toBeLessThan(2);
    expect(Math.sqrt(energy / output.length)).toBeGreaterThan(0.03);
  },
);
