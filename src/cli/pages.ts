/** `--html FILE` and `--svg FILE`: the same result as a page, or its first chart alone. */
import { type Page, renderPage } from '../report/html/page.ts';
import { writeWhole } from '../units/output-file.ts';
import { tool } from '../workbench/package-info.ts';
import type { Call } from './call.ts';
import { inputError } from './cli-error.ts';

export const pageOptions = {
  html: { value: 'FILE', help: 'the same as one self-contained page with charts' },
  svg: { value: 'FILE', help: 'the first chart alone' },
};

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;

/** The page is made only where it is asked for. */
export const writePages = (verb: string, call: Call, pageOf: () => Page): void => {
  const html = call.text('html');
  const svg = call.text('svg');
  if (html === undefined && svg === undefined) return;
  const page = pageOf();
  const write = (path: string, text: string): void => {
    writeWhole(call.path(path), text);
    call.note(`${path}: written.`);
  };
  if (html !== undefined) {
    const command = ['pedalbench', verb, ...call.typed.map(quoted)].join(' ');
    write(html, renderPage(page, { command, tool: `${tool.name} ${tool.version}` }));
  }
  if (svg !== undefined) {
    const [first] = page.figures;
    if (first === undefined) {
      throw inputError(`--svg ${svg}: there is nothing to draw for this result.`);
    }
    write(svg, `${first.svg}\n`);
  }
};
