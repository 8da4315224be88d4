import { describe, expect, test } from 'vitest';
import { impulseNetwork } from '../../src/engine/convolver/convolver.ts';
import { convolvers } from '../../src/engine/registry.ts';
import type { Lowered } from '../../src/kernel/lowered.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { instructionsPerSample, target, worstDifference } from './planar-neon-counts.ts';

const a53 = target('aarch64', 'cortex-a53');
const m7 = target('thumb2-vfp', 'cortex-m7');

const program = (taps: number): Program =>
  compile(
    impulseNetwork(
      Float32Array.from(
        { length: taps },
        (_, i) => (Math.sin(i * i) * Math.exp((-3 * i) / taps)) / 16,
      ),
    ),
  );

const lower = (id: string, of: Program, blockFrames: number, on = a53): Lowered => {
  const found = Object.values(convolvers).find((c) => c.id === id);
  if (found === undefined) throw new Error(`no convolver ${id}`);
  return found.lower(of, on, { blockFrames, tanh: 'fast' });
};

describe.each(Object.values(convolvers))('$id', ({ id }) => {
  test.each([
    [24, 64, 4],
    [300, 32, 40],
    [700, 64, 24],
    [3300, 64, 80],
    [2500, 256, 20],
  ])('%i taps in blocks of %i sound as the plain product', (taps, frames, blocks) => {
    const of = program(taps);
    expect(worstDifference(of, lower(id, of, frames), blocks)).toBeLessThan(2e-5);
  });

  test('so do they in scalars', () => {
    const of = program(600);
    expect(worstDifference(of, lower(id, of, 32, m7), 60)).toBeLessThan(2e-5);
  });
});

/** Blocks from one burst of a kernel to the next. */
const bursts = (lowered: Lowered): number[] => [
  ...new Set(
    lowered.steps.flatMap(({ step, perBlock }) => (step === 'kernel' ? 1 / perBlock : [])),
  ),
];

test('partitions come in bursts of the virtual pedal’s blocks', () => {
  expect(bursts(lower('audiodsptools', program(8192), 64))).toEqual([1]);
  expect(bursts(lower('audiodsptools-fft', program(1024), 64))).toEqual([1, 4]);
  expect(bursts(lower('audiodsptools-fft', program(4096), 64))).toEqual([1, 8]);
  expect(bursts(lower('nam-core', program(8192), 64))).toEqual([1, 8]);
  expect(bursts(lower('fftconvolver', program(4096), 64))).toEqual([1, 2, 16]);
});

test('half of a spectrum is less work than all of it', () => {
  const instructions = (id: string) => instructionsPerSample(lower(id, program(8192), 64)).total;
  expect(instructions('audiodsptools-fft')).toBeLessThan(0.9 * instructions('nam-core'));
});

test('convolvers take one channel of a Linear and nothing else', () => {
  const { network } = program(24);
  if (network.kind !== 'linear') throw new Error('a Linear');
  const two = compile({ ...network, inChannels: 2, outChannels: 2 });
  for (const id of ['audiodsptools', 'fftconvolver', 'pedalbench'] as const) {
    expect(convolvers[id].supports(two, a53)).toMatchObject({ supported: false });
  }
});
