/** A measured case and a file of budgets, for tests of what `check` makes of them. */
import { parseBudgets } from '../../../src/scenario/parse-budgets.ts';
import type { Baseline } from '../../../src/study/check/baseline.ts';
import { type CheckOutcome, check } from '../../../src/study/check/check.ts';
import type { Measurement } from '../../../src/study/check/measurement.ts';

export const measured = (change: Partial<Measurement> = {}): Measurement => ({
  key: 'a2 full mod-dwarf',
  model: 'a2',
  width: 'full',
  device: 'mod-dwarf',
  engine: 'neural-audio',
  modelPath: null,
  devicePath: null,
  faulty: false,
  scenario: null,
  blockFrames: 128,
  whatIf: false,
  value: 1000,
  interval: { low: 900, high: 1150 },
  problem: null,
  fingerprint: 'one',
  layers: { 'array 0 layer 0': 400, head: 600 },
  kinds: { conv: 900, activation: 100 },
  weights: { 'array 0 layer 0': 54, head: 17 },
  ...change,
});

export const fileOf = (...budgets: readonly Record<string, unknown>[]): string =>
  JSON.stringify(
    {
      budgets: budgets.map((budget, index) => ({
        name: `b${index}`,
        model: 'a2',
        device: 'mod-dwarf',
        metric: 'cyclesPerSample',
        ...budget,
      })),
    },
    null,
    2,
  );

export const run = (
  budget: Record<string, unknown>,
  one: Measurement | readonly Measurement[],
  baseline: Baseline = new Map(),
): Promise<CheckOutcome> =>
  check(parseBudgets(fileOf(budget), 'budgets.json'), baseline, async () =>
    Array.isArray(one) ? one : [one as Measurement],
  );
