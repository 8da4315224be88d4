/** What `check` says of one limit of one budget in one case. Plain data. */
import type { Level } from '../../scenario/budget.ts';
import type { MetricName } from '../../scenario/budget-metrics.ts';
import { contentKey } from '../../units/content-key.ts';

export type LimitKind = 'max' | 'min' | 'maxIncreasePercent';
export type Status = 'fail' | 'inconclusive' | 'warn' | 'pass' | 'off';

/** A budget checked against one case, before there is a sentence about it. */
export interface Judgement {
  readonly holds: boolean;
  readonly delta: number;
}

/** A layer, or a kind of work, that costs more than in the baseline; cycles per sample. */
export interface Growth {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly weightsBefore: number;
  readonly weightsAfter: number;
}

/** What is measured, as it is named. */
export interface Subject {
  readonly model: string | null;
  /** As the budget names it, where that is not its id. */
  readonly modelPath: string | null;
  readonly width: string | null;
  readonly device: string | null;
  readonly devicePath: string | null;
  readonly engine: string | null;
  readonly scenario: string | null;
  readonly blockFrames: number | null;
  readonly whatIf: boolean;
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface CheckVerdict extends Subject {
  readonly budget: string;
  readonly copies: number;
  readonly metric: MetricName;
  readonly limitKind: LimitKind;
  readonly limit: number;
  readonly actual: number | null;
  /** What holds the truth in nine of ten predictions, where the metric has such an interval. */
  readonly interval: Bounds | null;
  readonly baseline: number | null;
  /** actual - limit for absolute limits; the increase in percent for relative ones. */
  readonly delta: number | null;
  readonly level: Level;
  readonly status: Status;
  /** True only for a limit that was judged and holds. */
  readonly passed: boolean;
  readonly grew: readonly Growth[];
  readonly message: string;
  /** Where the budget stands. */
  readonly file: string;
  readonly line: number;
}

/** What a verdict is of, from the model to the engine, or the scenario: the names that tell it from others. */
export const subjectParts = (of: Omit<Subject, 'blockFrames' | 'whatIf'>): readonly string[] =>
  (of.scenario === null
    ? [of.modelPath ?? of.model, of.width, of.devicePath ?? of.device, of.engine]
    : [of.scenario]
  ).filter((part) => part !== null);

/** The same limit of the same case, however it came out and on whatever engine. */
export const fingerprintOf = (verdict: CheckVerdict): string =>
  contentKey([
    verdict.budget,
    subjectParts({ ...verdict, engine: null }),
    verdict.metric,
    verdict.limitKind,
  ]).slice(0, 32);

export interface CheckResult {
  /** Failures first, then what could not be judged, warnings, passes, and what is off. */
  readonly verdicts: readonly CheckVerdict[];
  readonly counts: Readonly<Record<Status, number>>;
  readonly exitCode: 0 | 1 | 3;
}
