/** Which widths of which models run on which devices: one row a combination. Pure: data in, data out. */
import QuickLRU from 'quick-lru';
import { memoize } from '../../units/memoize.ts';
import { hertz } from '../../units/number-text.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { finish, type Steps } from '../cost/steps.ts';
import { cellsOf, outcomeOf } from './cells.ts';
import { type Cell, checkRequest, type PredictRequest } from './request.ts';
import type { Outcome, PredictResult, SkippedCombination } from './row.ts';
import { outcomeFor, rowKeysOf } from './row-keys.ts';

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
  const says = `trained at ${hertz(rates.modelHz)} and run at ${hertz(sampleRateHz)} where the player does not resample: it costs that of ${hertz(sampleRateHz)} and sounds shifted.`;
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

/** Rows that are held for further models of their shapes, up to twice as many: some twenty shapes on all pedals, or fewer in several blocks. */
const mostOutcomes = 4096;

/** Of all requests on a cache: a folder of captures is asked for one by one. */
const heldBy = new WeakMap<CostCache, QuickLRU<string, Outcome>>();
const noneHeld = () => new QuickLRU<string, Outcome>({ maxSize: mostOutcomes });

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
  const keyOf = rowKeysOf(request, costs);
  const held = memoize(heldBy, costs, noneHeld);
  const outcomes: Outcome[] = [];
  for (const cell of cells) {
    const key = keyOf(cell) ?? '';
    const known = held.get(key) ?? request.known?.get(key);
    if (known === undefined) yield outcomes.length / cells.length;
    const outcome = known ?? outcomeOf(request, cell, costs);
    if (key !== '') held.set(key, outcome);
    outcomes.push(outcomeFor(outcome, cell, request));
  }
  return gathered(request, cells, outcomes);
}

/** What the request's cells come to, by the keys under which `known` holds them elsewhere; those that have one. */
export const workedOut = (request: PredictRequest, costs: CostCache): Map<string, Outcome> => {
  const keyOf = rowKeysOf(request, costs);
  const found = new Map<string, Outcome>();
  for (const cell of cellsOf(request)) {
    const key = keyOf(cell);
    if (key !== null) found.set(key, outcomeOf(request, cell, costs));
  }
  return found;
};

/** How many of the request's rows are still to be worked out, counted up to so many; none that threads could share. */
export const unknownRows = (request: PredictRequest, costs: CostCache, most: number): number => {
  const keyOf = rowKeysOf(request, costs);
  const held = memoize(heldBy, costs, noneHeld);
  let unknown = 0;
  for (const cell of cellsOf(request)) {
    const key = keyOf(cell);
    if (key === null) return 0;
    if (!held.has(key) && !request.known?.has(key)) unknown += 1;
    if (unknown >= most) return unknown;
  }
  return unknown;
};

/** Without a stop. */
export const predict = (request: PredictRequest, costs?: CostCache): PredictResult =>
  finish(predictSteps(request, costs));
