/** Which widths of which models run on which devices. */
import type { Model, Width } from '../nam/model.ts';
import { selectWidths } from '../nam/widths.ts';
import type { Steps } from '../study/cost/steps.ts';
import { predictSteps as rowsInSteps } from '../study/predict/predict.ts';
import type { Beside, PredictRequest as StudyRequest } from '../study/predict/request.ts';
import type { PredictResult } from '../study/predict/row.ts';
import { atOnce, inSteps, type SyncVerb, type Verb } from './hooks.ts';
import { contextOf, devicesFrom, type ModelName, modelFrom, type OnDevices } from './named.ts';
import { checkCall, listOf, required } from './options.ts';
import type { Workbench } from './workbench.ts';

/** What names stand for, what may be one or a list of it, and what the workbench has. */
type Otherwise =
  | ('models' | 'devices' | 'copies' | 'blockFrames' | 'beside')
  | ('engines' | 'coreOf' | 'measured' | 'known');

export interface PredictRequest extends Omit<StudyRequest, Otherwise>, OnDevices {
  readonly models?: ModelName | readonly ModelName[] | undefined;
  /** The same as `models`. */
  readonly model?: ModelName | undefined;
  /** Other models that run in the same block on the same pedal; of each the widest where no width is named. @default none */
  readonly beside?: readonly { readonly model: ModelName; readonly width?: string }[] | undefined;
  /** @default 1 */
  readonly copies?: number | readonly number[] | undefined;
  /** @default each device's own */
  readonly blockFrames?: number | readonly number[] | undefined;
}

const options = [
  ...(['models', 'model', 'devices', 'device', 'cores', 'engine', 'width', 'blockFrames'] as const),
  ...(['copies', 'sampleRateHz', 'splitAfterLayers', 'tanh', 'whatIf', 'parallel'] as const),
  ...(['placement', 'fidelity', 'arguments', 'resample', 'oversample', 'arrangements'] as const),
  'beside' as const,
];

/** @throws ModelError for a width that the model does not have */
const oneWidth = (
  model: Model,
  width: string | undefined,
  { whatIf = false }: { readonly whatIf?: boolean | undefined },
): Beside => {
  // Never empty, the widest last.
  const found = selectWidths(model, width ?? 'all', { whatIf: whatIf && width !== undefined });
  return { model, width: found.at(-1) as Width };
};

/** With objects for names. */
export const studied = (workbench: Workbench, request: PredictRequest): StudyRequest => {
  checkCall(workbench, 'predict', request, options);
  const { models, model, devices, device, cores, ...asked } = request;
  const { copies, blockFrames, beside = [], ...rest } = asked;
  const named = listOf(required('predict', models ?? model, 'models'));
  const on = devicesFrom(workbench, devices ?? device);
  return {
    // Of one device, what else would do is worth the time; a matrix of all is a table to look at.
    arrangements: on.length === 1,
    ...rest,
    ...contextOf(workbench, cores),
    models: named.map((name) => modelFrom(workbench, name)),
    devices: on,
    beside: beside.map((other) => oneWidth(modelFrom(workbench, other.model), other.width, rest)),
    copies: copies === undefined ? undefined : listOf(copies),
    blockFrames: blockFrames === undefined ? undefined : listOf(blockFrames),
  };
};

const predictSteps = (workbench: Workbench, request: PredictRequest): Steps<PredictResult> =>
  rowsInSteps(studied(workbench, request), workbench.costs);

/**
 * One row a combination of model, width, device, engine, block and copies. Cycles are per sample and of all
 * copies together; loads are shares of one audio core after what the device keeps for itself.
 * The method is docs/machine.md: the engine's kernels on the core's pipeline and caches, and the interval from measured cases.
 * @function
 * @throws ModelError, DeviceError, WorkbenchError, StudyError for names and numbers that mean nothing
 * @example const { rows } = await predict(openWorkbench(), { models: 'a2', devices: 'mod-dwarf' });
 */
export const predict: Verb<PredictRequest, PredictResult> = inSteps(predictSteps);

/** `predict` without a pause. @function @example const { rows } = predictSync(workbench, { model: 'a2', device: 'pi-4' }); */
export const predictSync: SyncVerb<PredictRequest, PredictResult> = atOnce(predictSteps);
