/** One verdict and one load, as text. A colour is always doubled by the word. */
import type { PredictRow, Verdict, WidthInfo } from '../../study/predict/row.ts';
import { percent, short } from '../../units/number-text.ts';
import type { Tone } from '../chart/svg.ts';
import { bar } from '../text/bar.ts';
import { type Ink, paint, type Style } from '../text/text-table.ts';
import { padEnd, padStart, printable } from '../text/text-width.ts';
import type { ModelGroup, TableLine } from './groups.ts';
import { intervalText, verdictWord } from './verdict-text.ts';

/** How a verdict looks in a terminal, and on a page. Its word stands beside it everywhere. */
export const verdictLooks: Readonly<Record<Verdict, { readonly ink: Ink; readonly tone: Tone }>> = {
  fits: { ink: 'green', tone: 'good' },
  tight: { ink: 'yellow', tone: 'near' },
  over: { ink: 'red', tone: 'bad' },
  'wont-load': { ink: 'magenta', tone: 'bad' },
  unknown: { ink: 'dim', tone: 'muted' },
};

export const verdictText = (row: PredictRow, style: Style): string =>
  paint(style, verdictLooks[row.verdict].ink, verdictWord(row));

const percentColumns = 5;
/** ' (102-185)', the longest that is not absurd. */
const rangeColumns = 12;
/** Shorter bars say too little, longer ones nothing more. */
const barCells = [...Array.from({ length: 19 }, (_, i) => 24 - i), 0];

/** How a cell is laid out; every cell of a table the same, so that numbers keep their columns. */
export interface CellLayout {
  readonly barCells: number;
  readonly copies: readonly number[];
  /** Columns of the widest verdict, by the place in a cell. */
  readonly verdictColumns: readonly number[];
  /** Whether further copies show their load, or their verdict only. */
  readonly copyLoads: boolean;
  /** Whether the interval stands beside the load. */
  readonly ranges: boolean;
}

/** From the richest to the barest. */
export const layoutsOf = ({ copies }: ModelGroup, lines: readonly TableLine[]): CellLayout[] => {
  const rows = lines.flatMap((line) => line.rows);
  const widestOf = (counts: readonly number[]): number => {
    const own = rows.filter((row) => counts.includes(row.copies));
    return Math.max(4, ...own.map((row) => verdictWord(row).length));
  };
  const further = widestOf(copies.slice(1));
  const verdictColumns = copies.map((n, i) => (i === 0 ? widestOf([n]) : further));
  return [true, false].flatMap((ranges) =>
    [true, false].flatMap((copyLoads) =>
      barCells.map((cells) => ({ barCells: cells, copies, verdictColumns, copyLoads, ranges })),
    ),
  );
};

const loadText = (row: PredictRow | undefined, ranges: boolean): string => {
  const share = padStart(row?.load ? percent(row.load.expected) : '', percentColumns);
  const range = row?.load ? ` (${intervalText(row)})` : '';
  return ranges ? share + padEnd(range, rangeColumns) : share;
};

const barText = (row: PredictRow | undefined, cells: number, style: Style): string => {
  const drawn = row?.load == null ? '' : bar(row.load.expected, cells, style.ascii);
  return padEnd(
    paint(style, row === undefined ? 'dim' : verdictLooks[row.verdict].ink, drawn),
    cells,
  );
};

/** As wide for every cell; `cell` has a row for each number of copies. */
export const cellText = (
  cell: readonly (PredictRow | undefined)[],
  layout: CellLayout,
  style: Style,
): string =>
  layout.copies
    .map((copies, i) => {
      const row = cell[i];
      const verdict = row === undefined ? '' : verdictText(row, style);
      const told = padEnd(verdict, layout.verdictColumns[i] ?? 0);
      const load = i === 0 || layout.copyLoads ? `${loadText(row, layout.ranges)} ` : '';
      if (i > 0) return `  ${copies}x ${load}${told}`;
      const drawn = layout.barCells > 0 ? `${barText(row, layout.barCells, style)} ` : '';
      return `${drawn}${load}${told}`;
    })
    .join('');

/** 'lite', with the channels where the label does not say them. */
export const widthText = (width: WidthInfo): string => {
  const channels = width.channels.join('/');
  const label = printable(width.label);
  const known = label.includes(channels) || channels === '' ? label : `${label} (${channels} ch)`;
  return width.whatIf ? `${known} what-if` : known;
};

export const esrText = (esr: number): string =>
  `ESR ${esr === 0 ? '0' : short(Number(esr.toPrecision(2)))}`;
