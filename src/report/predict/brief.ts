/** A line a pedal, where every width of every pedal would not fit a screen: the widest that runs, once and more. */
import type { PredictRow } from '../../study/predict/row.ts';
import { paint, type Style } from '../text/style.ts';
import { type Column, narrowingTable } from '../text/text-table.ts';
import { printable } from '../text/text-width.ts';
import { times } from '../text/words.ts';
import { confidenceOf, type Lane, type ModelGroup } from './groups.ts';
import { loadWithInterval, rowVerdict } from './verdict-text.ts';

/** Widths come narrowest or widest first; the one with the most weights that `holds` is the widest. */
const widest = (
  group: ModelGroup,
  lane: Lane,
  copies: number,
  holds: (row: PredictRow) => boolean,
): PredictRow | null => {
  const rows = group.widths.flatMap(({ label }) => lane.cells.get(label)?.get(copies) ?? []);
  const holding = rows.filter(holds);
  return holding.length === 0
    ? null
    : holding.reduce((a, b) => (b.width.weights > a.width.weights ? b : a));
};

const named = (row: PredictRow | null): string =>
  row === null ? 'none' : `${printable(row.width.label)} ${loadWithInterval(row)}`.trimEnd();

/** The widest that surely runs, with the next one where that probably does. */
const cell = (group: ModelGroup, lane: Lane, copies: number): string => {
  const sure = widest(group, lane, copies, (row) => row.verdict === 'fits' && row.sure);
  const likely = widest(group, lane, copies, (row) => row.verdict === 'fits');
  if (likely === null) {
    const least = widest(group, lane, copies, () => true);
    return least === null || least.load !== null ? 'none' : least.verdict;
  }
  if (likely === sure) return named(sure);
  return `${named(sure)}; ${printable(likely.width.label)} ${rowVerdict(likely)}`;
};

export const briefLines = (group: ModelGroup, lanes: readonly Lane[], style: Style): string[] => {
  const columns: Column[] = [
    { title: 'pedal' },
    { title: 'engine' },
    { title: 'block', align: 'right' },
    ...group.copies.map((n) => ({ title: `widest that runs ${times(n)}` })),
    { title: 'confidence' },
  ];
  return narrowingTable(
    columns,
    lanes.map((lane) => [
      printable(lane.label),
      lane.engine ?? '',
      String(lane.blockFrames),
      ...group.copies.map((n) => cell(group, lane, n)),
      confidenceOf(lane),
    ]),
    style.columns,
    ['confidence', 'block', 'engine'],
    (text) => paint(style, 'dim', text),
  );
};
