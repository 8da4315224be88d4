/**
 * Captures the real program for the documents: runs it on fake streams into a headless terminal, waits until
 * it is at rest, and writes docs/tui.txt, docs/tui.svg and the table of keys in docs/tui.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { parseWords } from '../src/cli/args.ts';
import { Call, globalOptions } from '../src/cli/call.ts';
import { tui } from '../src/cli/commands/tui.ts';
import { processIo } from '../src/cli/io.ts';
import { escapeXml } from '../src/report/chart/svg.ts';
import { keysMarkdown } from './keys-markdown.ts';

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

/** Bars are drawn: a font's blocks leave gaps. Of a cell: the share that is filled, and from where. */
const blocks: ReadonlyMap<string, { readonly width: number; readonly height: number }> = new Map(
  [
    ...[...'▏▎▍▌▋▊▉'].map((mark, i) => ({ mark, width: (i + 1) / 8, height: 1 })),
    ...[...'▁▂▃▄▅▆▇'].map((mark, i) => ({ mark, width: 1, height: (i + 1) / 8 })),
    { mark: '█', width: 1, height: 1 },
  ].map(({ mark, width, height }) => [mark, { width, height }]),
);

const left = (x: number): string => (12 + x * cellWidth).toFixed(1);

/** Cells of one look that stand together. */
interface Run {
  readonly x: number;
  text: string;
  readonly color: string | undefined;
  readonly bold: boolean;
}

const textOf = (run: Run, y: number): string[] => {
  // Words far apart are placed on their own, because a picture does not keep spaces.
  return [...run.text.matchAll(/\S+(?: \S+)*/g)].map((match) => {
    const [words] = match;
    const x = left(run.x + match.index);
    const width = (words.length * cellWidth).toFixed(1);
    const fill = run.color === undefined ? '' : ` fill="${run.color}"`;
    const weight = run.bold ? ' font-weight="700"' : '';
    const at = (12 + (y + 0.76) * cellHeight).toFixed(1);
    return `<text x="${x}" y="${at}" textLength="${width}"${fill}${weight}>${escapeXml(words)}</text>`;
  });
};

const blockOf = (run: Run, y: number, length: number): string => {
  const { width, height } = blocks.get(run.text[0] ?? '') ?? { width: 1, height: 1 };
  const top = (12 + (y + 1 - height) * cellHeight).toFixed(1);
  const across = ((length - 1 + width) * cellWidth).toFixed(1);
  return `<rect x="${left(run.x)}" y="${top}" width="${across}" height="${(height * cellHeight).toFixed(1)}" fill="${run.color ?? ink}"/>`;
};

const runsOf = (y: number): Run[] => {
  const line = terminal.buffer.active.getLine(y);
  const runs: Run[] = [];
  for (let x = 0; x < cols; x += 1) {
    const cell = line?.getCell(x);
    const color = cell?.isFgPalette() ? palette[cell.getFgColor()] : undefined;
    const bold = Boolean(cell?.isBold());
    const text = cell?.getChars() || ' ';
    const last = runs.at(-1);
    const alike = last !== undefined && last.color === color && last.bold === bold;
    // A block goes on with the same block only, so that a run is one rectangle.
    const mark = blocks.has(text) ? text : null;
    const lastMark = last !== undefined && blocks.has(last.text[0] ?? '') ? last.text[0] : null;
    if (alike && mark === lastMark) last.text += text;
    else runs.push({ x, text, color, bold });
  }
  return runs;
};

/** The screen as a picture, each run of one look placed on the grid of cells. */
const svgOf = (): string => {
  const parts = Array.from({ length: rows }, (_, y) =>
    runsOf(y).flatMap((run) =>
      blocks.has(run.text[0] ?? '') ? [blockOf(run, y, run.text.length)] : textOf(run, y),
    ),
  ).flat();
  const width = Math.round(cols * cellWidth + 24);
  const height = rows * cellHeight + 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="pedalbench tui">`,
    '<title>pedalbench tui: every width of a model on a pedal, with the virtual pedal playing</title>',
    `<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>`,
    `<g fill="${ink}" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">`,
    ...parts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};

/** Between two marks of docs/tui.md; everything else stays as it is. */
const replaceSection = (page: string, name: string, text: string): string => {
  const begin = `<!-- ${name}: written by tools/capture-tui.ts -->`;
  const end = `<!-- end of ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/tui.md: expected "${begin}" and "${end}".`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
};

const stop = new AbortController();
const world = processIo(stop.signal, [null, null]);
const io = {
  ...world,
  stdout: { write: () => {}, isTTY: true, columns: cols },
  env: { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  cwd: root,
};
for (const [name, value] of Object.entries({ stdin: input, stdout: output })) {
  Object.defineProperty(process, name, { value, configurable: true });
}
const code = tui.run(new Call(parseWords([], { ...tui.options, ...globalOptions }), io));
await until('the first paint', (text) => text.includes('Darkglass Anagram'));
input.write('/dwarf\r');
await until('the filter', (text) => text.includes('1 of '));
input.write('\r');
await until('the pedal', (text) => text.includes('[pedal]') && text.includes('twice lite'));
input.write('\u001b[D');
await until('a minute of the virtual pedal', (text) => /virtual pedal 6\d\.\d s/.test(text));
input.write(' ');
await until('the pause', (text) => text.includes('paused'));
const text = screenLines();
const picture = svgOf();
input.write('q');
await code;

mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs/tui.txt'), `${text.join('\n').trimEnd()}\n`);
writeFileSync(join(root, 'docs/tui.svg'), picture);
const path = join(root, 'docs/tui.md');
let page = readFileSync(path, 'utf8');
page = replaceSection(page, 'keys of the TUI', keysMarkdown());
page = replaceSection(
  page,
  'capture of the TUI',
  text
    .join('\n')
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n'),
);
writeFileSync(path, page);
