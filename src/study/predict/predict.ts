/** Which widths of which models run on which devices: one row a combination. Pure: data in, data out. */
import { BoundedMap } from '../../units/bounded-map.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { finish, type Steps } from '../cost/steps.ts';
import { cellsOf, outcomeOf } from './cells.ts';
import { type Cell, checkRequest, type PredictRequest } from './request.ts';
import type { Outcome, PredictResult, SkippedCombination } from './row.ts';
import { outcomeFor, RowKeys } from './row-keys.ts';

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

/** Rows that are held for further models of their shapes: a hundred shapes on all pedals, or fewer in several blocks. */
const mostOutcomes = 8192;

/** Of all requests on a cache: a folder of captures is asked for one by one. */
const heldBy = new WeakMap<CostCache, BoundedMap<string, Outcome>>();

/** Works cells out once for all models of one shape. */
class Outcomes {
  readonly #request: PredictRequest;
  readonly #costs: CostCache;
  readonly #keys: RowKeys;
  readonly #held: BoundedMap<string, Outcome>;

  constructor(request: PredictRequest, costs: CostCache) {
    this.#request = request;
    this.#costs = costs;
    this.#keys = new RowKeys(request, costs);
    this.#held = memoize(heldBy, costs, () => new BoundedMap(mostOutcomes));
  }

  /** Null where it has to be worked out. */
  known(cell: Cell): Outcome | null {
    const key = this.#keys.keyOf(cell);
    const known = key === null ? undefined : (this.#held.get(key) ?? this.#request.known?.get(key));
    return known === undefined ? null : outcomeFor(known, cell, this.#request);
  }

  work(cell: Cell): Outcome {
    const outcome = outcomeOf(this.#request, cell, this.#costs);
    const key = this.#keys.keyOf(cell);
    if (key !== null) this.#held.set(key, outcome);
    return outcome;
  }
}

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
  const known = new Outcomes(request, costs);
  const outcomes: Outcome[] = [];
  for (const cell of cells) {
    const before = known.known(cell);
    if (before === null) yield outcomes.length / cells.length;
    outcomes.push(before ?? known.work(cell));
  }
  return gathered(request, cells, outcomes);
}

/** What a request's rows are known by, for further ones. */
export const outcomesByKey = (request: PredictRequest): ReadonlyMap<string, Outcome> => {
  const costs = new CostCache();
  const keys = new RowKeys(request, costs);
  return new Map(
    cellsOf(request).flatMap((cell) => {
      const key = keys.keyOf(cell);
      return key === null ? [] : [[key, outcomeOf(request, cell, costs)] as const];
    }),
  );
};

/** Without a stop. */
export const predict = (request: PredictRequest, costs?: CostCache): PredictResult =>
  finish(predictSteps(request, costs));
