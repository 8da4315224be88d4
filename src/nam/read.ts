/** Checks values of a parsed file; a schema's messages say what was expected, and the path where. */
import { describe, ModelError } from './model-error.ts';
import { array, guarded, Mismatch, realNumber, Schema, wholeNumber } from './schema.ts';

/** Where in which file: the prefix of every message. */
export interface At {
  readonly file: string;
  readonly path: string;
}

export const at = (where: At, ...keys: readonly (string | number)[]): At => {
  let path = where.path;
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else path = path === '' ? key : `${path}.${key}`;
  }
  return { file: where.file, path };
};

export const read = <T>(schema: Schema<T>, value: unknown, where: At): T => {
  try {
    return schema.check(value);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new ModelError({
      code: error.tooLarge ? 'limit' : 'config',
      ...at(where, ...error.keys),
      expected: error.expected,
      found: describe(error.found),
    });
  }
};

/** A whole number from 1 to `max`. */
export const count = (max: number): Schema<number> =>
  wholeNumber(`a whole number from 1 to ${max}`, 1, max);

export const number: Schema<number> = realNumber('a finite number');
export const flag: Schema<boolean> = guarded(
  (value) => typeof value === 'boolean',
  'true or false',
);
export const text: Schema<string> = guarded((value) => typeof value === 'string', 'a string');

export const list = <T>(item: Schema<T>, what: string, max: number): Schema<readonly T[]> =>
  array(item, `an array of 1 to ${max} ${what}`, 1, max);

/** Looked at later, or never. */
export const anything: Schema<unknown> = new Schema((value) => value);
