/** What every case cost over time: one JSON line a check, which `check --history` appends. Pure. */
import * as z from 'zod';
import { BudgetError } from '../../scenario/scenario-error.ts';
import type { Frozen } from '../../units/frozen.ts';
import { parseJsonText } from '../../units/json-text.ts';
import { asWritten, type Baseline, byText } from './baseline.ts';

const historyEntry = z.strictObject({
  /** The commit, or whatever names the state that was measured. */
  at: z.string().min(1).max(200),
  /** When that was committed, as ISO 8601; null where nobody says. */
  date: z.string().nullable(),
  /** Of pedalbench: a newer one may cost the same model otherwise. */
  version: z.string(),
  /** Values by case, in the metric's own unit. */
  cases: z.record(z.string(), z.number()),
});
export type HistoryEntry = Frozen<z.output<typeof historyEntry>>;

/** One line, with its end. */
export const historyLine = (entry: Omit<HistoryEntry, 'cases'>, measured: Baseline): string => {
  const cases = [...measured]
    .map(([name, { value }]) => [name, asWritten(value)] as const)
    .sort(([a], [b]) => byText(a, b));
  return `${JSON.stringify({ ...entry, cases: Object.fromEntries(cases) })}\n`;
};

/** @throws BudgetError naming the line that is no entry */
export const parseHistory = (text: string, origin: string): readonly HistoryEntry[] =>
  text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const where = `${origin}: line ${index + 1}`;
    try {
      return [historyEntry.parse(parseJsonText(line))];
    } catch (error) {
      const found = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      const fault = `${where}: expected a line that 'check --history' appends, got ${found}. Delete the line.`;
      throw new BudgetError('invalid', fault);
    }
  });

export interface Series {
  readonly name: string;
  /** In the order of the file; a state that was measured again counts by its last time. */
  readonly values: readonly { readonly at: string; readonly value: number }[];
}

/** A series a case that the last entry still has, the one that changed most first. */
export const seriesOf = (entries: readonly HistoryEntry[]): readonly Series[] => {
  const last = new Map(entries.map((entry) => [entry.at, entry]));
  const states = [...last.values()];
  const names = Object.keys(states.at(-1)?.cases ?? {});
  return names
    .map((name) => ({
      name,
      values: states.flatMap(({ at, cases }) => {
        const value = cases[name];
        return value === undefined ? [] : [{ at, value }];
      }),
    }))
    .sort((a, b) => Math.abs(changeOf(b)) - Math.abs(changeOf(a)) || (a.name < b.name ? -1 : 1));
};

/** From the first to the last value, in percent; 0 where the first is 0. */
export const changeOf = ({ values }: Series): number => {
  const first = values[0]?.value ?? 0;
  return first === 0 ? 0 : ((values.at(-1)?.value ?? first) / first - 1) * 100;
};
