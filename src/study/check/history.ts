/** What every case cost over time: one JSON line a check, which `check --history` appends. Pure. */
import * as z from 'zod';
import { BudgetError } from '../../scenario/scenario-error.ts';
import { parseJsonText } from '../../units/json-text.ts';
import { asWritten, type Baseline, byText } from './baseline.ts';

export interface HistoryEntry {
  /** The commit, or whatever names the state that was measured. */
  readonly at: string;
  /** When that was committed, as ISO 8601; null where nobody says. */
  readonly date: string | null;
  /** Of pedalbench: a newer one may cost the same model otherwise. */
  readonly version: string;
  /** Values by case, in the metric's own unit. */
  readonly cases: Readonly<Record<string, number>>;
}

const historyEntry: z.ZodType<HistoryEntry> = z.strictObject({
  at: z.string().min(1).max(200),
  date: z.string().nullable(),
  version: z.string(),
  cases: z.record(z.string(), z.number()),
});

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
