/** The resampler of SpeexDSP: its kernels, interpreted, resample. */
import { expect, test } from 'vitest';
import { lowerSpeex, speexLatency } from '../../src/engine/speex/lower.ts';
import { countsOf } from '../../src/kernel/classify.ts';
import { type Lowered, templatesOf } from '../../src/kernel/lowered.ts';
import { createInterpreter } from '../kernel/interpreter/interpreter.ts';

const target = {
  isa: 'aarch64',
  lanes: 4,
  vectorRegisters: 32,
  tune: 'cortex-a57',
  fma: true,
  fastMath: false,
} as const;

/** What the library gives for the same input at outputs 100, 150 and 333, built with GCC 12.2. */
const given = [
  [44_100, 48_000, 441, [-0.3504961, 0.4471013, -0.1509461]],
  [48_000, 44_100, 480, [0.4165953, 0.3728033, 0.3868719]],
] as const;

test.each(given)(
  'from %i to %i Hz the kernels of SpeexDSP give what the library gives',
  (from, to, frames, expected) => {
    const framesOut = Math.floor((frames * to) / from);
    const interpreter = createInterpreter(lowerSpeex(from, to, frames, framesOut, target));
    const output = new Float32Array(frames);
    interpreter.process(
      Float32Array.from({ length: frames }, (_, i) => ((i * 37) % 101) * 0.01 - 0.5),
      output,
    );
    const errors = [100, 150, 333].map((i, k) => Math.abs((output[i] ?? 0) - (expected[k] ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(1e-3);
  },
);

test('SpeexDSP reports half of each filter, in frames of the session', () => {
  expect(speexLatency(44_100, 48_000)).toBe(80);
  expect(speexLatency(48_000, 44_100)).toBe(88);
});

/** Executed in a block. */
const instructionsOf = ({ steps }: Lowered): number =>
  steps
    .flatMap((step) => templatesOf(step).map((one) => ({ ...one, perBlock: step.perBlock })))
    .reduce(
      (sum, { template, times, perBlock }) =>
        sum + countsOf(template).instructions * times * perBlock,
      0,
    );

test('a block of 32 at 44.1 kHz takes the instructions that were counted, there and back', () => {
  const there = (frames: number) => instructionsOf(lowerSpeex(44_100, 48_000, 32, frames, target));
  const back = (frames: number) => instructionsOf(lowerSpeex(48_000, 44_100, frames, 32, target));
  const ofLonger = (32 * 48_000) / 44_100 - 34;
  const mean = (at: (frames: number) => number) => at(34) * (1 - ofLonger) + at(35) * ofLonger;
  expect(Math.abs((mean(there) + mean(back)) / 88_962 - 1)).toBeLessThan(0.01);
});
