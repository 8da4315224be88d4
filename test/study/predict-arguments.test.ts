import { describe, expect, test } from 'vitest';
import type { LibraryFunction } from '../../src/kernel/instruction.ts';
import {
  type ArgumentDistribution,
  argumentRanges,
  defaultArguments,
} from '../../src/kernel/libm.ts';
import type { PredictRow } from '../../src/study/predict/row.ts';
import { rowsOf } from './predict-fixtures.ts';

/** Every call of a function with arguments of the range that holds `size`. */
const all = (size: number): ArgumentDistribution => {
  const shares = (fn: LibraryFunction): readonly number[] => {
    const at = argumentRanges[fn].findIndex((range) => size < range.below);
    return argumentRanges[fn].map((_, index) => (index === at ? 1 : 0));
  };
  return { tanhf: shares('tanhf'), tanh: shares('tanh'), expf: shares('expf'), exp: shares('exp') };
};

const row = (
  id: string,
  distribution: ArgumentDistribution | null,
  device = 'pi-4',
): PredictRow => {
  const [first] = rowsOf(id, [device], {
    engine: 'nam-core',
    tanh: 'libm',
    width: 'full',
    arguments: () => (distribution === null ? null : { distribution, source: 'di.wav' }),
  });
  if (first === undefined) throw new Error(`no row for ${id}`);
  return first;
};

const cycles = (r: PredictRow): number => r.cyclesPerSample?.expected ?? Number.NaN;
const instructions = (r: PredictRow): number => r.instructionsPerSample ?? Number.NaN;

describe('the arguments of the library functions', () => {
  test('silence is cheaper than loud playing, and overdriven tanh is cheaper than either', () => {
    for (const device of ['pi-4', 'pi-zero-2w', 'daisy-seed']) {
      const silent = row('a1-nano', all(1e-9), device);
      const loud = row('a1-nano', all(3), device);
      const overdriven = row('a1-nano', all(100), device);
      expect(instructions(silent)).toBeLessThan(instructions(loud));
      expect(cycles(silent)).toBeLessThan(cycles(loud));
      expect(cycles(overdriven)).toBeLessThan(cycles(silent));
    }
  });

  test('the difference in instructions is that of the tables, once a call', () => {
    const size = (range: number): number =>
      Object.values(argumentRanges.tanhf[range]?.body ?? {}).reduce((sum, n) => sum + n, 0);
    const calls = 7 * 4 + 13 * 2;
    const loud = argumentRanges.tanhf.findIndex((range) => 3 < range.below);
    const difference = instructions(row('a1-nano', all(3))) - instructions(row('a1-nano', all(0)));
    expect(difference).toBeCloseTo(calls * (size(loud) - size(0)), 6);
  });

  test('the default distribution, measured, changes nothing but the sentence', () => {
    const assumed = row('a1-nano', null);
    const measured = row('a1-nano', { ...defaultArguments });
    expect(cycles(measured)).toBe(cycles(assumed));
    expect(assumed.reasons.join(' ')).toContain('for the arguments of a playing A1 network');
    expect(measured.reasons.join(' ')).toContain('for the arguments measured on di.wav');
  });

  test('change no digit where the library is not called', () => {
    for (const id of ['a2', 'a1-nano-relu']) {
      const assumed = row(id, null);
      expect(row(id, all(0))).toEqual(assumed);
      expect(row(id, all(3))).toEqual(assumed);
      expect(assumed.reasons.join(' ')).not.toContain('tanh and exp');
    }
  });
});
