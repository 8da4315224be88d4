/** Aligned columns. Cells may hold colours; lines never exceed the columns given. */
import { padEnd, padStart, widthOf } from './text-width.ts';

export interface Column {
  readonly title: string;
  /** @default 'left' */
  readonly align?: 'left' | 'right';
}

const gap = '  ';

/** The header, then the rows. Trailing spaces are removed. */
export const textTable = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintHeader: (text: string) => string = (text) => text,
): string[] => {
  const widths = columns.map(({ title }, i) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const pad = columns[i]?.align === 'right' ? padStart : padEnd;
        return pad(cell, widths[i] ?? 0);
      })
      .join(gap)
      .trimEnd();
  const header = line(columns.map(({ title }) => title));
  return [...(header === '' ? [] : [paintHeader(header)]), ...rows.map(line)];
};

/**
 * The same, without the columns that go first where the terminal is narrow: as many of `dispensable`
 * (titles, in that order) as it takes.
 */
export const narrowingTable = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  most: number,
  dispensable: readonly string[],
  paintHeader: (text: string) => string = (text) => text,
): string[] => {
  let shown = columns.map((column, i) => ({ column, i }));
  const draw = (): string[] =>
    textTable(
      shown.map(({ column }) => column),
      rows.map((row) => shown.map(({ i }) => row[i] ?? '')),
      paintHeader,
    );
  let lines = draw();
  for (const title of dispensable) {
    if (Math.max(...lines.map(widthOf)) <= most) break;
    shown = shown.filter(({ column }) => column.title !== title);
    lines = draw();
  }
  return lines;
};
