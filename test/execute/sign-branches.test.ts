import { expect, test } from 'vitest';
import { signalOf } from '../../src/audio/signals.ts';
import { signBranches } from '../../src/engine/common/branch-shares.ts';
import { countSignMispredicts } from '../../tools/sign-branches.ts';
import { programOf } from './shipped-program.ts';

const counted = (name: 'plucks' | 'sweep', width: string) => {
  const input = new Float32Array(24_000);
  signalOf(name, 48_000, 1).read(input);
  return countSignMispredicts(programOf('a2', width), input);
};

test('the figure of sign branches spans what the predictors miss on playing audio', () => {
  const { low = 0, value, high = 0 } = signBranches;
  const [plucks, sweep] = [counted('plucks', 'lite'), counted('sweep', 'lite')];
  expect(plucks.branches).toBe(24_000 * 3 * 23);
  expect(sweep.history).toBeGreaterThan(low);
  expect(sweep.history).toBeLessThan(0.5 * value);
  expect(plucks.history).toBeGreaterThan(0.5 * value);
  expect(plucks.history).toBeLessThan(2 * value);
  expect(plucks.counter).toBeGreaterThan(0.75 * high);
  expect(plucks.counter).toBeLessThan(1.25 * high);
});

test('where nothing is leaky no branch is counted', () => {
  expect(countSignMispredicts(programOf('a1-nano'), new Float32Array(64))).toEqual({
    branches: 0,
    counter: 0,
    history: 0,
  });
});
