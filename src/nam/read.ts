/** Checks values of a parsed file against zod schemas; a schema's messages say what was expected. */
import * as z from 'zod';
import { pathText, valueAt } from '../units/json-path.ts';
import { type At, describe, ModelError } from './model-error.ts';

export const at = ({ file, path }: At, ...keys: readonly (string | number)[]): At => ({
  file,
  path: pathText(keys, path),
});

/** The deepest reason of the first fault: a union reports the branch that came furthest. */
const deepest = (issue: z.core.$ZodIssue): z.core.$ZodIssue => {
  if (issue.code !== 'invalid_union') return issue;
  const firsts = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const most = Math.max(1, ...firsts.map(({ path }) => path.length));
  const best = firsts.find(({ path }) => path.length === most);
  return best === undefined ? issue : deepest({ ...best, path: [...issue.path, ...best.path] });
};

export const read = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: At,
): z.output<Schema> => {
  // Compiling a parser takes longer than parsing the few objects of a file without one.
  const result = schema.safeParse(value, { jitless: true });
  if (result.success) return result.data;
  const first = result.error.issues[0];
  if (first === undefined) throw new Error('zod reported failure without an issue');
  const issue = deepest(first);
  const keys = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  const code = issue.code === 'too_big' ? 'limit' : 'config';
  const found = describe(valueAt(value, issue.path));
  throw new ModelError(code, at(where, ...keys), issue.message, found);
};

/** A whole number up to `max`. */
export const count = (max: number, min = 1): z.ZodInt => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

export const number: z.ZodNumber = z.number({ error: 'a finite number' });
export const flag: z.ZodBoolean = z.boolean({ error: 'true or false' });
export const text: z.ZodString = z.string({ error: 'a string' });

export const list = <Item extends z.ZodType>(
  item: Item,
  what: string,
  max: number,
): z.ZodArray<Item> => {
  const error = `an array of 1 to ${max} ${what}`;
  return z.array(item, { error }).min(1, { error }).max(max, { error });
};

/** An object; keys that are not listed are ignored, as NAM Core ignores them. */
export const record = <Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strip> => z.object(shape, { error: 'an object' });

/** Looked at later, or never. */
export const anything: z.ZodOptional<z.ZodUnknown> = z.unknown().optional();
