/** What a verb is: its options, its help and what it does. One file each in `commands/`. */
import type { Options } from './args.ts';
import type { Call } from './call.ts';
import type { ExitCode } from './io.ts';

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
