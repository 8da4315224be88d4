/** Where the cycles of one prediction or one impulse response go, and the difference between two. */
import type { ImpulseSpec } from '../scenario/scenario.ts';
import {
  diffExplanations,
  type ExplainedPoint,
  type ExplanationDiff,
  explainPoint,
  type ExplainRequest as StudyRequest,
} from '../study/explain/explain.ts';
import { type ExplainedImpulse, explainImpulse as explainOf } from '../study/explain/impulse.ts';
import { inOneStep, type Verb } from './hooks.ts';
import { contextOf, deviceFrom, modelFrom, type OnDevice } from './named.ts';
import { checkCall, checkOptions, required } from './options.ts';
import { jobsOf } from './simulate.ts';
import type { Workbench } from './workbench.ts';

export interface ExplainRequest
  extends Omit<StudyRequest, 'model' | 'device' | 'engines' | 'coreOf' | 'measured' | 'pathOf'>,
    OnDevice {}

const options = [
  ...(['model', 'device', 'cores', 'engine', 'width', 'blockFrames', 'copies'] as const),
  ...(['tanh', 'whatIf', 'sampleRateHz', 'resample', 'oversample'] as const),
];

/**
 * `explain` without a pause.
 * @throws StudyError where the chip is unknown or no engine takes the model
 * @example const { explanation } = explainSync(workbench, { model: 'a2', device: 'mod-dwarf' });
 */
export const explainSync = (workbench: Workbench, request: ExplainRequest): ExplainedPoint => {
  checkCall(workbench, 'explain', request, options, ['blockFrames', 'copies']);
  const { cores, model, device, ...rest } = request;
  const study: StudyRequest = {
    ...rest,
    ...contextOf(workbench, cores),
    model: modelFrom(workbench, required('explain', model, 'model')),
    device: deviceFrom(workbench, required('explain', device, 'device')),
  };
  return explainPoint(study, workbench.costs);
};

/**
 * Per layer, per kind of work and per kernel, cycles per sample. Each level adds up to the total, and the
 * total is what `predict` says.
 * The method is docs/machine.md.
 * @function
 * @throws StudyError where the chip is unknown or no engine takes the model
 * @example const { explanation } = await explain(workbench, { model: 'a2', device: 'mod-dwarf' });
 */
export const explain: Verb<ExplainRequest, ExplainedPoint> = inOneStep(explainSync);

/**
 * What changes from one explanation to another, of whatever differs: widths, engines, devices or models. The
 * largest change first; cycles per sample.
 * @param a the explanation before
 * @param b the one after: what it has more is positive
 * @example diff(await explain(workbench, { ...of, width: 'lite' }), await explain(workbench, of)).total.delta;
 */
export const diff = (a: ExplainedPoint, b: ExplainedPoint): ExplanationDiff => {
  checkOptions('diff', { before: a ?? null, after: b ?? null }, ['before', 'after']);
  return diffExplanations(a.explanation, b.explanation);
};

export interface ExplainImpulseRequest
  extends Pick<ExplainRequest, 'device' | 'blockFrames' | 'sampleRateHz'> {
  /** As in a scenario's slot. */
  readonly ir: ImpulseSpec;
}

/**
 * What an impulse response costs: in every block and in bursts, by kind of work and by kernel. Its mean is
 * that of a slot of `simulate` which is alone on its core. Cycles are of the audio core, loads shares of it.
 * @param workbench where names are looked up, and what keeps costs between calls
 * @param request the device and the impulse response, as a scenario's slot has it
 * @throws ScenarioError, WorkbenchError, DeviceError for what it names
 * @example explainImpulse(workbench, { device: 'pi-5', ir: { taps: 8192, convolver: 'fftconvolver' } }).impulse.periods;
 */
export const explainImpulse = (
  workbench: Workbench,
  request: ExplainImpulseRequest,
): ExplainedImpulse => {
  checkCall(workbench, 'explainImpulse', request, ['device', 'ir', 'blockFrames', 'sampleRateHz']);
  const { ir, device, blockFrames, sampleRateHz } = request;
  const slots = [{ ir: required('explainImpulse', ir, 'ir') }];
  const scenario = { device, blockFrames, sampleRateHz, slots, durationSeconds: 1 };
  const { jobs, library } = jobsOf(workbench, scenario, undefined);
  const [job] = jobs;
  if (job === undefined) throw new RangeError('Expected one job of one scenario.');
  return explainOf(job, library, workbench.costs);
};
