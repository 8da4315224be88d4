/** Text to JSON, with the limits that keep a hostile file from exhausting memory or the stack. */
import { limits } from './limits.ts';
import { ModelError } from './model-error.ts';

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
 * Whether brackets outside strings nest deeper than the limit. Jumps from bracket to bracket: most of
 * a file is numbers, and walking them one by one takes longer than to parse them.
 */
const nestsTooDeep = (text: string): boolean => {
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
      if (depth > limits.jsonDepth) return true;
    } else depth--;
  }
  return false;
};

export const parseJson = (text: string, file: string): unknown => {
  const refuse = (code: 'too-large' | 'not-json' | 'weights', expected: string, found: string) =>
    new ModelError({ code, file, path: '', expected, found });
  if (text.length > limits.textLength) {
    throw refuse(
      'too-large',
      `at most ${limits.textLength} characters`,
      `${text.length} characters`,
    );
  }
  if (nestsTooDeep(text)) {
    throw refuse('too-large', `at most ${limits.jsonDepth} nested brackets`, 'more');
  }
  try {
    // A byte order mark is not JSON, but editors leave it.
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    const odd = /[[,:]\s*([+-]?(?:nan|inf(?:inity)?))\b/i.exec(text);
    if (odd !== null) {
      const line = text.slice(0, odd.index + 1).split('\n').length;
      throw refuse('weights', 'finite numbers', `${odd[1]} in line ${line}`);
    }
    const reason = error instanceof Error ? error.message.slice(0, 120) : 'something else';
    throw refuse('not-json', 'a .nam file, which is JSON', text === '' ? 'an empty file' : reason);
  }
};
