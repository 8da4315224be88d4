/** How many columns of a terminal a text takes, how to make it take that many, and where its lines break. */

const escapes = /\u001b\[[0-9;]*m/g;
const combining = /^\p{M}|\u200d|[\ufe00-\ufe0f]$/u;
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

const columnsOf = (character: string): number =>
  combining.test(character) ? 0 : wide.test(character) ? 2 : 1;

/** Columns of a text; colours take none. */
export const widthOf = (text: string): number => {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text.replace(escapes, '')) width += columnsOf(character);
  return width;
};

/** At most `columns` wide, with a mark where something was cut. For text without colours. */
export const clip = (text: string, columns: number, ascii = false): string => {
  if (widthOf(text) <= columns) return text;
  const mark = ascii ? '~' : '…';
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}${columns > 0 ? mark : ''}`;
};

/** The same, cut in the middle: names of one family differ at their ends. */
export const clipMiddle = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text;
  const characters = [...text];
  const tail: string[] = [];
  for (let width = 0; width < (columns - 1) * 0.6; ) {
    const last = characters.pop() ?? '';
    width += columnsOf(last);
    tail.unshift(last);
  }
  const end = tail.join('').trimStart();
  return clip(characters.join(''), columns - widthOf(end)) + end;
};

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)));

export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - widthOf(text))) + text;

/** Names come from files of strangers: control characters never reach a terminal. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');

/**
 * Lines broken at spaces; a word longer than a line stays whole. `first` stands before the first line, `rest` before
 * the others; `columns` holds them, too.
 */
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
