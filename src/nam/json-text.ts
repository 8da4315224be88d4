/** Text to JSON, with the limits that keep a hostile file from exhausting memory or the stack. */
import { nestsDeeperThan, oddity, withoutMark } from '../units/json-text.ts';
import { limits } from './limits.ts';
import { ModelError } from './model-error.ts';

export const parseJson = (text: string, file: string): unknown => {
  const refuse = (code: 'too-large' | 'not-json' | 'weights', expected: string, found: string) =>
    new ModelError(code, { file, path: '' }, expected, found);
  if (text.length > limits.textLength) {
    const expected = `at most ${limits.textLength} characters`;
    throw refuse('too-large', expected, `${text.length} characters`);
  }
  if (nestsDeeperThan(text, limits.jsonDepth)) {
    throw refuse('too-large', `at most ${limits.jsonDepth} nested brackets`, 'more');
  }
  try {
    return JSON.parse(withoutMark(text));
  } catch (error) {
    const odd = /[[,:]\s*([+-]?(?:nan|inf(?:inity)?))\b/i.exec(text);
    if (odd !== null) {
      const line = text.slice(0, odd.index + 1).split('\n').length;
      throw refuse('weights', 'finite numbers', `${odd[1]} in line ${line}`);
    }
    // JSON.parse throws nothing else.
    const reason = oddity(text) ?? (error as SyntaxError).message.slice(0, 120);
    throw refuse('not-json', 'a .nam file, which is JSON', reason);
  }
};
