/** What verbs that write sound share: the path, the format and who hears of it. */
import { wavFormats } from '../audio/wav-header.ts';
import type { OptionSpec } from './args.ts';
import type { Call } from './call.ts';

const formats = Object.keys(wavFormats);

export const formatOption: Omit<OptionSpec, 'help'> = {
  value: formats.join('|'),
  choices: formats,
};

/** `-` is standard output. */
export const soundPath = (call: Call, path: string): string =>
  path === '-' ? path : call.path(path);

/** The sound itself may go to standard output, and then what is said of it does not. */
export const printSound = (
  call: Call,
  path: string,
  [command, body]: readonly [string, Readonly<Record<string, unknown>>],
  text: string,
): void => {
  const said = path === '-' && !call.flag('json') ? call.io.stderr : null;
  if (said === null) call.print(command, body, () => text);
  else said.write(text);
};
