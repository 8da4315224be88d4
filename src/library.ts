/** What the library gives in Node and in a browser alike: verbs, parsers, errors, and every type that a signature of them names. */

export type { Sound, SoundFormat } from './audio/sound.ts';
export { DeviceError } from './device/device-error.ts';
export type { MachineWords } from './device/machine-words.ts';
export type { DeviceProfile } from './device/profile.ts';
export type { TanhKind } from './engine/engine.ts';
export type { LibraryFunction } from './kernel/instruction.ts';
export type { InstructionClass, InstructionCounts } from './kernel/instruction-class.ts';
export type { ArgumentDistribution } from './kernel/libm.ts';
export type { DataKind } from './machine/memory/memory-system.ts';
export type { CoreProfile } from './machine/pipeline/core-profile.ts';
export type { Limit } from './machine/pipeline/without-bottleneck.ts';
export type { ArchitectureChange } from './nam/edit-wavenet.ts';
export type * from './nam/model.ts';
export { type At, ModelError, type ModelErrorCode } from './nam/model-error.ts';
export type * from './nam/network.ts';
export { selectWidths, slim, widthsOf } from './nam/widths.ts';
export type { BlockRecord } from './pedal/record.ts';
export type { Distribution } from './pedal/statistics.ts';
export type { TimelineBin } from './pedal/timeline.ts';
export type { ParsedBudgets } from './scenario/parse-budgets.ts';
export type { Job } from './scenario/parse-scenario.ts';
export type { ImpulseSpec, Scenario, ScenarioSlot, Span } from './scenario/scenario.ts';
export { BudgetError, ScenarioError } from './scenario/scenario-error.ts';
export type { Advice, DeviceAdvice, Distance, WidthAdvice } from './study/advise/advise.ts';
export type { NearMiss, Suggestion } from './study/advise/near-miss.ts';
export type { SettingChange } from './study/advise/settings.ts';
export type { Setting, Standing } from './study/advise/standing.ts';
export type {
  CalibratedPoint,
  CalibrateResult,
  FittedNumber,
} from './study/calibrate/calibrate.ts';
export {
  type Baseline,
  type BaselineEntry,
  formatBaseline,
  parseBaseline,
} from './study/check/baseline.ts';
export type { CheckOutcome } from './study/check/check.ts';
export type { Parts } from './study/check/measurement.ts';
export type * from './study/check/verdict.ts';
export type { MeasuredArguments } from './study/cost/cost-point.ts';
export { StudyError } from './study/cost/study-error.ts';
export type { Account, AccountPart, CycleNode } from './study/explain/account.ts';
export type {
  Difference,
  ExplainedPoint,
  Explanation,
  ExplanationDiff,
  KernelAccount,
} from './study/explain/explain.ts';
export type { Burst, ExplainedImpulse, ImpulseCost, Period } from './study/explain/impulse.ts';
export type { FigureInUse, ModelFigure } from './study/explain/model-figures.ts';
export type * from './study/predict/row.ts';
export type { CostedConfidence } from './study/predict/spread.ts';
export type * from './study/simulate/run-result.ts';
export type { BuildSummary } from './study/validate/builds.ts';
export type { Bound } from './study/validate/cases.ts';
export type { ErrorSummary } from './study/validate/error-summary.ts';
export type { CheckedFact } from './study/validate/facts.ts';
export type { CheckedImpulse } from './study/validate/impulses.ts';
export type { IntervalReport, IntervalSummary } from './study/validate/interval.ts';
export type { ValidatedCase, ValidateSummary } from './study/validate/validate.ts';
export type { Figure } from './units/figure.ts';
export type { Frozen } from './units/frozen.ts';
export type { Interval, Range } from './units/range.ts';
export { type AdviseRequest, advise, adviseSync } from './workbench/advise.ts';
export { type CalibrateRequest, calibrate, calibrateSync } from './workbench/calibrate.ts';
export type { Catalogue } from './workbench/catalogues.ts';
export {
  type BudgetDocument,
  type BudgetInput,
  type CheckRequest,
  check,
} from './workbench/check.ts';
export type { Documents, WorkbenchData } from './workbench/data-files.ts';
export {
  diff,
  type ExplainImpulseRequest,
  type ExplainRequest,
  explain,
  explainImpulse,
  explainSync,
} from './workbench/explain.ts';
export type { Hooks, SyncVerb, Verb } from './workbench/hooks.ts';
export type { DeviceName, ModelName, ScenarioName, ScenarioObject } from './workbench/named.ts';
export { parseCore, parseDevice, parseModel, parseScenario, type Text } from './workbench/parse.ts';
export type { Places } from './workbench/places.ts';
export { type PredictRequest, predict, predictSync } from './workbench/predict.ts';
export type { FoundScenario } from './workbench/read-named.ts';
export { type RenderRequest, render, renderSync } from './workbench/render.ts';
export { type SimulateRequest, simulate, simulateSync } from './workbench/simulate.ts';
export {
  type ValidateRequest,
  type Validation,
  validate,
  validateSync,
} from './workbench/validate.ts';
export type { Workbench } from './workbench/workbench.ts';
export { WorkbenchError } from './workbench/workbench-error.ts';
