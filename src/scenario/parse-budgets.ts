/** Reads a budget file and finds the line of each budget, for annotations. */
import { checked } from '../device/checked.ts';
import { parseJsonText } from '../units/json-text.ts';
import { type BudgetFile, budgetFileSchema } from './budget.ts';
import { BudgetError } from './scenario-error.ts';

export interface ParsedBudgets extends BudgetFile {
  readonly origin: string;
  /** 1-based line on which each budget starts. */
  readonly lines: readonly number[];
}

/**
 * The lines on which the elements of a top-level array start. Works on valid JSON only: strings are
 * skipped, brackets counted.
 */
const elementLines = (text: string, key: string): readonly number[] => {
  const lines: number[] = [];
  let [line, depth, lastString] = [1, 0, ''];
  let [inside, expectElement] = [false, false];
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},\n]|[^\s"[\]{},]+/g)) {
    if (token === '\n') {
      line += 1;
      continue;
    }
    if (inside && expectElement && depth === 2 && token !== ']') {
      lines.push(line);
      expectElement = false;
    }
    if (token.startsWith('"')) lastString = token;
    else if (token === '[' || token === '{') {
      depth += 1;
      const isArray = token === '[' && depth === 2 && lastString === JSON.stringify(key);
      if (isArray) [inside, expectElement] = [true, true];
    } else if (token === ']' || token === '}') {
      depth -= 1;
      if (inside && depth === 1) return lines;
    } else if (token === ',' && inside && depth === 2) expectElement = true;
  }
  return lines;
};

/** Throws `BudgetError` naming file, path, expected, got and fix. */
export const parseBudgets = (text: string, origin: string): ParsedBudgets => {
  const json = parseJsonText(text, origin, (fault) => new BudgetError('not-json', fault));
  const invalid = (faults: string): Error => new BudgetError('invalid', faults);
  const data = checked(budgetFileSchema, json, origin, invalid);
  for (const [index, { name }] of data.budgets.entries()) {
    const before = data.budgets.findIndex((budget) => budget.name === name);
    if (before === index) continue;
    const fault = `${origin}: budgets[${index}].name: expected a name of its own, got "${name}", which budgets[${before}] has. Rename one.`;
    throw new BudgetError('duplicate', fault);
  }
  return { ...data, origin, lines: elementLines(text, 'budgets') };
};
