/** Turns words of a command line into the options of a command, with errors that say the fix. */
import { parseArgs } from 'node:util';
import { suggestion } from '../workbench/suggestion.ts';
import { CliError } from './cli-error.ts';
import type { OptionSpec } from './option-spec.ts';

export class Args {
  readonly positionals: readonly string[];
  /** As they were typed, without the verb. */
  readonly words: readonly string[];
  readonly #options: Readonly<Record<string, OptionSpec>>;
  readonly #values: ReadonlyMap<string, string | true>;

  constructor(
    options: Readonly<Record<string, OptionSpec>>,
    values: ReadonlyMap<string, string | true>,
    positionals: readonly string[],
    words: readonly string[] = [],
  ) {
    this.positionals = positionals;
    this.words = words;
    this.#options = options;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  flag(name: string): boolean {
    return this.#get(name) === true;
  }

  text(name: string): string | null {
    const value = this.#get(name);
    return typeof value === 'string' ? value : null;
  }

  /** The values between commas; null where the option was not given. */
  list(name: string): string[] | null {
    const value = this.text(name);
    if (value === null) return null;
    const parts = value.split(',').map((part) => part.trim());
    if (parts.some((part) => part === '')) {
      throw new CliError('usage', `--${name}: expected values between commas, got "${value}".`);
    }
    return [...new Set(parts)];
  }

  /** A whole number within bounds. */
  integer(name: string, low: number, high: number): number | null {
    const value = this.text(name);
    return value === null ? null : parseInteger(`--${name}`, value, low, high);
  }

  integers(name: string, low: number, high: number): number[] | null {
    return this.list(name)?.map((part) => parseInteger(`--${name}`, part, low, high)) ?? null;
  }

  number(name: string, low: number, high: number): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const parsed = Number(value);
    if (value.trim() === '' || !(parsed >= low && parsed <= high)) {
      throw new CliError(
        'usage',
        `--${name}: expected a number from ${low} to ${high}, got "${value}".`,
      );
    }
    return parsed;
  }

  #get(name: string): string | true | undefined {
    if (!(name in this.#options)) throw new RangeError(`the option ${name} is not declared`);
    return this.#values.get(name);
  }
}

const parseInteger = (what: string, value: string, low: number, high: number): number => {
  const parsed = Number(value);
  if (!/^\d+$/.test(value) || parsed < low || parsed > high) {
    throw new CliError(
      'usage',
      `${what}: expected a whole number from ${low} to ${high}, got "${value}".`,
    );
  }
  return parsed;
};

/** Throws `CliError` for an unknown option, a missing or a superfluous value, or a wrong choice. */
export const parseWords = (
  words: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
): Args => {
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, spec]) => [
        name,
        { type: spec.value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
  });
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const spec = Object.hasOwn(options, name) ? options[name] : undefined;
    if (spec === undefined || !rawName.startsWith('--')) {
      const known = Object.keys(options).map((option) => `--${option}`);
      throw new CliError(
        'usage',
        `Unknown option ${rawName}. ${suggestion(rawName, known, 'options')}`,
      );
    }
    if (spec.value === undefined) {
      if (value !== undefined) {
        throw new CliError('usage', `--${name} takes no value, got "${value}".`);
      }
      values.set(name, true);
      continue;
    }
    if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('--'))) {
      throw new CliError('usage', `--${name} needs a value: --${name} ${spec.value}.`);
    }
    const before = values.get(name);
    if (before !== undefined && spec.list !== true) {
      throw new CliError('usage', `--${name} is given twice: "${before}" and "${value}".`);
    }
    if (spec.choices !== undefined && !spec.choices.includes(value)) {
      throw new CliError(
        'usage',
        `--${name}: expected ${spec.choices.join(' or ')}, got "${value}".`,
      );
    }
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return new Args(options, values, positionals, words);
};
