/** Measures the budgets of a file with a library's models, devices, scenarios and audio. */
import { WavReader } from '../audio/wav.ts';
import { BudgetError } from '../scenario/budget-error.ts';
import type { ParsedBudgets } from '../scenario/parse-budgets.ts';
import type { Measure } from '../study/check/check.ts';
import { type MeasureSources, measureWith } from '../study/check/measure.ts';
import { esrToFull } from './fidelity.ts';
import type { Library } from './library.ts';
import { pathFrom } from './places.ts';

/** Without words about the file and without progress; a face puts its own in its place. */
const quietRatios =
  (library: Library): MeasureSources['esrToFull'] =>
  async (model, widths, audio) => {
    const reader = new WavReader(pathFrom(library.places, audio));
    try {
      return await esrToFull(reader, model, widths, 'libm');
    } finally {
      reader.close();
    }
  };

/** An unknown name in a budget is a fault of the file: the error says which budget. */
export const measureBudgets = (
  library: Library,
  file: ParsedBudgets,
  ratios: MeasureSources['esrToFull'] = quietRatios(library),
): Measure => {
  const measure = measureWith(
    { library, scenario: (name) => library.scenario(name), esrToFull: ratios },
    library.book,
  );
  return async (budget, index) => {
    try {
      return await measure(budget, index);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { code } = error as { code?: unknown };
      // What has no code is a fault of ours; a signal to stop is none at all.
      if (typeof code !== 'string') throw error;
      throw new BudgetError(
        'invalid',
        `${file.origin}: budgets[${index}] ("${budget.name}"): ${error.message}`,
      );
    }
  };
};
