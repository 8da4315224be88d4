import { expect, test } from 'vitest';
import { lowerDirect } from '../../src/engine/convolver/direct.ts';
import { lowerPartitioned } from '../../src/engine/convolver/partitioned.ts';
import type { Lanes } from '../../src/kernel/instruction.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { builtInImpulse } from '../../src/pedal/impulse.ts';
import { Random } from '../../src/units/random.ts';
import { createInterpreter } from '../kernel/interpreter/interpreter.ts';
import { Convolver } from './plain-convolver.ts';

const target = (lanes: Lanes, fma = true): Target => ({
  isa: lanes === 1 ? 'thumb2-vfp' : 'aarch64',
  lanes,
  vectorRegisters: 32,
  tune: 'test',
  fma,
  fastMath: false,
});

/** The largest difference between the interpreted kernels and the plain convolution, over some blocks. */
const worstError = (lowered: Lowered, impulse: Float32Array): number => {
  const frames = lowered.blockFrames;
  const interpreter = createInterpreter(lowered);
  const plain = new Convolver(impulse);
  const random = new Random(7);
  const [input, got, want] = [0, 1, 2].map(() => new Float32Array(frames)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  let worst = 0;
  const blocks = 3 + Math.ceil((2.5 * impulse.length) / frames);
  for (let block = 0; block < blocks; block += 1) {
    for (let i = 0; i < frames; i += 1) input[i] = random.unit() - 0.5;
    interpreter.process(input, got);
    plain.process(input, want, frames);
    for (let i = 0; i < frames; i += 1) worst = Math.max(worst, Math.abs(got[i]! - want[i]!));
  }
  return worst;
};

test.each([
  [1, 48, 512],
  [1, 7, 33],
  [4, 16, 512],
  [4, 128, 1000],
  [4, 5, 3],
  [8, 64, 129],
  [4, 64, 1],
] as const)(
  'direct kernels of %i lanes, %i frames, %i taps compute the convolution',
  (lanes, frames, taps) => {
    const impulse = builtInImpulse(taps);
    expect(worstError(lowerDirect(impulse, target(lanes), frames), impulse)).toBeLessThan(2e-6);
  },
);

test.each([
  [1, 16, 100],
  [1, 64, 512],
  [4, 16, 64],
  [4, 128, 2048],
  [4, 64, 65],
  [8, 64, 1000],
  [2, 32, 31],
] as const)(
  'partitioned kernels of %i lanes, %i frames, %i taps compute the convolution',
  (lanes, frames, taps) => {
    const impulse = builtInImpulse(taps);
    expect(worstError(lowerPartitioned(impulse, target(lanes), frames), impulse)).toBeLessThan(
      5e-6,
    );
  },
);
