/** Measures the cases of a budget with the machine: predictions for models, simulations for scenarios. */

import type { Model } from '../../nam/model.ts';
import type { Budget } from '../../scenario/budget.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import { CostBook } from '../cost/cost-cache.ts';
import type { RunResult } from '../simulate/run-result.ts';
import { simulate } from '../simulate/simulate.ts';
import type { Measure } from './check.ts';
import type { MeasureSources } from './measure-sources.ts';
import { faultyCase, type Measurement, matchesNothing, unmeasured } from './measurement.ts';
import { ofRow, ofRun } from './metric-values.ts';
import { type Point, PointBook } from './points.ts';

const keyOf = (parts: readonly (string | number | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');

/** As the budget says it, so that a model whose shape changes is still the same case. */
const caseOf = (budget: Budget, model: string, device: string, { row, width }: Point): string =>
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

/** Of a model on a device. Throws for what means nothing. */
type OfModel = (budget: Budget, model: string, device: string) => Promise<readonly Measurement[]>;

const measureModel = (sources: MeasureSources, pointBook: PointBook): OfModel => {
  const ratiosOf = async (budget: Budget, model: Model, points: readonly Point[]) => {
    const { metric, audio, level } = budget;
    if (metric !== 'esrToFull' || audio === undefined || level === 'off') return null;
    const widths = points.map((point) => point.width);
    return sources.esrToFull(model, widths, audio);
  };
  return async (budget, modelName, deviceName) => {
    const { model, deviceId, points } = pointBook.of(budget, modelName, deviceName);
    const ratios = await ratiosOf(budget, model, points);
    return points.map((point): Measurement => {
      const { row, width, fingerprint, where } = point;
      const value =
        ratios === null ? (ofRow[budget.metric]?.(row) ?? null) : (ratios.get(width.label) ?? null);
      const unknown =
        ratios === null
          ? row.reasons.join(' ').replace(/\.$/, '') || 'nothing is known'
          : `the full width is silent on ${budget.audio}, so there is no ratio`;
      return {
        key: caseOf(budget, modelName, deviceName, point),
        model: model.id,
        modelPath: modelName === model.id ? null : modelName,
        width: width.label,
        device: deviceId,
        devicePath: deviceName === deviceId ? null : deviceName,
        engine: row.engine,
        scenario: null,
        blockFrames: row.blockFrames,
        whatIf: width.whatIf,
        value,
        problem: value === null ? unknown : null,
        faulty: false,
        fingerprint,
        ...where,
      };
    });
  };
};

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');

/** Of the jobs of a scenario; one that fails is no pass, and the others are judged all the same. */
const measureScenario = (sources: MeasureSources, book: CostBook) => {
  const runs = new Map<string, RunResult | Error>();
  const runOf = (job: Job): RunResult | Error => {
    const known = runs.get(job.id);
    if (known !== undefined) return known;
    let run: RunResult | Error;
    try {
      run = simulate(job, sources.library, { book });
    } catch (error) {
      run = error instanceof Error ? error : new Error(String(error));
    }
    runs.set(job.id, run);
    return run;
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
      const run = runOf(job);
      if (run instanceof Error) {
        return { ...known, problem: `the simulation failed: ${wordsOf(run)}` };
      }
      const value = ofRun[budget.metric]?.(run) ?? null;
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
export const measureWith = (sources: MeasureSources, book: CostBook = new CostBook()): Measure => {
  const ofModel = measureModel(sources, new PointBook(sources, book));
  const ofScenario = measureScenario(sources, book);
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
