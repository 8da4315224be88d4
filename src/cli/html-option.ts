/** `--html FILE` and `--svg FILE`: the same result as a page, or its first chart alone. */

import type { Page } from '../report/html/page.ts';
import { renderPage } from '../report/html/page.ts';
import { writeWhole } from '../units/output-file.ts';
import { tool } from '../workbench/package-info.ts';
import { pathFrom } from '../workbench/places.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import type { OptionSpec } from './option-spec.ts';
import { note } from './output.ts';

export const pageOptions: Readonly<Record<'html' | 'svg', OptionSpec>> = {
  html: { value: 'FILE', help: 'the same as one self-contained page with charts' },
  svg: { value: 'FILE', help: 'the first chart alone' },
};

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;

/** The page is made only where it is asked for. */
export const writePages = (verb: string, args: Args, io: Io, pageOf: () => Page): void => {
  const html = args.text('html');
  const svg = args.text('svg');
  if (html === null && svg === null) return;
  const command = ['pedalbench', verb, ...args.words.map(quoted)].join(' ');
  const page = pageOf();
  if (html !== null) {
    writeWhole(
      pathFrom(io, html),
      renderPage(page, { command, tool: `${tool.name} ${tool.version}` }),
    );
    note(args, io, `${html}: written.`);
  }
  if (svg !== null) {
    const [first] = page.figures;
    if (first === undefined) {
      throw new CliError('invalid', `--svg ${svg}: there is nothing to draw for this result.`);
    }
    writeWhole(pathFrom(io, svg), `${first.svg}\n`);
    note(args, io, `${svg}: written.`);
  }
};
