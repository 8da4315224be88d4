/**
 * Pedalbench as a library: what the commands do, as functions that take names or objects. Needs files
 * for what is named, and neither a terminal nor workers. The matchers are in `pedalbench/vitest`.
 */

export { DeviceError } from './device/device-error.ts';
// Costs
export type { DeviceProfile } from './device/profile.ts';
// Names and places
export type { Library } from './library/library.ts';
export { LibraryError } from './library/library-error.ts';
export { type AdviseOptions, advise } from './library/verbs/advise.ts';
// Budgets
export {
  type BudgetDocument,
  type BudgetInput,
  type CheckOptions,
  check,
} from './library/verbs/check.ts';
export { diff, type ExplainOptions, explain } from './library/verbs/explain.ts';
export {
  type LoadScenarioOptions,
  loadDevice,
  loadModel,
  loadScenario,
} from './library/verbs/load.ts';
export {
  type DeviceName,
  type LibraryOptions,
  type ModelName,
  openLibrary,
  type ScenarioName,
} from './library/verbs/options.ts';
export { type PredictOptions, predict } from './library/verbs/predict.ts';
export { type RenderOptions, render } from './library/verbs/render.ts';
// Experiments and sound
export { type SimulateOptions, simulate } from './library/verbs/simulate.ts';
export { type ValidateOptions, type Validation, validate } from './library/verbs/validate.ts';
// Models and their widths
export type { Model, ModelMetadata, SlimmedModel, Width, WidthOptions } from './nam/model.ts';
export { ModelError } from './nam/model-error.ts';
export type { Network } from './nam/network.ts';
export { parseModel } from './nam/parse-model.ts';
export { selectWidths, slim, widthsOf } from './nam/widths.ts';
export { BudgetError } from './scenario/budget-error.ts';
export type { Job } from './scenario/parse-scenario.ts';
export type { Scenario } from './scenario/scenario.ts';
export { ScenarioError } from './scenario/scenario-error.ts';
export type { Advice } from './study/advise/advise.ts';
export { type Baseline, formatBaseline, parseBaseline } from './study/check/baseline.ts';
export type { CheckOutcome } from './study/check/check.ts';
export type { CheckResult, CheckVerdict } from './study/check/verdict.ts';
export { StudyError } from './study/cost/study-error.ts';
export type { ExplanationDiff } from './study/explain/explain.ts';
export type { ExplainedPoint } from './study/explain/explain-point.ts';
export type { PredictResult, PredictRow, Verdict } from './study/predict/row.ts';
export type { RunResult } from './study/simulate/run-result.ts';
