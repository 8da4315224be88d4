/** Makes points to calibrate with out of measured cases, or out of what `benchmodel` printed. */
import type { DeviceProfile } from '../device/profile.ts';
import type { Model } from '../nam/model.ts';
import { selectWidths } from '../nam/widths.ts';
import { type BenchmodelRun, benchmodelBlockFrames } from './benchmodel.ts';
import type { CalibrationPoint } from './calibrate.ts';
import type { CostBook } from './cost-book.ts';
import type { MeasuredCase } from './validate-cases.ts';
import { CaseModels } from './validate-models.ts';

/** NAM Core takes its fast path where a model has that shape, and its generic path else. */
const benchmodelEngine = 'nam-core-a2fast';

/** The cases of `device` that give values of one core; bounds and pipelines fit nothing. */
export const pointsFromCases = (
  cases: readonly MeasuredCase[],
  device: DeviceProfile,
  models: readonly Model[],
  book: CostBook,
): readonly CalibrationPoint[] => {
  const names = new CaseModels(models, book);
  return cases
    .filter((c) => c.device === device.id && c.bound === 'value' && c.frontLayers === null)
    .map((c) => ({
      id: c.id,
      network: names.find(c.model, c.width, c.activation).network,
      engine: c.engine,
      blockFrames: c.blockFrames ?? device.chip?.audio.blockFrames.value ?? benchmodelBlockFrames,
      tanh: c.tanh ?? undefined,
      measured: { cyclesPerSample: c.cyclesPerSample },
    }));
};

/**
 * @param modelOf finds a model by the path that the tool was given; it throws where there is none.
 */
export const pointsFromBenchmodel = (
  runs: readonly BenchmodelRun[],
  modelOf: (path: string) => Model,
  book: CostBook,
): readonly CalibrationPoint[] =>
  runs.map((run, i) => {
    const model = modelOf(run.modelPath);
    // selectWidths never gives an empty list for a ratio.
    const width = selectWidths(model, String(run.ratio ?? 1)).at(-1)!;
    return {
      id: `run ${i + 1}: ${model.id} ${width.label}`,
      network: book.slimmed(model, width, {}).network,
      engine: benchmodelEngine,
      blockFrames: benchmodelBlockFrames,
      tanh: run.tanh ?? undefined,
      measured: { secondsPerSample: run.secondsPerSample },
    };
  });
