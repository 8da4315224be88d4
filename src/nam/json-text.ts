/** Text to JSON, with the limits that keep a hostile file from exhausting memory or the stack. */
import { limits } from './limits.ts';
import { ModelError } from './model-error.ts';

/** Deepest nesting of brackets outside strings. */
const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
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
  const depth = depthOf(text);
  if (depth > limits.jsonDepth) {
    throw refuse('too-large', `at most ${limits.jsonDepth} nested brackets`, String(depth));
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
