/** Reads a budget file and finds the line of each budget, for annotations. */

import { pathText, valueAt } from '../units/json-path.ts';
import { parseJsonText } from '../units/json-text.ts';
import { type BudgetFile, budgetFileSchema } from './budget.ts';
import { metricNames } from './budget-metrics.ts';
import { elementLines } from './json-lines.ts';
import { BudgetError } from './scenario-error.ts';

export interface ParsedBudgets extends BudgetFile {
  readonly origin: string;
  /** 1-based line on which each budget starts. */
  readonly lines: readonly number[];
}

/** Throws `BudgetError` naming file, path, expected, got and fix. */
export const parseBudgets = (text: string, origin: string): ParsedBudgets => {
  const json = parseJsonText(
    text,
    (found) => new BudgetError('not-json', `${origin}: expected JSON, got ${found}.`),
  );
  const result = budgetFileSchema.safeParse(json);
  if (!result.success) {
    const sentences = result.error.issues.map((issue) => {
      const found = JSON.stringify(valueAt(json, issue.path));
      const fix =
        issue.path.at(-1) === 'metric' ? ` Known metrics: ${metricNames.join(', ')}.` : '';
      const got =
        found === undefined || issue.code === 'custom' ? '' : ` (got ${found.slice(0, 80)})`;
      return `${origin}: ${pathText(issue.path) || '(the whole file)'}: ${issue.message}${got}${fix}`;
    });
    throw new BudgetError('invalid', sentences.join('\n'));
  }
  const seen = new Map<string, number>();
  result.data.budgets.forEach((budget, index) => {
    const before = seen.get(budget.name);
    if (before !== undefined) {
      throw new BudgetError(
        'duplicate',
        `${origin}: budgets[${index}].name: expected a name of its own, got "${budget.name}", which budgets[${before}] has. Rename one.`,
      );
    }
    seen.set(budget.name, index);
  });
  return { ...result.data, origin, lines: elementLines(text, 'budgets') };
};
