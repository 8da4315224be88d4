/**
 * What the parts of a file must look like. A few forms of our own and not zod's: a file is checked once
 * in a process, and then most of the time of a general validator is the making of its machinery.
 */

/** The first value that is not as expected; `keys` lead to it from where the check began. */
export class Mismatch extends Error {
  readonly keys: (string | number)[] = [];
  readonly expected: string;
  readonly found: unknown;
  /** It is larger than a limit of ours, and not of the wrong kind. */
  readonly tooLarge: boolean;

  constructor(expected: string, found: unknown, tooLarge = false) {
    super(`expected ${expected}`);
    this.name = 'Mismatch';
    this.expected = expected;
    this.found = found;
    this.tooLarge = tooLarge;
  }
}

/** Returns the value, typed and with its defaults, or throws a `Mismatch`. */
export class Schema<out T> {
  readonly check: (value: unknown) => T;

  constructor(check: (value: unknown) => T) {
    this.check = check;
  }

  optional(): Schema<T | undefined> {
    return new Schema((value) => (value === undefined ? undefined : this.check(value)));
  }

  /** Also null, which files write for what they do not know. */
  nullish(): Schema<T | null | undefined> {
    return new Schema((value) =>
      value === undefined || value === null ? value : this.check(value),
    );
  }

  default<const D>(other: D): Schema<T | D> {
    return new Schema((value) => (value === undefined ? other : this.check(value)));
  }
}

export type Output<S> = S extends Schema<infer T> ? T : never;

const within = <T>(key: string | number, schema: Schema<T>, value: unknown): T => {
  try {
    return schema.check(value);
  } catch (error) {
    if (error instanceof Mismatch) error.keys.unshift(key);
    throw error;
  }
};

/** A number of at most `most`; `whole` ones are also exact in a double. */
const numeric = (expected: string, whole: boolean, least: number, most: number): Schema<number> =>
  new Schema((value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Mismatch(expected, value);
    if (whole && !Number.isInteger(value)) throw new Mismatch(expected, value);
    if (value > most) throw new Mismatch(expected, value, true);
    if (value < least) throw new Mismatch(expected, value);
    return value;
  });

export const wholeNumber = (expected: string, least: number, most: number): Schema<number> =>
  numeric(expected, true, least, most);

export const realNumber = (expected: string, most: number = Number.MAX_VALUE): Schema<number> =>
  numeric(expected, false, -Number.MAX_VALUE, most);

export const oneOf = <const Name extends string>(
  names: readonly Name[],
  expected: string,
): Schema<Name> =>
  new Schema((value) => {
    const found = names.find((name) => name === value);
    if (found === undefined) throw new Mismatch(expected, value);
    return found;
  });

/** A value that a guard knows. */
export const guarded = <T>(guard: (value: unknown) => value is T, expected: string): Schema<T> =>
  new Schema((value) => {
    if (!guard(value)) throw new Mismatch(expected, value);
    return value;
  });

export const array = <T>(
  item: Schema<T>,
  expected: string,
  least: number,
  most: number,
): Schema<readonly T[]> =>
  new Schema((value) => {
    if (!Array.isArray(value)) throw new Mismatch(expected, value);
    if (value.length > most) throw new Mismatch(expected, value, true);
    if (value.length < least) throw new Mismatch(expected, value);
    return value.map((entry, i) => within(i, item, entry));
  });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object; keys that are not listed are ignored, as NAM Core ignores them. */
export const record = <Shape extends Readonly<Record<string, Schema<unknown>>>>(
  shape: Shape,
): Schema<{ readonly [Key in keyof Shape]: Output<Shape[Key]> }> => {
  const entries = Object.entries(shape);
  return new Schema((value) => {
    if (!isObject(value)) throw new Mismatch('an object', value);
    const out: Record<string, unknown> = {};
    for (const [key, schema] of entries) out[key] = within(key, schema, value[key]);
    return out as { readonly [Key in keyof Shape]: Output<Shape[Key]> };
  });
};

/** `false`, or what `schema` takes. */
export const unlessFalse = <T>(schema: Schema<T>, expected: string): Schema<T | false> =>
  new Schema((value) => {
    if (value === false) return false;
    if (!isObject(value)) throw new Mismatch(expected, value);
    return schema.check(value);
  });
