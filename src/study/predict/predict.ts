/** Which widths of which models run on which devices: one row a combination. Pure: data in, data out. */
import { CostBook } from '../cost/cost-cache.ts';
import { finish, type Steps } from '../cost/steps.ts';
import { type Cell, cellsOf, type Outcome, outcomeOf } from './cells.ts';
import { checkRequest, type PredictRequest } from './request.ts';
import type { PredictResult, PredictRow, SkippedCombination } from './row.ts';

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

/** Cells that follow each other and share a width. */
const byWidth = (cells: readonly Cell[]): readonly (readonly Cell[])[] => {
  const groups: Cell[][] = [];
  for (const cell of cells) {
    const last = groups.at(-1);
    const [one] = last ?? [];
    // Labels are unique within a model.
    const alike = one?.model === cell.model && one.width.label === cell.width.label;
    if (alike) last?.push(cell);
    else groups.push([cell]);
  }
  return groups;
};

/**
 * Rows in the order models, widths, devices, blocks, copies, engines. With engine 'all' the engines
 * that do not support a shape are listed in `skipped`, with the real library's fallback. Throws
 * `StudyError` where the request asks for what cannot be.
 * @param kept remembers between calls. Without it each width has a book of its own, so that memory holds
 * one width at a time; the rows are the same.
 */
export function* predictSteps(request: PredictRequest, kept?: CostBook): Steps<PredictResult> {
  checkRequest(request);
  const cells = cellsOf(request);
  const outcomes: Outcome[] = [];
  for (const group of byWidth(cells)) {
    const book = kept ?? new CostBook();
    for (const cell of group) {
      yield outcomes.length / cells.length;
      outcomes.push(outcomeOf(request, cell, book));
    }
  }
  return gathered(cells, outcomes);
}

/** Without a stop. */
export const predict = (request: PredictRequest, kept?: CostBook): PredictResult =>
  finish(predictSteps(request, kept));
