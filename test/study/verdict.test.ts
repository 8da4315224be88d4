import { describe, expect, test } from 'vitest';
import { verdictOf } from '../../src/study/predict/verdict.ts';

describe('the verdict', () => {
  test.each([
    [0.5, 0.15, true, 'fits'],
    [0.85, 0.15, true, 'fits'],
    [0.8501, 0.15, true, 'tight'],
    [1, 0.15, true, 'tight'],
    [1, 0, true, 'fits'],
    [1.0001, 0, true, 'over'],
    [0.1, 0.15, false, 'wont-load'],
    [3, 0.15, false, 'wont-load'],
    [null, 0.15, true, 'unknown'],
    [Number.NaN, 0.15, true, 'unknown'],
  ] as const)('load %s with margin %s and memory %s is %s', (load, margin, memoryFits, verdict) => {
    expect(verdictOf({ load, margin, memoryFits })).toBe(verdict);
  });
});
