/** A table whose columns are there or not by the width of the screen, never by what stands in them. */
import type { Ink } from '../../report/text/style.ts';
import type { PedalReport } from '../../workers/screen/task.ts';
import { cell, gap, type Line, type Span } from './line.ts';
import { loadColumns, loadInk, loadText, xrunColumns } from './parts.ts';

export interface Column<Row> {
  readonly title: string;
  readonly columns: number;
  readonly align: 'left' | 'right';
  readonly of: (row: Row, columns: number) => readonly [text: string, ink?: Ink | undefined];
  /** The highest goes first where the screen is narrow; 0 stays. */
  readonly drop: number;
}

const column =
  (align: 'left' | 'right') =>
  <Row>(title: string, columns: number, of: Column<Row>['of'], drop = 0): Column<Row> => {
    return { title, columns, align, of, drop };
  };
export const left = column('left');
export const right = column('right');

export const titleCell = <Row>({ title, columns, align }: Column<Row>): Span =>
  cell(title, columns, 'dim', align);

export const rowCell = <Row>({ columns, align, of }: Column<Row>, row: Row): Span => {
  const [text, ink] = of(row, columns);
  return cell(text, columns, ink, align);
};

type Played = { readonly report: PedalReport | null };

/** What the virtual pedal of a row does. */
export const worstColumn: Column<Played> = right('worst', loadColumns, ({ report }) => {
  const worst = report?.load?.max ?? null;
  return [loadText(worst), worst === null ? undefined : loadInk(worst)];
});
export const xrunsColumn: Column<Played> = right('xruns', xrunColumns, ({ report }) => {
  const count = report?.load == null ? null : report.xruns;
  return [String(count ?? ''), (count ?? 0) > 0 ? 'red' : undefined];
});

/** The columns that there is room for; those without a width share what is left, up to `most`. */
export const fitColumns = <Row>(
  all: readonly Column<Row>[],
  least: number,
  most: number,
  cols: number,
): readonly Column<Row>[] => {
  let shown = all;
  const free = (): number => shown.reduce((left, { columns }) => left - columns - 1, cols);
  while (free() + 1 < least) {
    const drop = Math.max(...shown.map((column) => column.drop));
    if (drop === 0) break;
    shown = shown.filter((column) => column.drop !== drop);
  }
  const columns = Math.max(0, Math.min(most, free() + 1));
  return shown.map((column) => (column.columns === 0 ? { ...column, columns } : column));
};

/** A line of the table: of its titles, or of a row. */
export const tableLine = <Row>(
  columns: readonly Column<Row>[],
  cellOf: (column: Column<Row>) => Span = titleCell,
): Line => columns.flatMap((column) => [cellOf(column), gap(1)]);
