/** JSON as people save it: with a byte order mark, in UTF-16, half merged, or nested without end. */
import { shown } from './json-path.ts';

/** The quote that ends the string which starts at `start`; -1 where there is none. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
};

/**
 * Whether brackets outside strings nest deeper. Jumps from bracket to bracket: most of a model's file is
 * numbers, and walking them one by one takes longer than to parse them.
 */
export const nestsDeeperThan = (text: string, most: number): boolean => {
  const brackets = /["[\]{}]/g;
  let depth = 0;
  for (let found = brackets.exec(text); found !== null; found = brackets.exec(text)) {
    const [character] = found;
    if (character === '"') {
      const end = endOfString(text, found.index);
      if (end < 0) return false;
      brackets.lastIndex = end + 1;
    } else if (character === '[' || character === '{') {
      depth++;
      if (depth > most) return true;
    } else depth--;
  }
  return false;
};

/** A byte order mark is not JSON, but editors leave it. */
export const withoutMark = (text: string): string =>
  text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;

/** More brackets than any file of ours has; the schemas walk them one in another. */
const deepest = 64;

/** What is odd about text that should be JSON, and what to do. Null where nothing is; `text` is what was decoded as UTF-8. */
export const oddity = (text: string): string | null => {
  if (text.trim() === '') return 'an empty file';
  if (text.startsWith('\ufffd\ufffd') || text.slice(0, 4).includes('\0')) {
    return 'UTF-16. Save it as UTF-8';
  }
  if (/^(<<<<<<<|>>>>>>>) /m.test(text)) return 'a merge with conflicts. Resolve them';
  return nestsDeeperThan(text, deepest) ? `more than ${deepest} nested brackets` : null;
};

/** @throws what `refuse` makes of a sentence, or of what was found where there is no `origin` to name */
export const parseJsonText = (
  text: string,
  origin: string | null = null,
  refuse: (fault: string) => Error = (fault) => new SyntaxError(fault),
): unknown => {
  const fault = (got: string): Error =>
    refuse(origin === null ? got : `${origin}: expected JSON, got ${got}.`);
  const found = typeof text === 'string' ? oddity(text) : `${shown(text)} and no text`;
  if (found !== null) throw fault(found);
  try {
    return JSON.parse(withoutMark(text));
  } catch (error) {
    throw fault((error as Error).message);
  }
};
