/** Tables from one description of their columns. Cells may hold colours; trailing spaces are removed. */
import { type Ink, paint, type Style } from './style.ts';
import { padEnd, padStart, widthOf } from './text-width.ts';

export interface Column<T> {
  readonly title: string;
  readonly of: (item: T) => string;
  readonly pad: (text: string, columns: number) => string;
}

export const left = <T>(title: string, of: (item: T) => string): Column<T> => ({
  title,
  of,
  pad: padEnd,
});
/** For numbers, which keep their digits below each other. */
export const right = <T>(title: string, of: (item: T) => string): Column<T> => ({
  title,
  of,
  pad: padStart,
});

export interface TableForm {
  /** Of the header. @default 'dim' */
  readonly ink?: Ink;
  /** Titles of the columns that go first, in this order, where the table is wider than `within`. */
  readonly dispensable?: readonly string[];
  /** @default the columns of the terminal */
  readonly within?: number;
}

const gap = '  ';

/** The header, unless all titles are empty, then a line an item. */
export const textTable = <T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  style: Style,
  { ink = 'dim', dispensable = [], within = style.columns }: TableForm = {},
): string[] => {
  const cells = columns.map(({ title, of, pad }) => {
    const texts = [title, ...items.map(of)];
    const width = Math.max(...texts.map(widthOf));
    return { title, width, texts: texts.map((text) => pad(text, width)) };
  });
  const widthWithout = (gone: readonly string[]): number =>
    cells
      .filter(({ title }) => !gone.includes(title))
      .reduce((sum, { width }) => sum + width + gap.length, -gap.length);
  let gone: readonly string[] = [];
  for (const title of dispensable) if (widthWithout(gone) > within) gone = [...gone, title];
  const shown = cells.filter(({ title }) => !gone.includes(title));
  const [header = '', ...lines] = Array.from({ length: items.length + 1 }, (_, i) =>
    shown
      .map(({ texts }) => texts[i])
      .join(gap)
      .trimEnd(),
  );
  return [...(header === '' ? [] : [paint(style, ink, header)]), ...lines];
};
