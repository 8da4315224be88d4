/** A table whose columns are there or not by the width of the screen, never by what stands in them. */
import type { Ink } from '../../report/text/style.ts';
import type { PedalReport } from '../../workers/screen/task.ts';
import { cell, gap, type Line, type Span } from './line.ts';
import { loadColumns, loadInk, loadText, xrunColumns } from './numbers.ts';

export interface Column<Row> {
  readonly title: string;
  readonly columns: number;
  readonly align: 'left' | 'right';
  readonly of: (row: Row) => readonly [text: string, ink?: Ink | undefined];
  /** The highest goes first where the screen is narrow; 0 stays. */
  readonly drop: number;
}

export const left = <Row>(
  title: string,
  columns: number,
  of: Column<Row>['of'],
  drop = 0,
): Column<Row> => ({ title, columns, align: 'left', of, drop });

export const right = <Row>(
  title: string,
  columns: number,
  of: Column<Row>['of'],
  drop = 0,
): Column<Row> => ({ ...left(title, columns, of, drop), align: 'right' });

export const titleCell = <Row>({ title, columns, align }: Column<Row>): Span =>
  cell(title, columns, 'dim', align);

export const rowCell = <Row>({ columns, align, of }: Column<Row>, row: Row): Span => {
  const [text, ink] = of(row);
  return cell(text, columns, ink, align);
};

interface Played {
  readonly report: PedalReport | null;
}

/** What the virtual pedal of a row does. */
export const worstColumn: Column<Played> = right('worst', loadColumns, ({ report }) => {
  const worst = report?.load?.max ?? null;
  return [loadText(worst), worst === null ? undefined : loadInk(worst)];
});
export const xrunsColumn: Column<Played> = right('xruns', xrunColumns, ({ report }) => {
  const count = report?.load == null ? null : report.xruns;
  return [String(count ?? ''), (count ?? 0) > 0 ? 'red' : undefined];
});

/** One column takes what is left, up to `most`: a bar. */
export interface BarColumn<Row> {
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
    const most = Math.max(...shown.map(({ column }) => column.drop));
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
    header: build(titleCell, cell('', barColumns, 'dim')),
    line: (row) => build((column) => rowCell(column, row), bar.draw(row, barColumns)),
  };
};
