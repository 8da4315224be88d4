/** `pedalbench report history FILE`: what `check --history` appended, drawn. */
import { readFileSync } from 'node:fs';
import { renderHistory } from '../../report/check/text.ts';
import { historyPage } from '../../report/html/check-page.ts';
import { parseHistory } from '../../study/check/history.ts';
import type { Command } from '../call.ts';
import { inputError, usageError } from '../cli-error.ts';
import { pageOptions, writePages } from '../pages.ts';

export const report: Command = {
  usage: 'history [FILE] [options]',
  examples: [
    ['report history', 'what every case of history.jsonl cost, from the first check to the last'],
    ['report history ci/history.jsonl --html history.html', 'the same as a page with charts'],
  ],
  options: pageOptions,
  run: async (call) => {
    const [what, file = 'history.jsonl', ...more] = call.positionals;
    if (what !== 'history' || more.length > 0) {
      throw usageError('Expected: pedalbench report history [FILE].');
    }
    const entries = parseHistory(readFileSync(call.path(file), 'utf8'), file);
    if (entries.length === 0) {
      const message = `${file}: expected at least one line. 'pedalbench check --history ${file}' appends one.`;
      throw inputError(message);
    }
    call.print('history', { entries }, (style) => renderHistory(entries, style));
    writePages('report', call, () => historyPage(entries));
    return 0;
  },
};
