/** Lines of a screen: spans of text with ink, cut and filled to the exact width at the end. */
import { type Ink, paint } from '../../report/text/text-table.ts';
import {
  clip,
  clipMiddle,
  padEnd,
  padStart,
  printable,
  widthOf,
} from '../../report/text/text-width.ts';

export interface View {
  readonly cols: number;
  readonly rows: number;
  readonly color: boolean;
  readonly ascii: boolean;
  /** A print: nothing plays, so nothing live is shown. */
  readonly still?: boolean;
}

export interface Span {
  readonly text: string;
  readonly ink?: Ink | undefined;
}

export type Line = readonly Span[];
export type Align = 'left' | 'right';

/** The whole width of the screen stands out: the verdict's word says what its colour said. */
export const highlighted = (line: Line): Line =>
  line.map(({ text }) => ({ text, ink: 'inverse' as const }));

/** A line of a list; the selected one has a mark and stands out. */
export const listLine = (isSelected: boolean, line: Line, mark = '▸ '): Line => {
  const marked = [span(isSelected ? mark : ' '.repeat(mark.length), 'cyan'), ...line];
  return isSelected ? highlighted(marked) : marked;
};

export const span = (text: string, ink?: Ink): Span => ({ text: printable(text), ink });

/** Exactly so many columns, whatever the text. */
export const cell = (text: string, columns: number, ink?: Ink, align: Align = 'left'): Span => {
  const clean = clip(printable(text), columns);
  return { text: align === 'left' ? padEnd(clean, columns) : padStart(clean, columns), ink };
};

/** A name: what is cut is its middle. */
export const nameCell = (name: string, columns: number, ink?: Ink): Span =>
  cell(clipMiddle(printable(name), columns), columns, ink);

export const gap = (columns: number): Span => ({ text: ' '.repeat(Math.max(0, columns)) });

export const lineWidth = (line: Line): number =>
  line.reduce((sum, { text }) => sum + widthOf(text), 0);

/** A title on a rule as wide as there is room: what stands above it is another thing. */
export const ruled = (title: Line, columns: number): Line => [
  span('─ ', 'dim'),
  ...title,
  span(` ${'─'.repeat(Math.max(0, columns - lineWidth(title) - 3))}`, 'dim'),
];

/** Lines of so many columns in a box. */
export const boxed = (title: Line, lines: readonly Line[], columns: number): Line[] => {
  const [side, corner] = [span('│', 'dim'), (text: string): Span => span(text, 'dim')];
  return [
    [gap(1), corner('┌'), ...ruled(title, columns), corner('┐')],
    ...lines.map((line) => [gap(1), side, ...line, side]),
    [gap(1), corner(`└${'─'.repeat(columns)}┘`)],
  ];
};

/** As many of these as fit whole, in their order. */
export const wholeSpans = (line: Line, columns: number): Line =>
  line.filter((_, i) => lineWidth(line.slice(0, i + 1)) <= columns);

/** Marks that a terminal may not have, and below each what stands for it. */
const marks = [...'…·▸▾◂▼▲▶↓─┄│┌┐└┘×░µ‖'];
const plainMarks = '~->v<v^>v--|++++x-u=';

const beyondAscii = /[^\u0000-\u007f]/gu;

const plain = (text: string): string =>
  text.replace(beyondAscii, (mark) => plainMarks[marks.indexOf(mark)] ?? '?'.repeat(widthOf(mark)));

/** One line of a terminal: exactly `cols` columns, escapes apart. */
export const finish = (line: Line, view: View): string => {
  const inked = (text: string, ink: Ink | undefined): string =>
    ink === undefined ? text : paint({ ...view, columns: view.cols }, ink, text);
  let left = view.cols;
  let text = '';
  for (const { text: raw, ink } of line) {
    if (left <= 0) break;
    const kept = clip(view.ascii ? plain(raw) : raw, left, view.ascii);
    left -= widthOf(kept);
    text += inked(kept, ink);
  }
  const isMarked = line[0]?.ink === 'inverse';
  return text + inked(' '.repeat(Math.max(0, left)), isMarked ? 'inverse' : undefined);
};

/** Left and right part of one line; the left one gives way. */
export const spread = (left: Line, right: Line, cols: number): Line => {
  const room = cols - lineWidth(right);
  const kept: Span[] = [];
  let free = room - 1;
  for (const item of left) {
    if (widthOf(item.text) <= free) kept.push(item);
    else if (free > 0) kept.push({ ...item, text: clip(item.text, free) });
    free -= widthOf(item.text);
  }
  return [...kept, gap(Math.min(room, Math.max(0, free) + 1)), ...right];
};
