/**
 * The committed record of what every case cost. One line a case, sorted by case, so that its diff
 * reads well in a review.
 */
import { z } from 'zod';
import { BudgetError } from '../../scenario/budget-error.ts';

export interface BaselineEntry {
  readonly case: string;
  readonly value: number;
  /** Fingerprint of the model (or scenario) that was measured. */
  readonly of: string;
  /** Cycles per sample of each layer. */
  readonly layers: Readonly<Record<string, number>>;
}

const entrySchema: z.ZodType<BaselineEntry> = z.strictObject({
  case: z.string(),
  value: z.number(),
  /** Fingerprint of the model (or scenario) that was measured. */
  of: z.string(),
  /** Cycles per sample of each layer. */
  layers: z.record(z.string(), z.number()),
});

const baselineSchema = z.strictObject({
  $schema: z.string().optional(),
  cases: z.array(entrySchema),
});

export type Baseline = ReadonlyMap<string, BaselineEntry>;

export const emptyBaseline: Baseline = new Map();

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
  const result = baselineSchema.safeParse(json);
  if (!result.success) {
    throw new BudgetError(
      'invalid',
      `${origin}: ${z.prettifyError(result.error)}. Write it anew with 'pedalbench check --update-baseline'.`,
    );
  }
  return new Map(result.data.cases.map((entry) => [entry.case, entry]));
};

/** Rounded so that the file is short; a millionth of a cycle is below what anybody budgets. */
const short = (value: number): number => Math.round(value * 1e6) / 1e6;

export const formatBaseline = (baseline: Baseline): string => {
  const lines = [...baseline.values()]
    .sort((a, b) => (a.case < b.case ? -1 : a.case > b.case ? 1 : 0))
    .map((entry) =>
      JSON.stringify({
        case: entry.case,
        value: short(entry.value),
        of: entry.of,
        layers: Object.fromEntries(
          Object.entries(entry.layers).map(([name, cycles]) => [name, short(cycles)]),
        ),
      }),
    );
  return `{"cases":[\n${lines.join(',\n')}\n]}\n`;
};
