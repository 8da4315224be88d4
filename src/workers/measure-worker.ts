/** The worker of `check`: one task is some budgets of a file, measured one after the other. */
import { type Library, libraryOf } from '../library/library.ts';
import { measureBudgets } from '../library/measure-budgets.ts';
import type { Places } from '../library/places.ts';
import { parseBudgets } from '../scenario/parse-budgets.ts';
import type { Measurement } from '../study/check/evaluate.ts';

export interface MeasureTask {
  readonly places: Places;
  /** The file as it was read, and its name for messages. */
  readonly text: string;
  readonly origin: string;
  /** Which of its budgets. */
  readonly indices: readonly number[];
}

/** What was measured, by the budget's place in the file. Budgets that cannot be are left out. */
export type MeasuredBudgets = readonly (readonly [number, readonly Measurement[]])[];

/** What is read and costed serves the next task too, as long as it looks in the same places. */
let opened: { readonly key: string; readonly library: Library } | null = null;

const open = (places: Places): Library => {
  const key = JSON.stringify(places);
  if (opened?.key !== key) opened = { key, library: libraryOf(places) };
  return opened.library;
};

const measureTask = async (task: MeasureTask): Promise<MeasuredBudgets> => {
  const { places, text, origin, indices } = task;
  const file = parseBudgets(text, origin);
  const measure = measureBudgets(open(places), file);
  const measured: [number, readonly Measurement[]][] = [];
  for (const index of indices) {
    const budget = file.budgets[index];
    if (budget === undefined) continue;
    try {
      measured.push([index, await measure(budget, index)]);
    } catch {
      // Whoever asked measures it again, and meets the error in its place.
    }
  }
  return measured;
};

export default measureTask;
