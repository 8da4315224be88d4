/** Which widths of which models run on which devices: one row a combination. Pure: data in, data out. */
import type { DeviceProfile } from '../../device/profile.ts';
import { BoundedMap } from '../../units/bounded-map.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { finish, type Steps } from '../cost/steps.ts';
import { cellsOf, type Outcome, outcomeOf } from './cells.ts';
import { type Cell, checkRequest, type PredictRequest } from './request.ts';
import type { PredictResult, SkippedCombination } from './row.ts';
import { whatRuns } from './row-of.ts';

/** Sentences about a model that its rows share. */
const warningsOf = (
  { model, device, sampleRateHz }: Cell,
  { resample, oversample, sampleRateHz: asked }: PredictRequest,
): string[] => {
  const rates = ratesOf(model, sampleRateHz, oversample);
  // Of a device's own rate its rows tell, in their context.
  const shifted =
    asked !== undefined &&
    model.metadata.sampleRateHz !== null &&
    device.chip !== null &&
    rates.sessionHz !== rates.modelHz &&
    resampledBy(device.chip, rates, resample) === null;
  const says = `trained at ${rates.modelHz} Hz and run at ${sampleRateHz} Hz where the player does not resample: it costs that of ${sampleRateHz} Hz and sounds shifted.`;
  return [...model.warnings, ...(shifted ? [says] : [])].map((w) => `${model.origin}: ${w}`);
};

/** `outcomes`: of the cells, in their order. */
const gathered = (
  request: PredictRequest,
  cells: readonly Cell[],
  outcomes: readonly Outcome[],
): PredictResult => {
  const skipped = new Map<string, SkippedCombination>();
  for (const [i, outcome] of outcomes.entries()) {
    if ('row' in outcome) continue;
    const { device, engine, width } = outcome.skipped;
    const key = JSON.stringify([cells[i]?.model.origin, device, engine, width]);
    skipped.set(key, outcome.skipped);
  }
  const warnings = new Set(cells.flatMap((cell) => warningsOf(cell, request)));
  return {
    rows: outcomes.flatMap((outcome) => ('row' in outcome ? [outcome.row] : [])),
    skipped: [...skipped.values()],
    warnings: [...warnings],
  };
};

/** A row of one model for another of its shape, which differs in nothing else that a row hangs on. */
const rowFor = (outcome: Outcome, cell: Cell, { beside = [] }: PredictRequest): Outcome =>
  'row' in outcome
    ? { row: { ...outcome.row, ...whatRuns({ ...cell, beside }) } }
    : { skipped: { ...outcome.skipped, model: cell.model.id } };

/** Rows that are held for further models of their shapes: some ten shapes on all pedals. */
const mostOutcomes = 8192;
/** Widths by what they are: one was a text of some kilobytes. */
const mostWidths = 128;

/** Lists are alike where their entries are the same. */
const alike = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) ||
  (Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((entry, i) => Object.is(entry, b[i])));

/** Works cells out once for all models of one shape. */
class Outcomes {
  readonly #request: PredictRequest;
  readonly #costs: CostCache;
  readonly #known = new BoundedMap<string, Outcome>(mostOutcomes);
  readonly #devices: ReadonlyMap<DeviceProfile, number>;
  /** Texts by the order in which they came: a number is a short key. */
  readonly #numbers = new BoundedMap<string, number>(mostWidths);
  #numbered = 0;
  #last: { readonly cell: Cell; readonly width: number } | null = null;

  constructor(request: PredictRequest, costs: CostCache) {
    // Held for further calls, the models are not.
    this.#request = { ...request, models: [] };
    this.#costs = costs;
    this.#devices = new Map(request.devices.map((device, i) => [device, i]));
  }

  /** Whether a request asks for the same of other models. */
  serves(request: PredictRequest): boolean {
    const own: Readonly<Record<string, unknown>> = { ...this.#request };
    const other: Readonly<Record<string, unknown>> = { ...request, models: own.models };
    const keys = new Set([...Object.keys(own), ...Object.keys(other)]);
    return [...keys].every((key) => alike(own[key], other[key]));
  }

  /** The same for models that differ in nothing but the values of their weights. */
  #widthOf(cell: Cell): number {
    const { model, width } = cell;
    if (this.#last?.cell.model === model && this.#last.cell.width === width)
      return this.#last.width;
    const { whatIf = false } = this.#request;
    const { network } = this.#costs.slimmed(model, width, { whatIf });
    const { version, architecture, metadata } = model;
    const shape = this.#numberOf(this.#costs.shape(network));
    const all = [version, architecture, metadata.sampleRateHz, width, shape];
    const number = this.#numberOf(JSON.stringify(all));
    this.#last = { cell, width: number };
    return number;
  }

  #numberOf(text: string): number {
    return memoize(this.#numbers, text, () => this.#numbered++);
  }

  /** Null where the model's own sound decides: nothing is shared then. */
  #keyOf(cell: Cell): string | null {
    const { fidelity, arguments: measured } = this.#request;
    if (fidelity !== undefined || measured !== undefined) return null;
    const { device, blockFrames, sampleRateHz, copies, engine } = cell;
    const place = `${this.#widthOf(cell)} ${this.#devices.get(device)}`;
    return `${place} ${blockFrames} ${sampleRateHz} ${copies} ${engine}`;
  }

  /** Null where it has to be worked out. */
  known(cell: Cell): Outcome | null {
    const key = this.#keyOf(cell);
    const known = key === null ? undefined : this.#known.get(key);
    return known === undefined ? null : rowFor(known, cell, this.#request);
  }

  work(cell: Cell): Outcome {
    const outcome = outcomeOf(this.#request, cell, this.#costs);
    const key = this.#keyOf(cell);
    if (key !== null) this.#known.set(key, outcome);
    return outcome;
  }
}

/** Of the last request on a cache: a folder of captures is asked for one by one, in the same words. */
const lastOutcomes = new WeakMap<CostCache, Outcomes>();

const outcomesFor = (request: PredictRequest, costs: CostCache): Outcomes => {
  const last = lastOutcomes.get(costs);
  if (last?.serves(request)) return last;
  const made = new Outcomes(request, costs);
  lastOutcomes.set(costs, made);
  return made;
};

/**
 * Rows in the order models, widths, devices, blocks, copies, engines. With engine 'all' the engines
 * that do not support a shape are listed in `skipped`, with the real library's fallback. Throws
 * `StudyError` where the request asks for what cannot be.
 * @param costs remembers between calls; the rows are the same without
 */
export function* predictSteps(
  request: PredictRequest,
  costs: CostCache = new CostCache(),
): Steps<PredictResult> {
  checkRequest(request);
  const cells = cellsOf(request);
  const known = outcomesFor(request, costs);
  const outcomes: Outcome[] = [];
  for (const cell of cells) {
    const before = known.known(cell);
    if (before === null) yield outcomes.length / cells.length;
    outcomes.push(before ?? known.work(cell));
  }
  return gathered(request, cells, outcomes);
}

/** Without a stop. */
export const predict = (request: PredictRequest, costs?: CostCache): PredictResult =>
  finish(predictSteps(request, costs));
