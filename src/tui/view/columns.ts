/** A table whose columns are there or not by the width of the screen, never by what stands in them. */
import type { Ink } from '../../report/text/style.ts';
import { cell, gap, type Line, type Span } from './line.ts';

export interface Column<Row> {
  readonly title: string;
  readonly columns: number;
  readonly align?: 'left' | 'right';
  /** The highest goes first where the screen is narrow; none: stays. */
  readonly drop?: number;
  readonly of: (row: Row) => { readonly text: string; readonly ink?: Ink | undefined };
}

/** One column takes what is left, up to `most`: a bar. */
export interface BarColumn<Row> {
  readonly title: string;
  readonly least: number;
  readonly most: number;
  readonly draw: (row: Row, columns: number) => Span;
}

export interface FittedTable<Row> {
  readonly header: Line;
  readonly line: (row: Row) => Line;
}

/** `barAt`: the bar stands before that column. */
export const fitColumns = <Row>(
  columns: readonly Column<Row>[],
  bar: BarColumn<Row>,
  barAt: number,
  cols: number,
): FittedTable<Row> => {
  let shown = columns.map((column, index) => ({ column, index }));
  const fixed = (): number => shown.reduce((sum, { column }) => sum + column.columns + 1, 0);
  while (fixed() + bar.least > cols) {
    const most = Math.max(...shown.map(({ column }) => column.drop ?? 0));
    if (most === 0) break;
    shown = shown.filter(({ column }) => column.drop !== most);
  }
  const barColumns = Math.max(0, Math.min(bar.most, cols - fixed()));
  const build = (cellOf: (column: Column<Row>) => Span, barSpan: Span): Line =>
    shown.flatMap(({ column, index }) => [
      ...(index === barAt ? [barSpan, gap(1)] : []),
      cellOf(column),
      gap(1),
    ]);
  return {
    header: build(
      ({ title, columns: width, align }) => cell(title, width, 'dim', align),
      cell(bar.title, barColumns, 'dim'),
    ),
    line: (row) =>
      build(
        ({ of, columns: width, align }) => {
          const { text, ink } = of(row);
          return cell(text, width, ink, align);
        },
        bar.draw(row, barColumns),
      ),
  };
};
