/** Where the cycles of one prediction go, and the difference between two. */
import {
  diffExplanations,
  type ExplainedPoint,
  type ExplanationDiff,
  explainPoint,
  type ExplainRequest as StudyRequest,
} from '../study/explain/explain.ts';
import { inOneStep, type Verb } from './hooks.ts';
import { contextOf, deviceFrom, modelFrom, type OnDevice } from './named.ts';
import { checkOptions, required } from './options.ts';
import type { Workbench } from './workbench.ts';

export interface ExplainRequest
  extends Omit<StudyRequest, 'model' | 'device' | 'engines' | 'coreOf' | 'measured' | 'pathOf'>,
    OnDevice {}

const options = [
  ...(['model', 'device', 'cores', 'engine', 'width', 'blockFrames', 'copies'] as const),
  ...(['tanh', 'whatIf', 'sampleRateHz', 'resample', 'oversample'] as const),
];

/** `explain` without a pause. */
export const explainSync = (workbench: Workbench, request: ExplainRequest): ExplainedPoint => {
  checkOptions('explain', request, options, ['blockFrames', 'copies']);
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
 * @throws StudyError where the chip is unknown or no engine takes the model
 * @example const { explanation } = await explain(workbench, { model: 'a2', device: 'mod-dwarf' });
 */
export const explain: Verb<ExplainRequest, ExplainedPoint> = inOneStep(explainSync);

/**
 * What changes from one explanation to another, of whatever differs: widths, engines, devices or models. The
 * largest change first; cycles per sample.
 */
export const diff = (a: ExplainedPoint, b: ExplainedPoint): ExplanationDiff =>
  diffExplanations(a.explanation, b.explanation);
