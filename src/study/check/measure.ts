/** Measures the cases of a budget with the machine: predictions for models, simulations for scenarios. */
import type { Model, Width } from '../../nam/model.ts';
import type { Budget, MetricName } from '../../scenario/budget.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import { CostBook } from '../cost/cost-cache.ts';
import type { PredictRow } from '../predict/row.ts';
import type { SimulationLibrary } from '../simulate/library.ts';
import type { RunResult } from '../simulate/run-result.ts';
import { simulate } from '../simulate/simulate.ts';
import type { Measure } from './check.ts';
import type { Measurement } from './evaluate.ts';
import { PointBook } from './points.ts';
import { nowhere } from './where.ts';

/** What `check` needs from the edge of the house. */
export interface MeasureSources {
  /** Each throws an error that says what there is, where the name is unknown. */
  readonly library: SimulationLibrary;
  scenario(name: string): readonly Job[];
  /** Error-to-signal ratio of each width label against the full width on a WAV file. */
  esrToFull(
    model: Model,
    widths: readonly Width[],
    audio: string,
  ): Promise<ReadonlyMap<string, number | null>>;
}

type OfRow = (row: PredictRow) => number | null;
type OfRun = (run: RunResult) => number;

const allBytes = (row: PredictRow): number | null => {
  if (row.memoryBytes === null) return null;
  const { weights, history, scratch, code } = row.memoryBytes;
  return weights + history + scratch + code;
};

const ofRow: Readonly<Partial<Record<MetricName, OfRow>>> = {
  cyclesPerSample: (row) => row.cyclesPerSample?.expected ?? null,
  'cyclesPerSample.expected': (row) => row.cyclesPerSample?.expected ?? null,
  'cyclesPerSample.worst': (row) => row.cyclesPerSample?.worst ?? null,
  'cyclesPerSample.best': (row) => row.cyclesPerSample?.best ?? null,
  instructionsPerSample: (row) => row.instructionsPerSample,
  load: (row) => row.load?.expected ?? null,
  'load.expected': (row) => row.load?.expected ?? null,
  'load.worst': (row) => row.load?.worst ?? null,
  headroom: (row) => row.headroom,
  memoryBytes: allBytes,
  'memoryBytes.weights': (row) => row.memoryBytes?.weights ?? null,
  'memoryBytes.history': (row) => row.memoryBytes?.history ?? null,
  'memoryBytes.scratch': (row) => row.memoryBytes?.scratch ?? null,
  'memoryBytes.code': (row) => row.memoryBytes?.code ?? null,
};

const ofRun: Readonly<Partial<Record<MetricName, OfRun>>> = {
  'scenario.load.mean': (run) => run.load.mean,
  'scenario.load.p95': (run) => run.load.p95,
  'scenario.load.p99': (run) => run.load.p99,
  'scenario.load.max': (run) => run.load.max,
  'scenario.headroom': (run) => run.headroom,
  'scenario.xruns': (run) => run.xruns,
};

const keyOf = (parts: readonly (string | number | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');

export const measureWith = (sources: MeasureSources, book: CostBook = new CostBook()): Measure => {
  const pointBook = new PointBook(sources.library, book);
  const runs = new Map<string, RunResult | Error>();
  const ofModel = async (
    budget: Budget,
    modelName: string,
    deviceName: string,
  ): Promise<readonly Measurement[]> => {
    const { model, deviceId, points } = pointBook.of(budget, modelName, deviceName);
    const widths = points.map((point) => point.width);
    const ratios =
      budget.metric === 'esrToFull' && budget.audio !== undefined && budget.level !== 'off'
        ? await sources.esrToFull(model, widths, budget.audio)
        : null;
    return points.map(({ row, width, fingerprint, where }): Measurement => {
      const value =
        ratios === null ? (ofRow[budget.metric]?.(row) ?? null) : (ratios.get(width.label) ?? null);
      return {
        key: keyOf([
          model.id,
          width.label,
          deviceId,
          budget.engine,
          `block ${row.blockFrames}`,
          budget.copies > 1 ? `${budget.copies} copies` : undefined,
          budget.rateHz === undefined ? undefined : `${budget.rateHz} Hz`,
          budget.tanh,
          budget.audio,
          budget.metric,
        ]),
        model: model.id,
        width: width.label,
        device: deviceId,
        engine: row.engine,
        scenario: null,
        blockFrames: row.blockFrames,
        whatIf: width.whatIf,
        value,
        problem:
          value !== null
            ? null
            : ratios !== null
              ? `the full width is silent on ${budget.audio}, so there is no ratio`
              : row.reasons.join(' ').replace(/\.$/, '') || 'nothing is known',
        fingerprint,
        ...where,
      };
    });
  };

  const ofScenario = (budget: Budget, name: string): readonly Measurement[] =>
    sources.scenario(name).map((job): Measurement => {
      const { scenario } = job;
      let run = runs.get(job.id);
      if (run === undefined && budget.level !== 'off') {
        try {
          run = simulate(job, sources.library, { book });
        } catch (error) {
          // A failed simulation is not a pass, and the other budgets are judged all the same.
          run = error instanceof Error ? error : new Error(String(error));
        }
        runs.set(job.id, run);
      }
      const failed = run instanceof Error ? run.message : null;
      const swept = Object.entries(job.swept).map(
        ([field, value]) => `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      const title = keyOf([job.name, ...swept]);
      const value =
        run === undefined || run instanceof Error ? null : (ofRun[budget.metric]?.(run) ?? null);
      return {
        key: keyOf([title, budget.metric]),
        model: null,
        width: null,
        device: typeof scenario.device === 'string' ? scenario.device : null,
        engine: run === undefined || run instanceof Error ? null : run.engine,
        scenario: title,
        blockFrames: run === undefined || run instanceof Error ? null : run.blockFrames,
        whatIf: false,
        value,
        problem: failed === null ? null : `the simulation failed: ${failed.replace(/\.$/, '')}`,
        fingerprint: job.id,
        ...nowhere,
      };
    });

  return async (budget) => {
    const cases: Measurement[] = [];
    for (const name of budget.scenario ?? []) cases.push(...ofScenario(budget, name));
    for (const model of budget.model ?? []) {
      for (const device of budget.device ?? [])
        cases.push(...(await ofModel(budget, model, device)));
    }
    return cases;
  };
};
