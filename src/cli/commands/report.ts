/** `pedalbench report history FILE`: what `check --history` appended, drawn. */
import { readFileSync } from 'node:fs';
import { renderHistory } from '../../report/check/history-text.ts';
import { historyPage } from '../../report/html/history-page.ts';
import { parseHistory } from '../../study/check/history.ts';
import { pathFrom } from '../../workbench/places.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import { printJson, styleOf } from '../output.ts';

export const report: Command = {
  usage: 'history [FILE] [options]',
  examples: [
    ['report history', 'what every case of history.jsonl cost, from the first check to the last'],
    ['report history ci/history.jsonl --html history.html', 'the same as a page with charts'],
  ],
  options: { ...pageOptions },
  run: async (args, io) => {
    const [what, file = 'history.jsonl', ...more] = args.positionals;
    if (what !== 'history' || more.length > 0) {
      throw new CliError('usage', 'Expected: pedalbench report history [FILE].');
    }
    const entries = parseHistory(readFileSync(pathFrom(io, file), 'utf8'), file);
    if (entries.length === 0) {
      throw new CliError(
        'invalid',
        `${file}: expected at least one line. 'pedalbench check --history ${file}' appends one.`,
      );
    }
    if (args.flag('json')) printJson(io, 'history', { entries });
    else io.stdout.write(renderHistory(entries, styleOf(args, io)));
    writePages('report', args, io, () => historyPage(entries));
    return 0;
  },
};
