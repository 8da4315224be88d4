/** A line a pedal, where every width of every pedal would not fit a screen: the widest that runs, once and more. */
import type { PredictRow } from '../../study/predict/row.ts';
import type { Style } from '../text/style.ts';
import { left, right, textTable } from '../text/text-table.ts';
import { printable } from '../text/text-width.ts';
import { times } from '../text/words.ts';
import { confidenceOf, type ModelGroup, type TableLine, widest } from './groups.ts';
import { loadWithInterval, rowVerdict } from './verdict-text.ts';

const named = (row: PredictRow | undefined): string =>
  row === undefined ? 'none' : `${printable(row.width.label)} ${loadWithInterval(row)}`.trimEnd();

/** The widest that surely runs, with the next one where that probably does. */
const cell = (line: TableLine, copies: number): string => {
  const rows = line.rows.filter((row) => row.copies === copies);
  const fitting = rows.filter(({ verdict }) => verdict === 'fits');
  const sure = widest(fitting.filter((row) => row.sure));
  const likely = widest(fitting);
  if (likely === undefined) {
    const full = widest(rows);
    return full === undefined || full.load !== null ? 'none' : full.verdict;
  }
  if (likely === sure) return named(sure);
  return `${named(sure)}; ${printable(likely.width.label)} ${rowVerdict(likely)}`;
};

export const briefLines = (
  group: ModelGroup,
  lines: readonly TableLine[],
  style: Style,
): string[] =>
  textTable(
    lines,
    [
      left('pedal', (line) => printable(line.label)),
      left('engine', (line) => line.engine),
      right('block', ({ rows: [row] }) => String(row.blockFrames)),
      ...group.copies.map((n) =>
        left(`widest that runs ${times(n)}`, (line: TableLine) => cell(line, n)),
      ),
      left('confidence', confidenceOf),
    ],
    style,
    { dispensable: ['confidence', 'block', 'engine'] },
  );
