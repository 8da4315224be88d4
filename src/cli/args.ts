/** Turns words of a command line into the options of a command, with errors that say the fix. */
import { parseArgs } from 'node:util';
import { suggestion } from '../device/nearest.ts';
import { usageError } from './cli-error.ts';

/** An option of a command. */
export interface OptionSpec {
  /** What stands for the value in the help; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times and with commas. */
  readonly list?: true;
  readonly choices?: readonly string[];
  /** Bounds of a whole number, or of each of a list. */
  readonly whole?: readonly [low: number, high: number];
  /** Bounds of any number. */
  readonly range?: readonly [low: number, high: number];
}

export type Options = Readonly<Record<string, OptionSpec>>;

/** What was typed. */
export interface Words {
  readonly options: Options;
  readonly values: ReadonlyMap<string, string | true>;
  readonly positionals: readonly string[];
  /** As they were typed, without the verb. */
  readonly typed: readonly string[];
}

/** Undefined stands for what was not given. Names that are not declared are faults of the command. */
export class Args {
  readonly positionals: readonly string[];
  readonly typed: readonly string[];
  readonly #words: Words;

  constructor(words: Words) {
    this.positionals = words.positionals;
    this.typed = words.typed;
    this.#words = words;
  }

  declares(name: string): boolean {
    return Object.hasOwn(this.#words.options, name);
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  flag(name: string): boolean {
    return this.#get(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.#get(name);
    return value === true ? undefined : value;
  }

  /** The values between commas. */
  list(name: string): string[] | undefined {
    const value = this.text(name);
    const parts = value?.split(',').map((part) => part.trim());
    if (parts?.includes('')) {
      throw usageError(`--${name}: expected values between commas, got "${value}".`);
    }
    return parts && [...new Set(parts)];
  }

  /** Within the bounds that the option declares. */
  number(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : this.#numberOf(name, value);
  }

  numbers(name: string): number[] | undefined {
    return this.list(name)?.map((part) => this.#numberOf(name, part));
  }

  /** So many words, no more and no less; `names` is what the usage calls them. */
  words(names: string): string[] {
    const { length } = this.positionals;
    if (length !== names.split(' ').length) {
      throw usageError(`Expected ${names}, got ${length} words.`);
    }
    return [...this.positionals];
  }

  #numberOf(name: string, value: string): number {
    const { whole, range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } =
      this.#words.options[name] ?? {};
    const [low, high] = whole ?? range;
    const parsed = Number(value);
    const isOne = whole === undefined ? value.trim() !== '' : /^\d+$/.test(value);
    if (isOne && parsed >= low && parsed <= high) return parsed;
    const what = whole === undefined ? 'a number' : 'a whole number';
    throw usageError(`--${name}: expected ${what} from ${low} to ${high}, got "${value}".`);
  }

  #get(name: string): string | true | undefined {
    if (!this.declares(name)) throw new RangeError(`the option ${name} is not declared`);
    return this.#words.values.get(name);
  }
}

type Option = Extract<ReturnType<typeof tokensOf>[number], { kind: 'option' }>;

const tokensOf = (words: readonly string[], specs: Options) => {
  const options = Object.entries(specs).map(([name, { value }]) => {
    return [name, { type: value === undefined ? 'boolean' : 'string' }] as const;
  });
  const how = { strict: false, allowPositionals: true, tokens: true } as const;
  return parseArgs({ args: [...words], options: Object.fromEntries(options), ...how }).tokens;
};

/** The value of an option; true for a flag. `before` is what was given already. */
const typedValue = (option: Option, spec: OptionSpec, before?: string | true): string | true => {
  const { name, value, inlineValue } = option;
  if (spec.value === undefined) {
    if (value === undefined) return true;
    throw usageError(`--${name} takes no value, got "${value}".`);
  }
  if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('--'))) {
    throw usageError(`--${name} needs a value: --${name} ${spec.value}.`);
  }
  if (before !== undefined && spec.list !== true) {
    throw usageError(`--${name} is given twice: "${before}" and "${value}".`);
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    throw usageError(`--${name}: expected ${spec.choices.join(' or ')}, got "${value}".`);
  }
  return before === undefined ? value : `${before},${value}`;
};

/** Throws `CliError` for an unknown option, a missing or a superfluous value, or a wrong choice. */
export const parseWords = (typed: readonly string[], options: Options): Words => {
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  for (const token of tokensOf(typed, options)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    const spec = Object.hasOwn(options, name) ? options[name] : undefined;
    if (spec === undefined || !rawName.startsWith('--')) {
      const known = Object.keys(options).map((option) => `--${option}`);
      throw usageError(`Unknown option ${rawName}. ${suggestion(rawName, known, 'options')}`);
    }
    values.set(name, typedValue(token, spec, values.get(name)));
  }
  return { options, values, positionals, typed };
};
