import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tmpNam } from '../../src/engine/tmp-nam/engine.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { instructionsPerSample, target, worstDifference } from './planar-neon-counts.ts';

const a57: Target = { ...target('aarch64', 'cortex-a57'), compiler: 'gcc-10' };

const programOf = (id: string, width = 'full'): Program => {
  const path = `models/${id}.nam`;
  return compile(slim(parseModel(readFileSync(path, 'utf8'), path), width).network);
};

const lower = (program: Program, blockFrames: number) =>
  tmpNam.lower(program, a57, { blockFrames, tanh: 'fast' });

test.each(['a1-standard', 'a1-lite', 'a1-feather', 'a1-nano', 'a2', 'a2:lite'])(
  '%s sounds as the reference, in whole tiles and with frames left over',
  (name) => {
    const program = programOf(...(name.split(':') as [string]));
    // Eight tiles of four frames and three more.
    expect(worstDifference(program, lower(program, 35), 3)).toBeLessThan(1e-6);
  },
);

test('channels that fill no vector cost as those that do', () => {
  const [six, eight] = ['a1-lite', 'a1-standard'].map((id) => lower(programOf(id), 32));
  const rings = (of: typeof six) => new Set(of?.rings.slice(10).map(({ channels }) => channels));
  expect(rings(six)).toEqual(rings(eight));
  expect(rings(six)).toEqual(new Set([8]));
});

test('a ring is mirrored as often as a block is written at its front', () => {
  const mirrors = lower(programOf('a2'), 32).steps.filter(
    (step) => step.step === 'ring' && step.action === 'mirror',
  );
  expect(Math.min(...mirrors.map((step) => step.perBlock))).toBeCloseTo(96 / 2048);
  expect(Math.max(...mirrors.map((step) => step.perBlock))).toBeLessThan(1);
});

test('the eight channels take a third of the instructions that products of Eigen take', () => {
  const { total } = instructionsPerSample(lower(programOf('a2'), 32));
  expect(total).toBeGreaterThan(5000);
  expect(total).toBeLessThan(5600);
});

test('what it has no layers for goes to NAM Core, in a sentence', () => {
  expect(tmpNam.supports(programOf('lstm-1x3'), a57)).toMatchObject({ fallback: 'nam-core' });
  expect(tmpNam.supports(programOf('a1-nano-relu'), a57)).toMatchObject({ supported: false });
  expect(tmpNam.supports(programOf('slim-a1', 'ch:4/2'), a57)).toMatchObject({ supported: false });
});

test('no other build is told to be that pedal', () => {
  expect(tmpNam.supports(programOf('a2'), target('aarch64', 'cortex-a57'))).toEqual({
    supported: false,
    reason:
      'It is the player of one pedal, built by gcc-10 for aarch64; the target is aarch64, by gcc-12.',
    fallback: 'nam-core-a2fast',
  });
});
