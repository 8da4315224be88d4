import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { footerHints } from '../../src/tui/view/frame.ts';
import { renderView } from '../../src/tui/view/render-view.ts';
import { answered, root, start } from './world.ts';

const capture = readFileSync(join(root, 'docs/tui.txt'), 'utf8').trimEnd().split('\n');
const page = readFileSync(join(root, 'docs/tui.md'), 'utf8');

/** `npx tsx tools/capture-tui.ts` makes both anew. */
test('the documents show the capture', () => {
  expect(page).toContain(capture.map((line) => `    ${line}`.trimEnd()).join('\n'));
  expect(page).toContain('](tui.svg)');
});

test('the capture has the columns and the keys of the program', () => {
  const lines = renderView(answered(start('mod-dwarf'), 0.2), {
    cols: 118,
    rows: 30,
    color: false,
    ascii: false,
  });
  expect(capture[3]).toBe(lines[3]?.trimEnd());
  const hints = footerHints('pedal', 118, 2, false).map((hint) => hint.join('  '));
  expect(capture.slice(-hints.length)).toEqual(hints);
});
