import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bestWidthSet,
  type Demand,
  dominated,
  type OfferedWidth,
} from '../../../src/study/advise/width-set.ts';

const widthsOf = (worths: readonly number[]): OfferedWidth[] =>
  worths.map((worth, i) => ({ label: `w${i}`, worth }));

/** The score of a set, written down once more from its meaning. */
const scoreOf = (
  set: readonly number[],
  widths: readonly OfferedWidth[],
  demands: readonly Demand[],
) => {
  const best = (from: readonly number[], demand: Demand): number =>
    Math.max(
      0,
      ...from
        .filter((i) => (demand.loads[i] ?? Infinity) <= demand.limit)
        .map((i) => widths[i]?.worth ?? 0),
    );
  const all = widths.map((_, i) => i);
  const shares = demands
    .filter((demand) => best(all, demand) > 0)
    .map((demand) => best(set, demand) / best(all, demand));
  return shares.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
};

const subsets = (count: number, most: number): number[][] =>
  Array.from({ length: 1 << count }, (_, bits) =>
    Array.from({ length: count }, (_, i) => i).filter((i) => (bits >> i) & 1),
  ).filter((set) => set.length <= most);

test('no other set of at most k widths serves the devices better', () => {
  const instance = fc.record({
    worths: fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 7 }),
    demands: fc.array(
      fc.record({
        loads: fc.array(fc.option(fc.double({ min: 0.01, max: 2, noNaN: true })), {
          minLength: 7,
          maxLength: 7,
        }),
        limit: fc.double({ min: 0.5, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    most: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(instance, ({ worths, demands: drawn, most }) => {
      const widths = widthsOf([...worths].sort((a, b) => a - b));
      const demands = drawn.map((demand, i) => ({
        ...demand,
        name: `d${i}`,
        loads: demand.loads.slice(0, widths.length),
      }));
      const chosen = bestWidthSet(widths, demands, most);
      const bruteForce = Math.max(
        ...subsets(widths.length, most).map((set) => scoreOf(set, widths, demands)),
      );
      expect(chosen.chosen.length).toBeLessThanOrEqual(most);
      expect(scoreOf(chosen.chosen, widths, demands)).toBeCloseTo(bruteForce, 9);
    }),
    { numRuns: 300 },
  );
});

test('a width that costs no less than a wider one everywhere is not offered', () => {
  const widths = widthsOf([300, 400]);
  const demands: Demand[] = [
    { name: 'a', loads: [0.9, 0.8], limit: 0.85 },
    { name: 'b', loads: [0.5, 0.5], limit: 0.85 },
  ];
  expect(dominated(widths, demands)).toEqual([true, false]);
  expect(bestWidthSet(widths, demands, 2).chosen).toEqual([1]);
});
