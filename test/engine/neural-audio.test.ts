import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNeuralAudio, neuralAudio } from '../../src/engine/neural-audio/engine.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { instructionsPerSample, target, worstDifference } from './planar-neon-counts.ts';
import { stackNetwork } from './planar-neon-network.ts';

const models = resolve(import.meta.dirname, '../../models');

const program = (model: string, width = 'full'): Program => {
  const file = resolve(models, `${model}.nam`);
  return compile(slim(parseModel(readFileSync(file, 'utf8'), file), width).network);
};

const programs: Readonly<Record<string, () => Program>> = {
  'a1-standard': () => program('a1-standard'),
  'a1-nano': () => program('a1-nano'),
  'a2-lite': () => compile(stackNetwork(3)),
  'a2-full': () => compile(stackNetwork(8)),
  'lstm-1x16': () => program('lstm-1x16'),
};

const a35: Target = target('aarch64', 'cortex-a35', true);

const withStaticLstm = createNeuralAudio({ staticLstm: true });

const lower = (of: Program, frames: number, on: Target = a35, engine = neuralAudio): Lowered =>
  engine.lower(of, on, { blockFrames: frames, tanh: 'fast' });

describe("NeuralAudio's kernels compute the audio of the reference executor", () => {
  for (const name of Object.keys(programs)) {
    // Odd blocks make long unrolled kernels of the large models.
    for (const frames of /standard|full/.test(name) ? [16] : [16, 37]) {
      test(`${name}, blocks of ${frames}`, () => {
        const of = programs[name]!();
        expect(worstDifference(of, lower(of, frames), 8)).toBeLessThan(1e-5);
      });
    }
  }
  test('blocks of several chunks, the last of them shorter', () => {
    for (const name of ['a1-nano', 'a2-lite']) {
      const of = programs[name]!();
      expect(worstDifference(of, lower(of, 136), 4)).toBeLessThan(1e-5);
    }
  });
  test('an LSTM of fixed size', () => {
    const of = programs['lstm-1x16']!();
    expect(worstDifference(of, lower(of, 32, a35, withStaticLstm), 8)).toBeLessThan(1e-5);
  });
  for (const name of ['a1-nano', 'a2-lite', 'lstm-1x16']) {
    test(`${name}, blocks of 150, which are three chunks`, () => {
      const of = programs[name]!();
      expect(worstDifference(of, lower(of, 150), 4)).toBeLessThan(1e-5);
    });
  }
  for (const [isa, core] of [
    ['armv7-neon', 'cortex-a17'],
    ['thumb2-vfp', 'cortex-m7'],
    ['x86-sse2', 'zen5'],
  ] as const) {
    for (const name of ['a1-nano', 'a1-lite', 'a1-feather', 'a2-lite', 'lstm-1x3']) {
      test(`${name} on ${core}`, () => {
        const of = name === 'a2-lite' ? compile(stackNetwork(3)) : program(name);
        expect(worstDifference(of, lower(of, 32, target(isa, core, true)), 4)).toBeLessThan(1e-5);
      });
    }
  }
});

test('sizes without templates take the dynamic path: the same audio, at a higher cost', () => {
  // As a file of its own, of the version that NeuralAudio still runs by itself.
  const sliced = program('slim-a1', 'ch:4/2').network;
  const file = { version: '0.5.4', slimmable: false, namesOptions: false };
  const slimmed = compile({ ...sliced, file });
  const lowered = lower(slimmed, 32);
  expect(worstDifference(slimmed, lowered, 6)).toBeLessThan(1e-5);
  const nano = lower(programs['a1-nano']!(), 32);
  expect(instructionsPerSample(lowered).total).toBeGreaterThan(
    2 * instructionsPerSample(nano).total,
  );
});

test('chunks are at most 64 frames, so that larger blocks cost what 64 do', () => {
  const of = programs['a1-nano']!();
  const perSample = (frames: number): number => instructionsPerSample(lower(of, frames)).total;
  expect(perSample(256) / perSample(64)).toBeCloseTo(1, 1);
  expect(perSample(16)).toBeGreaterThan(1.15 * perSample(64));
});

test('models that NeuralAudio has no code for are handed to NAM Core', () => {
  expect(neuralAudio.supports(compile(stackNetwork(4)), a35)).toMatchObject({
    supported: false,
    fallback: 'nam-core',
  });
});
