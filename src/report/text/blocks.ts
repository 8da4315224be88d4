/** What reports of text are built of: blocks of lines, their titles, and what to do next. */
import { type Ink, paint, type Style } from './text-table.ts';
import { wrap } from './text-width.ts';

/** A text as lines of one ink. `first` and `rest` stand before them, as in `wrap`. */
export const inked = (style: Style, ink: Ink, text: string, first = '', rest = first): string[] =>
  wrap(text, style.columns, first, rest).map((line) => paint(style, ink, line));

/** Lines under their title; nothing where nothing stands there. */
export const section = (style: Style, title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [paint(style, 'bold', title), ...lines];

/** A report of blocks with an empty line between them; those without lines are left out. */
export const blocksText = (...blocks: readonly (readonly string[])[]): string =>
  `${blocks
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;

/** The end of a report: what the reader asks next, and the command that answers it. */
export const nextCommand = (style: Style, question: string, command: string): string[] => [
  `Next: ${question}:`,
  paint(style, 'cyan', `  pedalbench ${command}`),
];
