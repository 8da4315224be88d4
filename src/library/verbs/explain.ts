/** `explain` by name, and the difference between two explanations. */
import { engines } from '../../engine/registry.ts';
import { diffExplanations, type ExplanationDiff } from '../../study/explain/explain.ts';
import {
  type ExplainedPoint,
  type ExplainRequest,
  explainPoint,
} from '../../study/explain/explain-point.ts';
import {
  type DeviceName,
  deviceFrom,
  type LibraryOptions,
  libraryFrom,
  type ModelName,
  modelFrom,
} from './options.ts';

export interface ExplainOptions
  extends LibraryOptions,
    Omit<ExplainRequest, 'model' | 'device' | 'engines' | 'coreOf' | 'measured'> {}

/**
 * Where the cycles of one prediction go: per layer, per kind of work and per kernel, cycles per
 * sample. Each level adds up to the total, and the total is what `predict` says.
 * @throws StudyError where the chip is unknown or no engine takes the model
 */
export const explain = (
  model: ModelName,
  device: DeviceName,
  options: ExplainOptions = {},
): ExplainedPoint => {
  const { cwd: _, library: __, ...request } = options;
  const library = libraryFrom(options);
  return explainPoint(
    {
      ...request,
      model: modelFrom(library, model),
      device: deviceFrom(library, device),
      engines,
      coreOf: (id) => library.core(id),
      measured: library.measured,
    },
    library.book,
  );
};

/**
 * What changes from one explanation to another, of whatever differs: widths, engines, devices or
 * models. The largest change first; cycles per sample.
 */
export const diff = (a: ExplainedPoint, b: ExplainedPoint): ExplanationDiff =>
  diffExplanations(a.explanation, b.explanation);
