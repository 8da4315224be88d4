/** Measures the cases of a budget with the machine: predictions for models, simulations for scenarios. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Model, Width } from '../../nam/model.ts';
import { selectWidths } from '../../nam/widths.ts';
import type { Budget } from '../../scenario/budget.ts';
import type { MetricName } from '../../scenario/budget-metrics.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import { isRecord, valueAt } from '../../units/json-path.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import type { Measured } from '../predict/confidence.ts';
import { predict } from '../predict/predict.ts';
import type { PredictRow } from '../predict/row.ts';
import type { SimulationLibrary } from '../simulate/library.ts';
import type { RunResult } from '../simulate/run-result.ts';
import { simulate } from '../simulate/simulate.ts';
import type { Measure } from './check.ts';
import {
  breakdownOf,
  emptyBreakdown,
  faultyCase,
  fingerprint,
  type Measurement,
  matchesNothing,
  unmeasured,
} from './measurement.ts';
import type { Bounds } from './verdict.ts';

/** What `check` needs from its caller. */
export interface MeasureSources {
  /** What scenarios name. */
  readonly library: SimulationLibrary;
  /** What the validation set covers: intervals are narrower there. @default nothing */
  readonly measured?: Measured | undefined;
  /** As budgets name them. Each throws an error that says what there is, where the name is unknown. */
  model(name: string): Model;
  device(name: string): DeviceProfile;
  scenario(name: string): readonly Job[];
  /** Error-to-signal ratio of each width label against the full width on a WAV file. */
  esrToFull(
    model: Model,
    widths: readonly Width[],
    audio: string,
  ): Promise<ReadonlyMap<string, number | null>>;
}

/** What a metric names in a row or a run, by its path: of a range what is expected, of memory all of it. */
const figureOf = (result: PredictRow | RunResult, metric: MetricName): number | null => {
  const found = valueAt(result, metric.replace(/^scenario\./, '').split('.'));
  if (!isRecord(found)) return typeof found === 'number' ? found : null;
  const { expected, ...parts } = found;
  if (typeof expected === 'number') return expected;
  return Object.values(parts).reduce<number>((sum, bytes) => sum + Number(bytes), 0);
};

/** Of headroom the other way round: it is what the load leaves. */
const intervalOf = (metric: MetricName, { cyclesPerSample, load }: PredictRow): Bounds | null => {
  if (/^cyclesPerSample(\.expected)?$/.test(metric)) return bounds(cyclesPerSample);
  if (/^load(\.expected)?$/.test(metric)) return bounds(load);
  return metric === 'headroom' && load ? { low: 1 - load.high, high: 1 - load.low } : null;
};

const bounds = (of: Bounds | null): Bounds | null => of && { low: of.low, high: of.high };

const keyOf = (parts: readonly (string | number | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');

/** As the budget says it, so that a model whose shape changes is still the same case. */
const caseOf = (budget: Budget, model: string, device: string, row: PredictRow, width: Width) =>
  keyOf([
    model,
    // NAM's own control names a width also after its channels have changed.
    budget.width !== 'all' ? budget.width : (width.ratio ?? width.label),
    device,
    budget.engine === 'all' ? (row.engine ?? undefined) : budget.engine,
    `block ${row.blockFrames}`,
    budget.copies > 1 ? `${budget.copies} copies` : undefined,
    budget.rateHz === undefined ? undefined : `${budget.rateHz} Hz`,
    budget.tanh,
    budget.audio,
    budget.metric,
  ]);

/** What a row says of a budget's metric, or why it does not. `ratios`: where the metric is one on audio. */
const measuredIn = (
  row: PredictRow,
  { metric, audio }: Budget,
  ratios: ReadonlyMap<string, number | null> | null,
) => {
  // Of a product that takes no file a row says what could be: code has a cost there, the product no load.
  const isOfProduct = /^(load|headroom)/.test(metric);
  const known = row.verdict === 'unknown' && isOfProduct ? null : figureOf(row, metric);
  const value = (ratios === null ? known : ratios.get(row.width.label)) ?? null;
  const unknown =
    ratios === null
      ? row.reasons.join(' ').replace(/\.$/, '') || 'nothing is known'
      : `the full width is silent on ${audio}, so there is no ratio`;
  return { value, interval: intervalOf(metric, row), problem: value === null ? unknown : null };
};

/** Of a model on a device. Throws what the sources throw for names, and `ModelError` for widths, that mean nothing. */
const measureModel =
  (sources: MeasureSources, cache: CostCache) =>
  async (
    budget: Budget,
    modelName: string,
    deviceName: string,
  ): Promise<readonly Measurement[]> => {
    const [model, device] = [sources.model(modelName), sources.device(deviceName)];
    const { engine, block, rateHz, width: spec, whatIf, copies, tanh, metric, audio } = budget;
    const { library, measured } = sources;
    const { engines } = library;
    const common = { engines, coreOf: (id: string) => library.core(id), engine, tanh };
    const asked = { measured, models: [model], devices: [device], sampleRateHz: rateHz };
    const blocks = block === undefined ? undefined : [block];
    const how = { blockFrames: blocks, width: spec, whatIf, copies: [copies] };
    const { rows } = predict({ ...common, ...asked, ...how }, cache);
    const widths = selectWidths(model, spec, { whatIf });
    const isRatio = metric === 'esrToFull' && audio !== undefined && budget.level !== 'off';
    const ratios = isRatio ? await sources.esrToFull(model, widths, audio) : null;
    return rows.flatMap((row): readonly Measurement[] => {
      const width = widths.find(({ label }) => label === row.width.label);
      if (width === undefined) return [];
      const { network } = cache.slimmed(model, width, { whatIf });
      const { blockFrames, sampleRateHz } = row;
      const rates = device.chip && resampledBy(device.chip, ratesOf(model, sampleRateHz));
      const point = { ...common, network, device, blockFrames, copies, rates };
      return [
        {
          ...unmeasured(budget, { model: model.id, device: device.id }),
          ...(row.engine === null ? emptyBreakdown : breakdownOf(point, cache)),
          ...measuredIn(row, budget, ratios),
          key: caseOf(budget, modelName, deviceName, row, width),
          modelPath: modelName === model.id ? null : modelName,
          devicePath: deviceName === device.id ? null : deviceName,
          width: width.label,
          whatIf: width.whatIf,
          engine: row.engine,
          blockFrames,
          fingerprint: fingerprint(network),
        },
      ];
    });
  };

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');

/** Of the jobs of a scenario; one that fails is no pass, and the others are judged all the same. */
const measureScenario = (sources: MeasureSources, cache: CostCache) => {
  const runs = new Map<string, RunResult | Error>();
  const tried = (job: Job): RunResult | Error => {
    try {
      return simulate(job, sources.library, { cache });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  return (budget: Budget, name: string): readonly Measurement[] =>
    sources.scenario(name).map((job): Measurement => {
      const swept = Object.entries(job.swept).map(
        ([field, value]) => `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      const title = keyOf([name, ...swept]);
      const { device } = job.scenario;
      const known = {
        ...unmeasured(budget, { scenario: title }),
        key: keyOf([title, budget.metric]),
        device: typeof device === 'string' ? device : null,
        fingerprint: job.id,
      };
      if (budget.level === 'off') return known;
      const run = memoize(runs, job.id, () => tried(job));
      if (run instanceof Error) {
        return { ...known, problem: `the simulation failed: ${wordsOf(run)}` };
      }
      const value = figureOf(run, budget.metric);
      return { ...known, engine: run.engine, blockFrames: run.blockFrames, value };
    });
};

/** A fault of what a budget names: its own failure. What has no code is a fault of ours. */
const faultOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  if (!(error instanceof Error) || typeof code !== 'string') throw error;
  return wordsOf(error);
};

const orFault = async (
  budget: Budget,
  names: Pick<Partial<Measurement>, 'model' | 'device' | 'scenario'>,
  measure: () => readonly Measurement[] | Promise<readonly Measurement[]>,
): Promise<readonly Measurement[]> => {
  try {
    const cases = await measure();
    return cases.length > 0 ? cases : [faultyCase(budget, names, matchesNothing)];
  } catch (error) {
    return [faultyCase(budget, names, faultOf(error))];
  }
};

/** What a budget names and cannot be measured is a case of its own, `faulty`, and hides no other. */
export const measureWith = (from: MeasureSources, cache: CostCache = new CostCache()): Measure => {
  const ofModel = measureModel(from, cache);
  const ofScenario = measureScenario(from, cache);
  return async (budget) => {
    const cases: Measurement[] = [];
    for (const scenario of budget.scenario ?? []) {
      cases.push(...(await orFault(budget, { scenario }, () => ofScenario(budget, scenario))));
    }
    for (const model of budget.model ?? []) {
      for (const device of budget.device ?? []) {
        const names = { model, device };
        cases.push(...(await orFault(budget, names, () => ofModel(budget, model, device))));
      }
    }
    return cases;
  };
};
