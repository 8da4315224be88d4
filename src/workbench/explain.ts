/** Where the cycles of one prediction go, and the difference between two. */
import type { CoreProfile } from '../machine/pipeline/core-profile.ts';
import { diffExplanations, type ExplanationDiff } from '../study/explain/explain.ts';
import {
  type ExplainedPoint,
  explainPoint,
  type ExplainRequest as StudyRequest,
} from '../study/explain/explain-point.ts';
import { type Hooks, pause } from './hooks.ts';
import { contextOf, type DeviceName, deviceFrom, type ModelName, modelFrom } from './named.ts';
import { checkOptions, required } from './options.ts';
import type { Workbench } from './workbench.ts';

export interface ExplainRequest
  extends Omit<StudyRequest, 'model' | 'device' | 'engines' | 'coreOf' | 'measured' | 'pathOf'> {
  readonly model: ModelName;
  readonly device: DeviceName;
  /** Cores of one's own, which stand before those of the workbench. */
  readonly cores?: readonly CoreProfile[] | undefined;
}

const options = [
  ...(['model', 'device', 'cores', 'engine', 'width', 'blockFrames', 'copies'] as const),
  ...(['tanh', 'whatIf', 'sampleRateHz', 'resample'] as const),
];

/** `explain` without a pause. */
export const explainSync = (workbench: Workbench, request: ExplainRequest): ExplainedPoint => {
  checkOptions('explain', request, options, ['blockFrames', 'copies']);
  const { cores, model, device, ...rest } = request;
  return explainPoint(
    {
      ...rest,
      ...contextOf(workbench, cores),
      model: modelFrom(workbench, required('explain', model, 'model')),
      device: deviceFrom(workbench, required('explain', device, 'device')),
    },
    workbench.costs,
  );
};

/**
 * Per layer, per kind of work and per kernel, cycles per sample. Each level adds up to the total, and the
 * total is what `predict` says.
 * @throws StudyError where the chip is unknown or no engine takes the model
 * @example const { explanation } = await explain(workbench, { model: 'a2', device: 'mod-dwarf' });
 */
export const explain = async (
  workbench: Workbench,
  request: ExplainRequest,
  { onProgress, signal }: Hooks = {},
): Promise<ExplainedPoint> => {
  await pause();
  signal?.throwIfAborted();
  const explained = explainSync(workbench, request);
  onProgress?.(1);
  return explained;
};

/**
 * What changes from one explanation to another, of whatever differs: widths, engines, devices or models. The
 * largest change first; cycles per sample.
 */
export const diff = (a: ExplainedPoint, b: ExplainedPoint): ExplanationDiff =>
  diffExplanations(a.explanation, b.explanation);
