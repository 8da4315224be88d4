/** One call of a verb: its words and the world. Results go to stdout, everything else to stderr. */
import type { Style } from '../report/text/style.ts';
import { pathFrom } from '../workbench/places.ts';
import { Args, type Words } from './args.ts';
import { Interrupted } from './cli-error.ts';
import { documentPieces, headOf } from './documents.ts';
import type { Io } from './io.ts';

type Body = Readonly<Record<string, unknown>>;

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
  print(command: string, body: Body, text: (style: Style) => string): void {
    if (this.flag('json')) this.#document({ ...headOf(command), ...body });
    else this.io.stdout.write(text(this.style));
  }

  /** The same where --jsonl prints a line a row as soon as it is known. */
  rows(command: string, rowsName: string): Rows {
    const inLines = this.flag('jsonl');
    const line = (value: unknown): void => this.io.stdout.write(`${JSON.stringify(value)}\n`);
    return {
      inLines,
      row: (row) => {
        if (inLines) line(row);
      },
      print: (body, text) => {
        if (!inLines) return this.print(command, body(), text);
        const { [rowsName]: _, ...rest } = body();
        line({ ...headOf(command), ...rest });
      },
    };
  }

  /** Lets signals be handled, and ends the command when the user asked for it. */
  async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.io.signal.aborted) throw new Interrupted();
  }

  #document(document: Body): void {
    for (const piece of documentPieces(document)) this.io.stdout.write(piece);
  }
}

export interface Rows {
  /** Rows go out one by one, and are not in the last line. */
  readonly inLines: boolean;
  /** A row that is known before the others. */
  readonly row: (row: unknown) => void;
  /** The whole at the end; `body` and `text` are made only where they are asked for. */
  readonly print: (body: () => Body, text: (style: Style) => string) => void;
}
