/** Which widths of which models run on which devices: one row a combination. Pure: data in, data out. */
import type { Model, Width } from '../nam/model.ts';
import { CostBook } from './cost-book.ts';
import { type Cell, cellsOf, type Outcome, outcomeOf } from './predict-cells.ts';
import { checkRequest, type PredictRequest } from './predict-request.ts';
import type { PredictResult, PredictRow, SkippedCombination } from './predict-row.ts';

/** Sentences about a model that every row of it shares. */
const warningsOf = ({ model, sampleRateHz }: Cell): string[] => {
  const trained = model.metadata.sampleRateHz;
  return [
    ...model.warnings.map((w) => `${model.origin}: ${w}`),
    ...(trained !== null && trained !== sampleRateHz
      ? [
          `${model.origin}: trained at ${trained} Hz and run at ${sampleRateHz} Hz: players resample or sound different; the cost is that of ${sampleRateHz} Hz.`,
        ]
      : []),
  ];
};

/** `outcomes`: of the cells, in their order. */
const gathered = (cells: readonly Cell[], outcomes: readonly Outcome[]): PredictResult => {
  const rows: PredictRow[] = [];
  const skipped = new Map<string, SkippedCombination>();
  const warnings = new Set<string>();
  for (const cell of cells) for (const warning of warningsOf(cell)) warnings.add(warning);
  for (const [i, outcome] of outcomes.entries()) {
    if ('row' in outcome) rows.push(outcome.row);
    else {
      const { device, engine, width } = outcome.skipped;
      const key = JSON.stringify([cells[i]?.model.origin, device, engine, width]);
      skipped.set(key, outcome.skipped);
    }
  }
  return { rows, skipped: [...skipped.values()], warnings: [...warnings] };
};

/** Remembers what the cells of one width share, so that memory holds one width at a time. */
export class WidthBook {
  #model: Model | null = null;
  #label = '';
  #book = new CostBook();

  for(model: Model, width: Width): CostBook {
    if (model !== this.#model || width.label !== this.#label) {
      this.#model = model;
      this.#label = width.label;
      this.#book = new CostBook();
    }
    return this.#book;
  }
}

/**
 * Rows in the order models, widths, devices, blocks, copies, engines. With engine 'all' the engines
 * that do not support a shape are listed in `skipped`, with the real library's fallback. Throws
 * `StudyError` where the request asks for what cannot be.
 * @param kept remembers between calls. Without it each width has a book of its own, so that memory holds
 * one width at a time; the rows are the same.
 * @param known outcomes that were worked out elsewhere, by the place of their cell in `cellsOf`
 */
export const predict = (
  request: PredictRequest,
  kept?: CostBook,
  known: ReadonlyMap<number, Outcome> = new Map(),
): PredictResult => {
  checkRequest(request);
  const cells = cellsOf(request);
  const books = new WidthBook();
  const outcomes = cells.map(
    (cell, i) =>
      known.get(i) ?? outcomeOf(request, cell, kept ?? books.for(cell.model, cell.width)),
  );
  return gathered(cells, outcomes);
};
