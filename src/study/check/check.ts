/** Holds all budgets of a file: pure, the measuring is handed in. */
import type { Budget } from '../../scenario/budget.ts';
import type { ParsedBudgets } from '../../scenario/parse-budgets.ts';
import { asWritten, type Baseline, type BaselineEntry } from './baseline.ts';
import { growthOf } from './growth.ts';
import { faultyCase, type Measurement, matchesNothing } from './measurement.ts';
import { messageOf } from './message.ts';
import type { CheckResult, CheckVerdict, Judgement, LimitKind, Status } from './verdict.ts';

/** A row a limit: whether it holds, and by how much. */
const judges: Readonly<
  Record<LimitKind, (actual: number, limit: number, baseline: number) => Judgement>
> = {
  max: (actual, limit) => ({ holds: actual <= limit, delta: actual - limit }),
  min: (actual, limit) => ({ holds: actual >= limit, delta: actual - limit }),
  maxIncreasePercent: (actual, limit, baseline) => {
    // Both sides as a baseline's file rounds them, so that an unchanged case is 0.
    const now = asWritten(actual);
    const before = asWritten(baseline);
    // A baseline of 0 that something is checked against was sorted out before: only 0 is 0 % of it.
    const delta = before === 0 ? 0 : (now / before - 1) * 100;
    return { holds: delta <= limit, delta };
  },
};

const limitKinds: readonly LimitKind[] = ['max', 'min', 'maxIncreasePercent'];

const statusOf = (budget: Budget, holds: boolean | null): Status => {
  if (budget.level === 'off') return 'off';
  if (holds === null) return 'inconclusive';
  if (holds) return 'pass';
  return budget.level === 'warn' ? 'warn' : 'fail';
};

const noBaseline = (command: string): string =>
  `there is no baseline for this case. Write one with 'pedalbench ${command} --update-baseline' and commit it`;
const zeroBaseline =
  "its baseline is 0, of which nothing is a percentage. Write an absolute limit, 'max'";

/** Why a limit cannot be judged; null where it can. */
const obstacleOf = (
  budget: Budget,
  { value, problem }: Measurement,
  kind: LimitKind,
  before: BaselineEntry | null,
  command: string,
): string | null => {
  if (budget.level === 'off') return 'switched off';
  if (value === null || Number.isNaN(value)) return problem ?? `${budget.metric} is not a number`;
  if (kind !== 'maxIncreasePercent') return null;
  if (before === null) return noBaseline(command);
  return asWritten(before.value) === 0 && asWritten(value) !== 0 ? zeroBaseline : null;
};

const evaluate = (
  budget: Budget,
  measured: Measurement,
  before: BaselineEntry | null,
  place: Pick<CheckVerdict, 'file' | 'line'>,
  command: string,
): readonly CheckVerdict[] => {
  const growth = growthOf(measured.layers, measured.weights, before);
  const { key: _, value, problem, faulty, fingerprint, layers, kinds, weights, ...what } = measured;
  const { name, copies, metric, level } = budget;
  const said = { budget, measured, growth, before, command };
  const actual = Number.isNaN(value) ? null : value;
  const baseline = before?.value ?? null;
  return limitKinds.flatMap((kind): readonly CheckVerdict[] => {
    const limit = budget[kind];
    if (limit === undefined) return [];
    const obstacle = obstacleOf(budget, measured, kind, before, command);
    const judged =
      obstacle === null && actual !== null ? judges[kind](actual, limit, baseline ?? 0) : null;
    const holds = faulty ? false : (judged?.holds ?? null);
    const status = statusOf(budget, holds);
    return [
      {
        budget: name,
        ...what,
        copies,
        metric,
        limitKind: kind,
        limit,
        actual,
        baseline,
        delta: judged?.delta ?? null,
        level,
        status,
        passed: status === 'pass',
        grew: judged !== null && !judged.holds ? growth : [],
        message: messageOf({ ...said, kind, limit, judged, obstacle }),
        ...place,
      },
    ];
  });
};

/** Measures all cases of a budget; what it names and is not there is a `faulty` one. */
export type Measure = (budget: Budget, index: number) => Promise<readonly Measurement[]>;

const order: Record<Status, number> = { fail: 0, inconclusive: 1, warn: 2, pass: 3, off: 4 };

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

/**
 * `onVerdict` hears each as soon as it is known.
 * @param command how this check is run, for sentences that propose it: 'check my-budgets.json'
 */
export const check = async (
  file: ParsedBudgets,
  baseline: Baseline,
  measure: Measure,
  onVerdict: (verdict: CheckVerdict) => void = () => {},
  command = 'check',
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
      const judged = evaluate(budget, one, baseline.get(one.key) ?? null, place, command);
      for (const verdict of judged) onVerdict(verdict);
      verdicts.push(...judged);
    }
  }
  return { ...resultOf(verdicts), measured, faulty };
};
