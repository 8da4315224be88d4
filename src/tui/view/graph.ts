/** A graph of loads over time: a column a value, eighths of a cell high, with the deadline at 100 %. */
import type { Ink } from '../../report/text/text-table.ts';
import { percent } from '../../units/number-text.ts';
import type { Played } from '../select.ts';
import { cell, type Line, ruled, type Span, type View } from './line.ts';
import { type Column, loadInk, right } from './parts.ts';

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const plainSteps = [' ', '.', '.', ':', ':', ':', '|', '|', '#'];

export const axisColumns = 7;

interface GraphOptions extends Pick<View, 'rows' | 'ascii'> {
  readonly columns: number;
  /** Headroom below which a load is marked. */
  readonly margin: number;
  /** The column under the cursor. */
  readonly cursor?: number;
}

/** Highest of each bin where there are more values than columns; the values themselves else. */
export const binned = (values: ArrayLike<number>, columns: number): readonly number[] => {
  if (values.length <= columns) return Array.from(values);
  return Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((i + 1) * values.length) / columns));
    let top = 0;
    for (let at = from; at < to; at += 1) top = Math.max(top, values[at] ?? 0);
    return top;
  });
};

type Mark = { text: string; readonly ink: Ink | undefined };

const joined = (marks: readonly Readonly<Mark>[]): Span[] => {
  const spans: Mark[] = [];
  for (const { text, ink } of marks) {
    const last = spans.at(-1);
    if (last !== undefined && last.ink === ink) last.text += text;
    else spans.push({ text, ink });
  }
  return spans;
};

/** The last loads of a virtual pedal in one line, a column each; full is the deadline. */
export const sparkColumn = (ascii: boolean): Column<Played> =>
  right('block loads', 12, ({ history }, columns) => {
    const values = history.slice(-columns);
    const steps = values.map((load) => Math.max(1, Math.min(8, Math.ceil(load * 8))));
    const text = steps.map((step) => (ascii ? plainSteps : eighths)[step]).join('');
    return { text, ink: loadInk(Math.max(0, ...values)) };
  });

/** `rows` lines; the axis takes `axisColumns` of them, values stand at the right. */
export const graphLines = (values: readonly number[], options: GraphOptions): Line[] => {
  const { rows, ascii, margin } = options;
  const columns = Math.max(0, options.columns - axisColumns);
  const shown = values.slice(-columns);
  const top = Math.max(1.1, ...shown.map((value) => value * 1.05));
  const limitRow = rows - 1 - Math.min(rows - 1, Math.floor(rows / top));
  const blank = columns - shown.length;
  return Array.from({ length: rows }, (_, row) => {
    const floor = ((rows - 1 - row) / rows) * top;
    const label =
      row === limitRow ? percent(1) : row === 0 ? percent(top) : row === rows - 1 ? '0%' : '';
    const marks = Array.from({ length: columns }, (_, column): Mark => {
      const value = shown[column - blank] ?? 0;
      const step = Math.round(Math.max(0, Math.min(8, ((value - floor) / (top / rows)) * 8)));
      // What is not nothing shows.
      const filled = Math.max(step, value > 0 && row === rows - 1 ? 1 : 0);
      if (filled > 0) {
        // The deadline shows through what is over it.
        const isOver = row === limitRow && filled === 8;
        const text = isOver ? '┄' : ((ascii ? plainSteps : eighths)[filled] ?? ' ');
        return { text, ink: column - blank === options.cursor ? 'bold' : loadInk(value, margin) };
      }
      return row === limitRow ? { text: '┄', ink: 'dim' } : { text: ' ', ink: undefined };
    });
    return [cell(label, axisColumns - 1, 'dim', 'right'), { text: ' ' }, ...joined(marks)];
  });
};

/** The loads that a virtual pedal has reported, as high as there is room; nothing below three lines. */
export const playGraph = (
  title: Line,
  values: readonly number[],
  { cols, ascii }: View,
  rows: number,
  margin = 0,
): Line[] => {
  const looks = { columns: cols - 1, rows: rows - 1, ascii, margin };
  return rows < 3 ? [] : [ruled(title, cols), ...graphLines(values, looks)];
};
