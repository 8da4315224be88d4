/** `check` on a file of budgets, or on budgets as data. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Budget } from '../../scenario/budget.ts';
import { type ParsedBudgets, parseBudgets } from '../../scenario/parse-budgets.ts';
import { type Baseline, emptyBaseline, parseBaseline } from '../../study/check/baseline.ts';
import { type CheckOutcome, check as checkBudgets } from '../../study/check/check.ts';
import { readText } from '../../units/read-text.ts';
import { LibraryError } from '../library-error.ts';
import { measureBudgets } from '../measure-budgets.ts';
import { pathFrom } from '../places.ts';
import { type LibraryOptions, libraryFrom } from './options.ts';

type Names = string | readonly string[];
type Written = 'name' | 'metric' | 'model' | 'device' | 'scenario';

/** One budget as its file would hold it: what is left out has the default of the schema. */
export interface BudgetInput
  extends Partial<Omit<Budget, Written>>,
    Pick<Budget, 'name' | 'metric'> {
  readonly model?: Names | undefined;
  readonly device?: Names | undefined;
  readonly scenario?: Names | undefined;
}

/** Budgets as their file would hold them. */
export interface BudgetDocument {
  readonly budgets: readonly BudgetInput[];
}

export interface CheckOptions extends LibraryOptions {
  /**
   * What changes are held against: a path, or what `check` gave as `measured`.
   * @default what the file names, else baseline.json beside it; nothing for budgets as data
   */
  readonly baseline?: string | Baseline | undefined;
}

const usualBaseline = 'baseline.json';

const readBaseline = (path: string, mayBeMissing: boolean): Baseline => {
  if (existsSync(path)) return parseBaseline(readText(path), path);
  if (mayBeMissing) return emptyBaseline;
  throw new LibraryError(
    'not-found',
    `${path}: no such baseline. Write it with 'pedalbench check --update-baseline'.`,
  );
};

/**
 * Holds budgets: absolute limits, and changes against a baseline. Failures come first; what could not
 * be judged is `inconclusive` and never a pass. `formatBaseline(outcome.measured)` is the text of a
 * new baseline.
 * @param budgets the path of a file, or its content as data
 * @throws BudgetError for a faulty file, an unknown name, or a budget that matches nothing
 */
export const check = async (
  budgets: string | BudgetDocument,
  options: CheckOptions = {},
): Promise<CheckOutcome> => {
  const library = libraryFrom(options);
  const { places } = library;
  let file: ParsedBudgets;
  let baseline: Baseline = emptyBaseline;
  if (typeof budgets === 'string') {
    const path = pathFrom(places, budgets);
    if (!existsSync(path)) {
      throw new LibraryError(
        'not-found',
        `${budgets}: no such file. Write a first one with 'pedalbench check --init'.`,
      );
    }
    file = parseBudgets(readText(path), budgets);
    baseline = readBaseline(join(dirname(path), file.baseline ?? usualBaseline), true);
  } else {
    file = parseBudgets(JSON.stringify(budgets), 'budgets');
  }
  if (typeof options.baseline === 'string') {
    baseline = readBaseline(pathFrom(places, options.baseline), false);
  } else if (options.baseline !== undefined) {
    baseline = options.baseline;
  }
  return checkBudgets(file, baseline, measureBudgets(library, file));
};
