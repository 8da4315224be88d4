/**
 * Pedalbench as a library: open a workbench and hand it to the verbs, which take names or objects and return
 * data. Needs files for what is named, and neither a terminal nor workers. The matchers are in
 * `pedalbench/vitest`.
 */

export { DeviceError } from './device/device-error.ts';
// Costs
export type { DeviceProfile } from './device/profile.ts';
export type { CoreProfile } from './machine/pipeline/core-profile.ts';
// Models and their widths
export type { Model, ModelMetadata, SlimmedModel, Width, WidthOptions } from './nam/model.ts';
export { ModelError } from './nam/model-error.ts';
export type { Network } from './nam/network.ts';
export { selectWidths, slim, widthsOf } from './nam/widths.ts';
export type { Job } from './scenario/parse-scenario.ts';
export type { Scenario } from './scenario/scenario.ts';
export { BudgetError, ScenarioError } from './scenario/scenario-error.ts';
export type { Advice } from './study/advise/advise.ts';
export type { CalibrateResult } from './study/calibrate/calibrate.ts';
export { type Baseline, formatBaseline, parseBaseline } from './study/check/baseline.ts';
export type { CheckOutcome } from './study/check/check.ts';
export type { CheckResult, CheckVerdict } from './study/check/verdict.ts';
export { StudyError } from './study/cost/study-error.ts';
export type { ExplainedPoint, ExplanationDiff } from './study/explain/explain.ts';
export type { ExplainedImpulse } from './study/explain/impulse.ts';
export type { PredictResult, PredictRow, Verdict } from './study/predict/row.ts';
export type { RunResult } from './study/simulate/run-result.ts';
// The workbench and its verbs
export { type AdviseRequest, advise, adviseSync } from './workbench/advise.ts';
export { type CalibrateRequest, calibrate, calibrateSync } from './workbench/calibrate.ts';
export {
  type BudgetDocument,
  type BudgetInput,
  type CheckRequest,
  check,
} from './workbench/check.ts';
export {
  diff,
  type ExplainImpulseRequest,
  type ExplainRequest,
  explain,
  explainImpulse,
  explainSync,
} from './workbench/explain.ts';
export type { Hooks } from './workbench/hooks.ts';
export type { DeviceName, ModelName, ScenarioName, ScenarioObject } from './workbench/named.ts';
export { openWorkbench } from './workbench/open-workbench.ts';
export { parseCore, parseDevice, parseModel, parseScenario } from './workbench/parse.ts';
export type { Places } from './workbench/places.ts';
export { type PredictRequest, predict, predictSync } from './workbench/predict.ts';
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
