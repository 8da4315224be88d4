/**
 * The committed record of what every case cost. One line a case, sorted by case, so that its diff
 * reads well in a review; below them, one line a model, its weights by layer.
 */
import * as z from 'zod';
import { BudgetError } from '../../scenario/budget-error.ts';
import type { Parts } from './where.ts';

export interface BaselineEntry {
  readonly case: string;
  readonly value: number;
  /** Fingerprint of the model (or scenario) that was measured. */
  readonly of: string;
  readonly engine: string | null;
  /** Cycles per sample of each layer. */
  readonly layers: Parts;
  /** Weights of each layer. */
  readonly weights: Parts;
}

const parts = z.record(z.string(), z.number());

export interface BaselineFile {
  readonly $schema?: string | undefined;
  readonly cases: readonly Omit<BaselineEntry, 'weights'>[];
  readonly models: readonly Pick<BaselineEntry, 'of' | 'weights'>[];
}

export const baselineFileSchema: z.ZodType<BaselineFile> = z.strictObject({
  $schema: z.string().optional(),
  cases: z.array(
    z.strictObject({
      case: z.string().describe('What was measured; one of its kind in the file.'),
      value: z.number().describe("In the metric's own unit."),
      of: z.string().describe('Fingerprint of the model at its width, or of the scenario.'),
      engine: z.string().nullable(),
      layers: parts.describe('Cycles per sample of each layer.'),
    }),
  ),
  models: z.array(
    z.strictObject({ of: z.string(), weights: parts.describe('Weights of each layer.') }),
  ),
});

export type Baseline = ReadonlyMap<string, BaselineEntry>;

export const emptyBaseline: Baseline = new Map();

/** Throws `BudgetError` naming the file, what is wrong and how to write it anew. */
export const parseBaseline = (text: string, origin: string): Baseline => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BudgetError(
      'not-json',
      `${origin}: expected the JSON that 'check --update-baseline' writes, got ${String(error)}.`,
    );
  }
  const result = baselineFileSchema.safeParse(json);
  if (!result.success) {
    throw new BudgetError(
      'invalid',
      `${origin}: ${z.prettifyError(result.error)}. Write it anew with 'pedalbench check --update-baseline'.`,
    );
  }
  const weights = new Map(result.data.models.map((model) => [model.of, model.weights]));
  return new Map(
    result.data.cases.map((entry) => [
      entry.case,
      { ...entry, weights: weights.get(entry.of) ?? {} },
    ]),
  );
};

/** Rounded so that the file is short; a millionth of a cycle is below what anybody budgets. */
export const asWritten = (value: number): number => Math.round(value * 1e6) / 1e6;

const shortParts = (values: Parts): Parts =>
  Object.fromEntries(Object.entries(values).map(([name, cycles]) => [name, asWritten(cycles)]));

/** By code unit, so that no locale has a say. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const formatBaseline = (baseline: Baseline, $schema?: string): string => {
  const entries = [...baseline.values()].sort((a, b) => byText(a.case, b.case));
  const cases = entries.map(({ case: name, value, of, engine, layers }) =>
    JSON.stringify({ case: name, value: asWritten(value), of, engine, layers: shortParts(layers) }),
  );
  const models = new Map(
    entries
      .filter((entry) => Object.keys(entry.weights).length > 0)
      .map((entry) => [entry.of, JSON.stringify({ of: entry.of, weights: entry.weights })]),
  );
  const list = (lines: readonly string[]): string =>
    lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`;
  const head = $schema === undefined ? '' : `"$schema":${JSON.stringify($schema)},`;
  return `{${head}"cases":${list(cases)},"models":${list([...models.values()].sort(byText))}}\n`;
};
