/** Breaks text into lines at spaces, indented where that is asked for. A word longer than a line stays whole. */
import { widthOf } from './text-width.ts';

/** `first` stands before the first line, `rest` before the others; `columns` holds them, too. */
export const wrap = (text: string, columns: number, first = '', rest: string = first): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > columns - widthOf(first)) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one, i) => (i === 0 ? first : rest) + one);
};
