/** The documents that commands print with `--json`, from whose types `schemas/output/` is made. */

import type { Advice } from '../src/study/advise/advise.ts';
import type { ParetoPoint } from '../src/study/advise/pareto.ts';
import type { FitSummary } from '../src/study/calibrate/calibrate.ts';
import type { HistoryEntry } from '../src/study/check/history.ts';
import type { CheckResult } from '../src/study/check/verdict.ts';
import type { Explanation } from '../src/study/explain/explain.ts';
import type { ImpulseCost } from '../src/study/explain/impulse.ts';
import type { ModelFigure } from '../src/study/explain/model-figures.ts';
import type { Part } from '../src/study/parts/part.ts';
import type { PredictResult, PredictRow } from '../src/study/predict/row.ts';
import type { RunDocument } from '../src/study/simulate/run-result.ts';
import type { BuildSummary } from '../src/study/validate/builds.ts';
import type { CheckedFact } from '../src/study/validate/facts.ts';
import type { CheckedImpulse } from '../src/study/validate/impulses.ts';
import type { ValidateResult } from '../src/study/validate/validate.ts';
import type { Tool } from '../src/workbench/package-info.ts';

/** What `--shard I/N` gives, for `merge`. */
interface Sharded {
  readonly part?: Part;
}

/** What every document begins with. */
interface Head<Name extends string> {
  /** What it is and in which form; a form that readers of this one would not understand has another number. */
  readonly schema: `pedalbench.${Name}/1`;
  readonly tool: Tool;
}

export interface Predict extends Head<'predict'>, PredictResult, Sharded {}
export interface Run extends Head<'run'>, RunDocument, Sharded {}
export interface Check extends Head<'check'>, Pick<CheckResult, 'verdicts' | 'counts'>, Sharded {}
export interface Explain extends Head<'explain'>, Explanation {
  /** The row of `predict` that is explained; null for an impulse response. */
  readonly prediction: PredictRow | null;
  /** What is explained with `--ir`: every block and the bursts; null for a model. */
  readonly impulse: ImpulseCost | null;
  /** Where nine of ten such predictions hold the cycles of a sample, and how likely the load keeps the margin free. Null for an impulse response. */
  readonly interval: {
    readonly low: number | null;
    readonly high: number | null;
    readonly chance: number | null;
    readonly sure: boolean;
  } | null;
}
export interface Advise extends Head<'advise'>, Pick<Advice, 'devices'> {
  /** Other shapes on their way from the network to what fits everywhere: weights against cycles. */
  readonly pareto: readonly ParetoPoint[];
}
export interface Validate extends Head<'validate'>, ValidateResult {
  /** Impulse responses that were measured, with what is predicted of them. */
  readonly impulses: readonly CheckedImpulse[];
  /** What is known to run and not to run, beside what is predicted. */
  readonly facts: readonly CheckedFact[];
  /** The pipeline against traced and timed builds, a line a core and engine; empty without `--builds`. */
  readonly builds: readonly BuildSummary[];
  /** What predictions hang on that no profile states. */
  readonly figures: readonly ModelFigure[];
}
export interface Calibrate extends Head<'calibrate'>, FitSummary {
  /** A device profile; `schema-files.ts` puts the form of its file here. */
  readonly profile: unknown;
  /** Where the profile was written; null where it was not. */
  readonly profilePath: string | null;
}
export interface History extends Head<'history'> {
  readonly entries: readonly HistoryEntry[];
}
