/**
 * Captures the real program for the README: runs it on fake streams into a headless terminal, waits until
 * it is at rest, and writes docs/tui.txt, docs/tui.svg and the README's table of keys.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { parseWords } from '../src/cli/args.ts';
import { globalOptions } from '../src/cli/command.ts';
import { tui } from '../src/cli/commands/tui.ts';
import { processIo } from '../src/cli/io.ts';
import { escapeXml } from '../src/report/chart/svg.ts';
import { keysMarkdown } from '../src/tui/keys.ts';

const root = join(import.meta.dirname, '..');
const cols = 118;
const rows = 30;

const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
let quietSince = performance.now();

const output = Object.assign(
  new Writable({
    write: (chunk, _encoding, done) => {
      terminal.write(String(chunk), done);
    },
  }),
  { isTTY: true, columns: cols, rows },
);
const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });

const screenLines = (): string[] =>
  Array.from({ length: rows }, (_, i) =>
    (terminal.buffer.active.getLine(i)?.translateToString(true) ?? '').trimEnd(),
  );

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Until the first line of the screen says what is wanted. */
const until = async (what: string, holds: (text: string) => boolean): Promise<void> => {
  quietSince = performance.now();
  while (!holds(screenLines().join('\n'))) {
    if (performance.now() - quietSince > 600_000) throw new Error(`waited in vain: ${what}`);
    await sleep(100);
  }
  await sleep(500);
};

const palette: Readonly<Record<number, string>> = {
  1: '#ff6b5e',
  2: '#4ec98a',
  3: '#f0b429',
  4: '#5ba8f5',
  5: '#d58fe0',
  6: '#4fc3d9',
  8: '#8a8f98',
};
const ink = '#d8dbe0';
const paper = '#15171c';
const cellWidth = 8.4;
const cellHeight = 17;

/** The screen as a picture: a text element for each run of one colour, placed on the grid of cells. */
const svgOf = (): string => {
  const parts: string[] = [];
  for (let y = 0; y < rows; y += 1) {
    const line = terminal.buffer.active.getLine(y);
    if (line === undefined) continue;
    let run = { x: 0, text: '', style: '' };
    const flush = (): void => {
      if (run.text.trim() === '') return;
      const width = (run.text.length * cellWidth).toFixed(1);
      parts.push(
        `<text x="${(12 + run.x * cellWidth).toFixed(1)}" y="${12 + (y + 0.78) * cellHeight}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${run.style}>${escapeXml(run.text)}</text>`,
      );
    };
    for (let x = 0; x < cols; x += 1) {
      const cell = line.getCell(x);
      const color = cell?.isFgPalette() ? palette[cell.getFgColor()] : undefined;
      const bold = cell?.isBold() ? ' font-weight="700"' : '';
      const style = `${color === undefined ? '' : ` fill="${color}"`}${bold}`;
      const text = cell?.getChars() || ' ';
      if (style !== run.style) {
        flush();
        run = { x, text, style };
      } else run.text += text;
    }
    flush();
  }
  const width = Math.round(cols * cellWidth + 24);
  const height = rows * cellHeight + 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="pedalbench tui">`,
    '<title>pedalbench tui: every width of a model on a pedal, with the virtual pedal playing</title>',
    `<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>`,
    `<g fill="${ink}" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">`,
    ...parts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};

/** Between two marks of the README; everything else stays as it is. */
const replaceSection = (readme: string, name: string, text: string): string => {
  const begin = `<!-- ${name}: written by tools/capture-tui.ts -->`;
  const end = `<!-- end of ${name} -->`;
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md: expected "${begin}" and "${end}".`);
  return `${readme.slice(0, from + begin.length)}\n\n${text}\n\n${readme.slice(to)}`;
};

const stop = new AbortController();
const world = processIo(stop.signal);
const io = {
  ...world,
  stdout: { write: () => {}, isTTY: true, columns: cols },
  env: { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  cwd: root,
};
for (const [name, value] of Object.entries({ stdin: input, stdout: output })) {
  Object.defineProperty(process, name, { value, configurable: true });
}
const code = tui.run(parseWords([], { ...tui.options, ...globalOptions }), io);
await until('the first paint', (text) => text.includes('Darkglass Anagram'));
input.write('/dwarf\r');
await until('the filter', (text) => text.includes('1 of '));
input.write('\r');
await until('the pedal', (text) => text.includes('[pedal]') && text.includes('twice lite'));
input.write('\u001b[D');
await until('the end of the virtual pedal', (text) => text.includes('60.0 of 60 s, done'));
const text = screenLines();
const picture = svgOf();
input.write('q');
await code;

mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs/tui.txt'), `${text.join('\n').trimEnd()}\n`);
writeFileSync(join(root, 'docs/tui.svg'), picture);
const path = join(root, 'README.md');
let readme = readFileSync(path, 'utf8');
readme = replaceSection(readme, 'keys of the TUI', keysMarkdown());
readme = replaceSection(
  readme,
  'capture of the TUI',
  text
    .join('\n')
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n'),
);
writeFileSync(path, readme);
