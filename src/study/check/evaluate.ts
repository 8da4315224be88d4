/** Holds one measured value against the limits of its budget. Pure. */
import type { Budget } from '../../scenario/budget.ts';
import { asWritten, type BaselineEntry } from './baseline.ts';
import { growthOf } from './growth.ts';
import { messageOf } from './message.ts';
import type { CheckVerdict, LimitKind, Status } from './verdict.ts';
import type { Where } from './where.ts';

export { numberText } from './number-text.ts';

/** What was measured for one case of a budget. */
export interface Measurement extends Where {
  /** The key of the case in the baseline. */
  readonly key: string;
  readonly model: string | null;
  readonly width: string | null;
  readonly device: string | null;
  readonly engine: string | null;
  readonly scenario: string | null;
  readonly blockFrames: number | null;
  readonly whatIf: boolean;
  /** Null where it could not be measured; `problem` says why. */
  readonly value: number | null;
  readonly problem: string | null;
  /** Of the model at this width, or of the scenario: tells a stale baseline. */
  readonly fingerprint: string;
}

export interface Judgement {
  readonly holds: boolean;
  readonly delta: number;
}

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
    const delta = before === 0 ? (now > 0 ? Infinity : 0) : (now / before - 1) * 100;
    return { holds: delta <= limit, delta };
  },
};

const kinds: readonly LimitKind[] = ['max', 'min', 'maxIncreasePercent'];

const statusOf = (budget: Budget, judged: Judgement | null): Status => {
  if (budget.level === 'off') return 'off';
  if (judged === null) return 'inconclusive';
  if (judged.holds) return 'pass';
  return budget.level === 'warn' ? 'warn' : 'fail';
};

export interface Place {
  readonly file: string;
  readonly line: number;
}

export const evaluate = (
  budget: Budget,
  measured: Measurement,
  before: BaselineEntry | null,
  place: Place,
): readonly CheckVerdict[] => {
  const growth = growthOf(measured.layers, measured.weights, before);
  return kinds
    .filter((kind) => budget[kind] !== undefined)
    .map((kind) => {
      const limit = budget[kind] as number; // The filter above left only limits that are there.
      const relative = kind === 'maxIncreasePercent';
      const unknown =
        budget.level === 'off'
          ? 'switched off'
          : measured.value === null || Number.isNaN(measured.value)
            ? (measured.problem ?? `${budget.metric} is not a number`)
            : relative && before === null
              ? "there is no baseline for this case. Write one with 'pedalbench check --update-baseline' and commit it"
              : null;
      const actual =
        measured.value === null || Number.isNaN(measured.value) ? null : measured.value;
      const judged =
        unknown === null && actual !== null
          ? (judges[kind] as (typeof judges)['max'])(actual, limit, before?.value ?? 0)
          : null;
      const status = statusOf(budget, judged);
      return {
        budget: budget.name,
        model: measured.model,
        width: measured.width,
        device: measured.device,
        engine: measured.engine,
        scenario: measured.scenario,
        blockFrames: measured.blockFrames,
        copies: budget.copies,
        metric: budget.metric,
        limitKind: kind,
        limit,
        actual,
        baseline: before?.value ?? null,
        delta: judged?.delta ?? null,
        level: budget.level,
        status,
        passed: status === 'pass',
        whatIf: measured.whatIf,
        grew: judged !== null && !judged.holds ? growth : [],
        message: messageOf({ budget, measured, kind, limit, judged, unknown, growth, before }),
        file: place.file,
        line: place.line,
      };
    });
};
