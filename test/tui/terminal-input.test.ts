import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TerminalInput } from '../../src/tui/terminal-input.ts';

const taken = (...chunks: string[]) => {
  const input = new TerminalInput();
  return chunks.flatMap((chunk) => input.take(chunk));
};
const keysIn = (...chunks: string[]): string =>
  taken(...chunks)
    .map((event) => (event.kind === 'keys' ? event.text : ''))
    .join('');

test('keys go through as they are, a lone escape and arrows too', () => {
  expect(keysIn('jk', '\u001b', '\u001b[A', '\u001bOP', 'é')).toBe('jk\u001b\u001b[A\u001bOPé');
});

test('what is pasted is no key, however it is cut', () => {
  const sent = 'a\u001b[200~quit q \u001b[A\n\u001b[201~b';
  expect(keysIn(sent)).toBe('ab');
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(sent.length)), (cuts) => {
      const at = [0, ...cuts.sort((x, y) => x - y), sent.length];
      const chunks = at.slice(1).map((end, i) => sent.slice(at[i], end));
      // Cut behind an escape it cannot be told from the key.
      fc.pre(chunks.every((chunk) => !chunk.endsWith('\u001b')));
      expect(keysIn(...chunks)).toBe('ab');
    }),
  );
});

test('replies to questions and reports of focus are no keys', () => {
  const replies = [
    '\u001b]11;rgb:0000/0000/0000\u0007',
    '\u001b]10;rgb:ffff/ffff/ffff\u001b\\',
    '\u001bP1+r544e\u001b\\',
    '\u001b[?62;4c',
    '\u001b[12;40R',
    '\u001b[?2026;2$y',
    '\u001b[I',
    '\u001b[O',
  ];
  for (const reply of replies) {
    expect(keysIn(`x${reply}y`)).toBe('xy');
    expect(keysIn(`x${reply.slice(0, 3)}`, `${reply.slice(3)}y`)).toBe('xy');
  }
});

test('the wheel, a click and Ctrl-Z are told as what they are', () => {
  expect(taken('\u001b[<64;10;5M\u001b[<65;10;5M\u001b[<0;7;9M\u001b[<0;7;9m\u001a')).toEqual([
    { kind: 'wheel', direction: 'up' },
    { kind: 'wheel', direction: 'down' },
    { kind: 'click', column: 7, row: 9 },
    { kind: 'suspend' },
  ]);
});
