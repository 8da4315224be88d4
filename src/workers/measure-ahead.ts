/** Measures the budgets of a file on worker threads; they are judged where they were asked for. */
import type { Places } from '../library/places.ts';
import type { ParsedBudgets } from '../scenario/parse-budgets.ts';
import type { Measure } from '../study/check/check.ts';
import type { Measurement } from '../study/check/evaluate.ts';
import type { MeasuredBudgets, MeasureTask } from './measure-worker.ts';
import { runJobs } from './run-jobs.ts';
import { fileBeside } from './threads.ts';

const megabytes = 2048;

export interface MeasuringAhead {
  readonly places: Places;
  readonly text: string;
  readonly file: ParsedBudgets;
  readonly workers: number;
  readonly signal: AbortSignal;
  /** The core of a device, for budgets of one core to meet in one worker; null where it has none. */
  readonly coreOf: (device: string) => string | null;
  /** What measures a budget here. */
  readonly measure: Measure;
  readonly onMeasured: (count: number) => void;
}

/** Budgets of models, by what their devices have in common. Audio and scenarios are measured here. */
const groupsOf = ({ file, coreOf }: MeasuringAhead): readonly (readonly number[])[] => {
  const groups = new Map<string, number[]>();
  for (const [index, budget] of file.budgets.entries()) {
    if (budget.level === 'off' || budget.audio !== undefined || budget.scenario !== undefined) {
      continue;
    }
    const [device = ''] = budget.device ?? [];
    const key = coreOf(device) ?? device;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(index);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
};

/** Shares groups out so that every worker gets about as many budgets. */
const shared = (groups: readonly (readonly number[])[], workers: number): number[][] => {
  const shares = Array.from({ length: workers }, (): number[] => []);
  for (const group of groups) {
    // There is at least one worker.
    const least = shares.reduce((a, b) => (b.length < a.length ? b : a));
    least.push(...group);
  }
  return shares.filter((share) => share.length > 0);
};

/** The same `Measure`, with what workers found in advance. The numbers do not depend on them. */
export const measureAhead = async (ahead: MeasuringAhead): Promise<Measure> => {
  const { places, text, file, workers, signal, measure } = ahead;
  const groups = groupsOf(ahead);
  const known = new Map<number, readonly Measurement[]>();
  await runJobs<MeasureTask, MeasuredBudgets>({
    tasks: shared(groups, workers).map((indices) => ({
      places,
      text,
      origin: file.origin,
      indices,
    })),
    workerFile: fileBeside(import.meta.url, 'measure-worker'),
    workers,
    limits: { seconds: null, megabytes },
    signal,
    onResult: (_, measured) => {
      for (const [index, measurements] of measured) known.set(index, measurements);
      ahead.onMeasured(known.size);
    },
    // A worker that dies leaves its budgets to this thread.
    onFailed: () => {},
  });
  return async (budget, index) => known.get(index) ?? measure(budget, index);
};
