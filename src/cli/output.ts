/** How a command speaks: results to stdout, everything else to stderr. */

import type { Style } from '../report/text/style.ts';
import { tool } from '../workbench/package-info.ts';
import type { Args } from './args.ts';
import { Interrupted } from './cli-error.ts';
import type { Io } from './io.ts';
import type { TextStream } from './text-stream.ts';

const colorAllowed = (stream: TextStream, args: Args, io: Io): boolean =>
  stream.isTTY &&
  !args.flag('no-color') &&
  (io.env.NO_COLOR ?? '') === '' &&
  io.env.TERM !== 'dumb';

/** UTF-8 unless the locale says that it is not. */
const asciiOnly = (io: Io): boolean => {
  const locale = io.env.LC_ALL || io.env.LC_CTYPE || io.env.LANG || '';
  // A locale without a character set has that of its language, which is UTF-8 everywhere by now.
  const [, charset = 'utf-8'] = /\.([^@]*)/.exec(locale) ?? [];
  const isUtf8 =
    /^utf-?8$/i.test(charset) && !/^(C|POSIX|.*\b(?:ISO-?8859|KOI8|SJIS|EUC).*)$/i.test(locale);
  return io.env.TERM === 'dumb' || !isUtf8;
};

/** A log has no width of its own; wide enough for the matrix to lie across. */
const logColumns = 140;

export const styleOf = (args: Args, io: Io): Style => ({
  // Without a terminal COLUMNS decides, as it does for many tools, so that a log can be wide.
  columns: clampColumns(io.stdout.columns ?? (Number(io.env.COLUMNS) || logColumns)),
  color: colorAllowed(io.stdout, args, io),
  ascii: asciiOnly(io),
});

const clampColumns = (columns: number): number => Math.min(Math.max(Math.floor(columns), 40), 400);

/** The document of a command, with its schema and the tool that wrote it. */
const jsonText = (command: string, body: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify({ schema: `pedalbench.${command}/1`, tool, ...body }, null, 2)}\n`;

export const printJson = (io: Io, command: string, body: Readonly<Record<string, unknown>>): void =>
  io.stdout.write(jsonText(command, body));

export const warn = (args: Args, io: Io, message: string): void => {
  if (!args.flag('quiet')) io.stderr.write(`warning: ${message}\n`);
};

/** Something that the user should know and that is no fault. */
export const note = (args: Args, io: Io, message: string): void => {
  if (!args.flag('quiet')) io.stderr.write(`${message}\n`);
};

/** Lets signals be handled, and ends the command when the user asked for it. */
export const breathe = async (io: Io): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  if (io.signal.aborted) throw new Interrupted();
};
