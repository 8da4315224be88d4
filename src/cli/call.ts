/**
 * One call of a verb: its words and the world. Results go to stdout, as text or as documents that are never one string;
 * everything else goes to stderr, progress as a bar or as a line per 10 %.
 */
import type { Style } from '../report/text/text-table.ts';
import type { Hooks } from '../workbench/hooks.ts';
import { tool } from '../workbench/package-info.ts';
import { pathFrom } from '../workbench/places.ts';
import { Args, type Options, type Words } from './args.ts';
import { Interrupted } from './cli-error.ts';
import type { ExitCode, Io } from './io.ts';

/** UTF-8 unless the locale says that it is not. */
const asciiOnly = ({ env }: Io): boolean => {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  // A locale without a character set has that of its language, which is UTF-8 everywhere by now.
  const [, charset = 'utf-8'] = /\.([^@]*)/.exec(locale) ?? [];
  const isUtf8 =
    /^utf-?8$/i.test(charset) && !/^(C|POSIX|.*\b(?:ISO-?8859|KOI8|SJIS|EUC).*)$/i.test(locale);
  return env.TERM === 'dumb' || !isUtf8;
};

/** A log has no width of its own; wide enough for the matrix to lie across. */
const logColumns = 140;

export class Call extends Args {
  readonly io: Io;

  constructor(words: Words, io: Io) {
    super(words);
    this.io = io;
  }

  get style(): Style {
    const { stdout, env } = this.io;
    // Without a terminal COLUMNS decides, as it does for many tools, so that a log can be wide.
    const columns = stdout.columns ?? (Number(env.COLUMNS) || logColumns);
    const plain = this.flag('no-color') || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
    return {
      columns: Math.min(Math.max(Math.floor(columns), 40), 400),
      color: stdout.isTTY && !plain,
      ascii: asciiOnly(this.io),
    };
  }

  /** A path as it was typed, from the current folder. */
  path(name: string): string {
    return pathFrom(this.io, name);
  }

  /** Something that the user should know and that is no fault. */
  readonly note = (message: string): void => {
    if (!this.flag('quiet')) this.io.stderr.write(`${message}\n`);
  };

  readonly warn = (message: string): void => this.note(`warning: ${message}`);

  /** The result: with --json as a document, else as text, which is made only then. */
  print(command: string, body: object, text: (style: Style) => string): void {
    const { stdout } = this.io;
    const pieces = this.flag('json')
      ? documentPieces({ ...headOf(command), ...body })
      : [text(this.style)];
    for (const piece of pieces) stdout.write(piece);
  }

  /** The same where --jsonl prints a line a row as soon as it is known: those are not in the last line. */
  rows(command: string, rowsName: string) {
    const inLines = this.flag('jsonl');
    const write = (values: readonly unknown[]): void =>
      this.io.stdout.write(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
    return {
      inLines,
      add: (rows: readonly unknown[]): void => {
        if (inLines) write(rows);
      },
      /** The whole at the end; `text` is made only where it is asked for. */
      print: (body: object, text: (style: Style) => string): void => {
        if (inLines) write([{ ...headOf(command), ...body, [rowsName]: undefined }]);
        else this.print(command, body, text);
      },
    };
  }

  /** Lets signals be handled, and ends the command when the user asked for it. */
  async yieldNow(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.io.signal.aborted) throw new Interrupted();
  }
}

export type Rows = ReturnType<Call['rows']>;

const inner = (value: unknown, indent: string): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);

/** As JSON.stringify(document, null, 2) has it, item by item of its lists. */
export function* documentPieces(document: Readonly<Record<string, unknown>>): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined) continue;
    yield `${before}\n  ${JSON.stringify(name)}: `;
    before = ',';
    if (!Array.isArray(value) || value.length === 0) yield inner(value, '  ');
    else {
      let lead = '[';
      for (const item of value) {
        yield `${lead}\n    ${inner(item, '    ')}`;
        lead = ',';
      }
      yield '\n  ]';
    }
  }
  yield '\n}\n';
}

/** What a command begins its document with. */
export const headOf = (command: string): { schema: string; tool: typeof tool } => ({
  schema: `pedalbench.${command}/1`,
  tool,
});

const patienceMilliseconds = 1000;
const refreshMilliseconds = 100;
const barCells = 24;

/** The share of some work on stderr: a bar in a terminal, else a line a tenth; nothing where it is over soon. */
export const progressOf = (call: Call, what: string) => {
  const { now: clock, stderr } = call.io;
  const started = clock();
  let drawn = Number.NEGATIVE_INFINITY;
  let told = 0;
  let isVisible = false;
  /** `share` of the work that is done, 0 to 1. */
  const update = (share: number): void => {
    if (call.flag('quiet')) return;
    const now = clock();
    if (now - started < patienceMilliseconds) return;
    const percent = Math.floor(Math.min(share, 1) * 100);
    if (!stderr.isTTY) {
      const tenths = Math.floor(percent / 10);
      if (tenths > told) stderr.write(`${what}: ${tenths * 10} %\n`);
      told = Math.max(told, tenths);
      return;
    }
    if (now - drawn < refreshMilliseconds) return;
    drawn = now;
    isVisible = true;
    const full = Math.round((percent / 100) * barCells);
    const bar = '#'.repeat(full).padEnd(barCells, '.');
    const line = `${what} [${bar}] ${String(percent).padStart(3)} %`;
    stderr.write(`\r${line.slice(-Math.max((stderr.columns ?? 80) - 1, 10))}`);
  };
  return {
    update,
    /** Shows the share and lets signals be handled; for loops that nothing else interrupts. */
    step: async (share: number): Promise<void> => {
      update(share);
      await call.yieldNow();
    },
    /** Removes the bar, so that what comes next starts on a clean line. */
    end: (): void => {
      if (isVisible) stderr.write('\r\u001b[K');
      isVisible = false;
    },
  };
};
type Progress = ReturnType<typeof progressOf>;

type Work<How, T> = (how: How) => Promise<T>;

/** Work that says how far it is; the bar goes at its end. */
export const during = async <T>(call: Call, what: string, work: Work<Progress, T>): Promise<T> => {
  const progress = progressOf(call, what);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
};

/**
 * Follows a verb of the workbench.
 * @throws Interrupted where the user asked for it
 */
export const following = <T>(call: Call, what: string, verb: Work<Hooks, T>): Promise<T> =>
  during(call, what, async (progress) => {
    const { signal } = call.io;
    try {
      return await verb({ onProgress: (share) => progress.update(share), signal });
    } catch (error) {
      throw signal.aborted ? new Interrupted() : error;
    }
  });

export interface Command {
  /** After the name of the verb: 'MODEL... [options]'. */
  readonly usage: string;
  /** Each a command line without the program's name, and what it does. Shown first. */
  readonly examples: readonly (readonly [string, string])[];
  /** Further paragraphs of the help. */
  readonly notes?: readonly string[];
  readonly options: Options;
  run(call: Call): Promise<ExitCode>;
}

/** Every verb has these. */
export const globalOptions: Options = {
  json: { help: 'print one JSON document on stdout and nothing else' },
  'exit-zero': { help: 'end with 0 where it would be 1, for job engines that stop on it' },
  quiet: { help: 'no progress and no warnings' },
  'no-color': { help: 'plain text (also NO_COLOR, TERM=dumb, or no terminal)' },
  help: { help: 'this text' },
  version: { help: 'name and version' },
  debug: { help: 'show where an error comes from' },
};
