/**
 * Pedalbench without files: the same verbs on data that the caller brings. Bundles for a browser, reaches no
 * part of Node, and gives the same digits.
 */
import { dataFiles, type WorkbenchData } from './workbench/data-files.ts';
import { Workbench } from './workbench/workbench.ts';

export { DeviceError } from './device/device-error.ts';
export { ModelError } from './nam/model-error.ts';
export { selectWidths, slim, widthsOf } from './nam/widths.ts';
export { ScenarioError } from './scenario/scenario-error.ts';
export { StudyError } from './study/cost/study-error.ts';
export { type AdviseRequest, advise, adviseSync } from './workbench/advise.ts';
export { type CalibrateRequest, calibrate, calibrateSync } from './workbench/calibrate.ts';
export { type CheckRequest, check } from './workbench/check.ts';
export type { WorkbenchData } from './workbench/data-files.ts';
export { diff, type ExplainRequest, explain, explainSync } from './workbench/explain.ts';
export type { Hooks } from './workbench/hooks.ts';
export { parseCore, parseDevice, parseModel, parseScenario } from './workbench/parse.ts';
export { type PredictRequest, predict, predictSync } from './workbench/predict.ts';
export { type RenderRequest, render, renderSync } from './workbench/render.ts';
export { type SimulateRequest, simulate, simulateSync } from './workbench/simulate.ts';
export { type ValidateRequest, validate, validateSync } from './workbench/validate.ts';
export { WorkbenchError } from './workbench/workbench-error.ts';

/**
 * A workbench on data in memory.
 * @param data documents by path, as the package has them: `devices/mod-dwarf.json`, `cores/cortex-a35.json`, `models/a2.nam`
 * @example
 * const workbench = openWorkbench({ documents: new Map([['models/my.nam', text]]), packaged: profiles });
 * const { rows } = await predict(workbench, { model: 'my', device: 'mod-dwarf' });
 */
export const openWorkbench = (data: WorkbenchData): Workbench => new Workbench(dataFiles(data));
