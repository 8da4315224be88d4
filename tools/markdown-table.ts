/** Tables of Markdown, aligned so that they can be read as text too. */
import { padEnd, padStart, widthOf } from '../src/report/text/text-width.ts';

export interface MarkdownColumn {
  readonly title: string;
  /** @default 'left' */
  readonly align?: 'left' | 'right';
}

const escaped = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/\|/g, '\\|');

export const markdownTable = (
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string[] => {
  const cells = rows.map((row) => columns.map((_, i) => escaped(row[i] ?? '')));
  const widths = columns.map(({ title }, i) =>
    Math.max(3, widthOf(title), ...cells.map((row) => widthOf(row[i] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    `| ${row
      .map((cell, i) => (columns[i]?.align === 'right' ? padStart : padEnd)(cell, widths[i] ?? 0))
      .join(' | ')} |`;
  const rule = columns.map(({ align }, i) => {
    const dashes = '-'.repeat((widths[i] ?? 3) - (align === 'right' ? 1 : 0));
    return align === 'right' ? `${dashes}:` : dashes;
  });
  return [line(columns.map(({ title }) => title)), `| ${rule.join(' | ')} |`, ...cells.map(line)];
};
