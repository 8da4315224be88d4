/** Holds all budgets of a file: pure, the measuring is handed in. */
import type { Budget } from '../../scenario/budget.ts';
import type { ParsedBudgets } from '../../scenario/parse-budgets.ts';
import type { Baseline, BaselineEntry } from './baseline.ts';
import { evaluate } from './evaluate.ts';
import { faultyCase, type Measurement, matchesNothing } from './measurement.ts';
import type { CheckResult, CheckVerdict, Status } from './verdict.ts';

/** Measures all cases of a budget; what it names and is not there is a `faulty` one. */
export type Measure = (budget: Budget, index: number) => Promise<readonly Measurement[]>;

const order: Readonly<Record<Status, number>> = {
  fail: 0,
  inconclusive: 1,
  warn: 2,
  pass: 3,
  off: 4,
};

export interface CheckOutcome extends CheckResult {
  /** What today's numbers make of the baseline: every case that was measured. */
  readonly measured: Baseline;
  /** How many cases name what is not there or broken. */
  readonly faulty: number;
}

/** Verdicts in the order of their budgets as a result: failures first. */
export const resultOf = (verdicts: readonly CheckVerdict[]): CheckResult => {
  const counts = { fail: 0, inconclusive: 0, warn: 0, pass: 0, off: 0 };
  for (const verdict of verdicts) counts[verdict.status]++;
  return {
    // Equal ones keep their order.
    verdicts: [...verdicts].sort((a, b) => order[a.status] - order[b.status]),
    counts,
    exitCode: counts.fail > 0 ? 1 : counts.inconclusive > 0 ? 3 : 0,
  };
};

/** `onVerdict` hears each as soon as it is known. */
export const check = async (
  file: ParsedBudgets,
  baseline: Baseline,
  measure: Measure,
  onVerdict: (verdict: CheckVerdict) => void = () => {},
): Promise<CheckOutcome> => {
  const verdicts: CheckVerdict[] = [];
  const measured = new Map<string, BaselineEntry>();
  let faulty = 0;
  for (const [index, budget] of file.budgets.entries()) {
    const found = await measure(budget, index);
    const cases = found.length > 0 ? found : [faultyCase(budget, {}, matchesNothing)];
    const place = { file: file.origin, line: file.lines[index] ?? 1 };
    for (const one of cases) {
      if (one.faulty && budget.level !== 'off') faulty++;
      if (one.value !== null && !Number.isNaN(one.value)) {
        const { key, value, fingerprint, engine, layers, weights } = one;
        measured.set(key, { case: key, value, of: fingerprint, engine, layers, weights });
      }
      const judged = evaluate(budget, one, baseline.get(one.key) ?? null, place);
      for (const verdict of judged) onVerdict(verdict);
      verdicts.push(...judged);
    }
  }
  return { ...resultOf(verdicts), measured, faulty };
};
