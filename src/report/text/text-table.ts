/** How a report is drawn: its style, its inks, and tables from one description of their columns. */
import { padEnd, padStart, widthOf } from './text-width.ts';

/** How a report is drawn: how wide, with colours or not, with ASCII only or not. */
export interface Style {
  readonly columns: number;
  readonly color: boolean;
  readonly ascii: boolean;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;
export type Ink = keyof typeof codes;

export const paint = (style: Style, ink: Ink, text: string): string => {
  if (!style.color || text === '') return text;
  const [on, off] = codes[ink];
  return `\u001b[${on}m${text}\u001b[${off}m`;
};

export interface Column<T> {
  readonly title: string;
  readonly of: (item: T) => string;
  readonly pad: (text: string, columns: number) => string;
}

const column =
  (pad: Column<never>['pad']) =>
  <T>(title: string, of: (item: T) => string): Column<T> => ({ title, of, pad });
export const left: ReturnType<typeof column> = column(padEnd);
/** For numbers, which keep their digits below each other. */
export const right: ReturnType<typeof column> = column(padStart);

/** How a table is drawn. */
export interface TableStyle extends Style {
  /** Of the header's first line; those below it are dim. @default 'dim' */
  readonly ink?: Ink;
  /** Titles of the columns that go first, in this order, where the table is wider than the style. */
  readonly dispensable?: readonly string[];
}

const gap = '  ';

/**
 * The header, as many lines as the titles have, unless all titles are empty, then a line an item. Cells may hold
 * colours; trailing spaces are removed.
 */
export const textTable = <T>(
  items: readonly T[],
  style: TableStyle,
  columns: readonly Column<T>[],
): string[] => {
  const { ink = 'dim', dispensable = [] } = style;
  const titleLines = Math.max(...columns.map(({ title }) => title.split('\n').length));
  const cells = columns.map(({ title, of, pad }) => {
    const titles = title.split('\n');
    const texts = [
      ...Array.from({ length: titleLines }, (_, i) => titles[i] ?? ''),
      ...items.map(of),
    ];
    const width = Math.max(...texts.map(widthOf));
    return { title, width, texts: texts.map((text) => pad(text, width)) };
  });
  const widthWithout = (gone: readonly string[]): number =>
    cells
      .filter(({ title }) => !gone.includes(title))
      .reduce((sum, { width }) => sum + width + gap.length, -gap.length);
  let gone: readonly string[] = [];
  for (const title of dispensable) if (widthWithout(gone) > style.columns) gone = [...gone, title];
  const shown = cells.filter(({ title }) => !gone.includes(title));
  const lines = Array.from({ length: titleLines + items.length }, (_, row) =>
    shown
      .map(({ texts }) => texts[row])
      .join(gap)
      .trimEnd(),
  );
  return lines.flatMap((line, row) => {
    if (row >= titleLines) return [line];
    return line === '' ? [] : [paint(style, row === 0 ? ink : 'dim', line)];
  });
};
