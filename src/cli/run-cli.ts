/** From words to an exit code: finds the verb, parses its options, prints help and errors. */
import { suggestion } from '../device/nearest.ts';
import { systemSentence } from '../units/system-fault.ts';
import { tool } from '../workbench/package-info.ts';
import { parseWords } from './args.ts';
import { Call, globalOptions } from './call.ts';
import { CliError, describeError, Interrupted, usageError } from './cli-error.ts';
import { commandHelp, overviewHelp } from './help.ts';
import type { ExitCode, Io } from './io.ts';
import { verbs as allVerbs, type Verb } from './verbs.ts';

const defaultColumns = 100;

/** Help may stand before, after or instead of the verb. */
const isFlag = (words: readonly string[], ...names: string[]): boolean =>
  words
    .slice(0, words.includes('--') ? words.indexOf('--') : words.length)
    .some((word) => names.includes(word));

/** Words before the verb can only be global flags, so the verb is the first that is none. */
const splitVerb = (words: readonly string[]) => {
  const at = words.findIndex((one) => !one.startsWith('-'));
  if (at < 0) return { name: null, rest: [...words] };
  return { name: words[at] ?? null, rest: [...words.slice(0, at), ...words.slice(at + 1)] };
};

/** What a command ends with: what it has earned, less what kept its result from arriving. */
const settle = (earned: ExitCode, words: readonly string[], io: Io): ExitCode => {
  if (earned === 130) return (io.signal.reason as ExitCode | undefined) ?? 130;
  const code = earned === 1 && isFlag(words, '--exit-zero') ? 0 : earned;
  const { fault } = io.stdout;
  if (fault === undefined || fault === null) return code;
  if (fault.code === 'EPIPE') return earned === 0 ? 141 : code;
  const why = systemSentence({ code: fault.code, path: 'stdout', message: fault.message });
  io.stderr.write(`${tool.name}: ${why}\n`);
  return code === 0 ? 2 : code;
};

/**
 * Runs a command line to its exit code. Nothing is thrown: faults are sentences on stderr.
 */
export const runCli = async (
  words: readonly string[],
  io: Io,
  verbs: readonly Verb[] = allVerbs,
): Promise<ExitCode> => settle(await runWords(words, io, verbs), words, io);

const runWords = async (words: readonly string[], io: Io, verbs: readonly Verb[]) => {
  const columns = Math.min(io.stdout.columns ?? defaultColumns, 110);
  const debug = isFlag(words, '--debug');
  let name: string | null = null;
  try {
    if (isFlag(words, '--version')) {
      io.stdout.write(`${tool.name} ${tool.version}\n`);
      return 0;
    }
    const { name: word, rest } = splitVerb(words);
    const asked = isFlag(words, '--help', '-h');
    // `help` and `help VERB` are what many type first.
    name = word === 'help' ? (rest.find((one) => !one.startsWith('-')) ?? null) : word;
    if (name === null) {
      const wanted = asked || word === 'help';
      if (!wanted) parseWords(rest, globalOptions);
      (wanted ? io.stdout : io.stderr).write(overviewHelp(verbs, columns));
      return wanted ? 0 : 2;
    }
    const names = verbs.map((one) => one.name);
    const verb = verbs[names.indexOf(name)];
    if (verb === undefined) {
      throw usageError(`Unknown command "${name}". ${suggestion(name, names, 'commands')}`);
    }
    const command = await verb.load();
    if (asked || word === 'help') {
      io.stdout.write(commandHelp(verb, command, columns));
      return 0;
    }
    const typed = parseWords(rest, { ...command.options, ...globalOptions });
    return await command.run(new Call(typed, io));
  } catch (error) {
    if (error instanceof Interrupted) {
      io.stderr.write(`${tool.name}: interrupted\n`);
      return 130;
    }
    const verb = name === null ? '' : ` ${name}`;
    io.stderr.write(`${tool.name}${verb}: ${describeError(error)}\n`);
    if (error instanceof CliError && error.code === 'usage') {
      const known = verbs.some((one) => one.name === name) ? verb : '';
      io.stderr.write(`${tool.name}${known} --help shows what there is.\n`);
    }
    if (debug && error instanceof Error) {
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
        io.stderr.write(`${cause.stack ?? cause.message}\n`);
      }
    }
    return 2;
  }
};
