/** One verdict and one load, as text. A colour is always doubled by the word. */
import type { PredictRow, Verdict, WidthInfo } from '../../study/predict/row.ts';
import { bar } from '../text/bar.ts';
import { percent, short } from '../text/number.ts';
import { type Ink, paint, type Style } from '../text/style.ts';
import { padEnd, padStart, printable } from '../text/text-width.ts';
import { intervalText, verdictWord } from './verdict-text.ts';

export const verdictInk: Readonly<Record<Verdict, Ink>> = {
  fits: 'green',
  tight: 'yellow',
  over: 'red',
  'wont-load': 'magenta',
  unknown: 'dim',
};

export const verdictText = (row: PredictRow, style: Style): string =>
  paint(style, verdictInk[row.verdict], verdictWord(row));

const percentColumns = 5;
/** ' (102-185)', the longest that is not absurd. */
const rangeColumns = 12;

/** How a cell is laid out; every cell of a table the same, so that numbers keep their columns. */
export interface CellLayout {
  readonly barCells: number;
  /** Columns of the widest verdict of a cell's place. */
  readonly verdictColumns: number;
  readonly copies: readonly number[];
  /** Whether further copies show their load, or their verdict only. */
  readonly copyLoads: boolean;
  readonly copyVerdictColumns: number;
  /** Whether the interval stands beside the load. */
  readonly ranges: boolean;
}

const loadText = (row: PredictRow | undefined, ranges: boolean): string => {
  const load = row?.load ?? null;
  const share = padStart(load === null ? '' : percent(load.expected), percentColumns);
  if (!ranges) return share;
  return (
    share +
    padEnd(row === undefined || load === null ? '' : ` (${intervalText(row)})`, rangeColumns)
  );
};

export const cellColumns = (layout: CellLayout): number => {
  const further = layout.copies.length - 1;
  const each =
    2 +
    2 +
    1 +
    (layout.copyLoads ? percentColumns + (layout.ranges ? rangeColumns : 0) + 1 : 0) +
    layout.copyVerdictColumns;
  return (
    (layout.barCells > 0 ? layout.barCells + 1 : 0) +
    percentColumns +
    (layout.ranges ? rangeColumns : 0) +
    1 +
    layout.verdictColumns +
    further * each
  );
};

export const cellText = (
  cell: ReadonlyMap<number, PredictRow> | undefined,
  layout: CellLayout,
  style: Style,
): string => {
  if (cell === undefined) return '';
  const parts: string[] = [];
  layout.copies.forEach((copies, i) => {
    const row = cell.get(copies);
    const columns = i === 0 ? layout.verdictColumns : layout.copyVerdictColumns;
    const verdict = padEnd(row === undefined ? '' : verdictText(row, style), columns);
    if (i > 0) {
      const load = layout.copyLoads ? `${loadText(row, layout.ranges)} ` : '';
      parts.push(`  ${copies}x ${load}${verdict}`);
      return;
    }
    if (layout.barCells > 0) {
      const load = row?.load?.expected;
      const drawn = load === undefined ? '' : bar(load, layout.barCells, style.ascii);
      const ink = row === undefined ? 'dim' : verdictInk[row.verdict];
      parts.push(`${padEnd(paint(style, ink, drawn), layout.barCells)} `);
    }
    parts.push(`${loadText(row, layout.ranges)} ${verdict}`);
  });
  return parts.join('');
};

/** 'lite', with the channels where the label does not say them. */
export const widthText = (width: WidthInfo): string => {
  const channels = width.channels.join('/');
  const label = printable(width.label);
  const known = label.includes(channels) || channels === '' ? label : `${label} (${channels} ch)`;
  return width.whatIf ? `${known} what-if` : known;
};

export const esrText = (esr: number): string =>
  `ESR ${esr === 0 ? '0' : short(Number(esr.toPrecision(2)))}`;
