/** Audio and comparison for tests of the fast executor. */
import type { Executor } from '../../src/execute/executor.ts';

/** A loud, dense signal between silences: 0.9 of full scale at most, seeded. */
export const testSignal = (frames: number, seed = 1): Float32Array => {
  let state = seed >>> 0;
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return Float32Array.from({ length: frames }, (_, i) => {
    const swell = i % 997 < 900 ? ((i % 997) + 1) / 900 : 0;
    const phase = ((i * 0.011) % 2) - 1;
    return swell * (0.5 * phase * (1 - Math.abs(phase)) * 4 * 0.8 + 0.1 * noise());
  });
};

/** Runs all of `input`; `nextBlock` says how long each block is. Mono. */
export const render = (
  executor: Executor,
  input: Float32Array,
  nextBlock: (position: number) => number,
): Float32Array => {
  const output = new Float32Array(input.length);
  for (let at = 0; at < input.length; ) {
    const frames = Math.min(nextBlock(at), input.length - at);
    executor.process(input.subarray(at, at + frames), output.subarray(at, at + frames), frames);
    at += frames;
  }
  return output;
};

/** The largest difference; infinite where one of the two is not a number and the other is. */
export const worstDifference = (a: Float32Array, b: Float32Array): number => {
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (Object.is(x, y) || (Number.isNaN(x) && Number.isNaN(y))) continue;
    const difference = Math.abs(x - y);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return worst;
};

export const largest = (samples: Float32Array): number =>
  samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
