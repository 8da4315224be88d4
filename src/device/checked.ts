/** Holds a document to its schema, and says in sentences what is wrong: path, expected, found, and what to write. */
import type * as z from 'zod';
import { figureForm } from '../units/figure.ts';
import { isRecord, type Path, pathText, shown, valueAt } from '../units/json-path.ts';
import { didYouMean } from './nearest.ts';
import { quantityIn, unitHint } from './quantity.ts';

/** As `figureOf` says it. */
const intervalRule = 'low <= value <= high';

/** Names of all fields of a file, for suggestions: of every object among what a schema is made of. */
const fieldNames = (schema: z.ZodType): string[] => {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const walk = (node: unknown): void => {
    if (!isRecord(node) || seen.has(node)) return;
    seen.add(node);
    const { shape, ...def } = (node.def ?? {}) as Readonly<Record<string, unknown>>;
    const fields = isRecord(shape) ? shape : {};
    for (const name of Object.keys(fields)) names.add(name);
    for (const part of [...Object.values(fields), ...Object.values(def).flat()]) walk(part);
  };
  walk(schema);
  return [...names];
};

const figureFields = new Set(['value', 'low', 'high']);

/** The field that names the unit: that of the figure, not 'value'. */
const fieldOf = (path: Path): string => {
  const isInFigure = figureFields.has(String(path.at(-1)));
  return String(path.at(isInFigure ? -2 : -1) ?? '');
};

/** What to write instead, where that can be told. */
const fixFor = (field: string, found: unknown, wantsFigure: boolean): string => {
  const number =
    typeof found === 'number' ? found : typeof found === 'string' ? quantityIn(field, found) : null;
  if (wantsFigure && (number !== null || typeof found === 'string')) {
    const value = number ?? found;
    return ` Write { "value": ${JSON.stringify(value)}, "kind": "datasheet", "source": "where the figure is from" }.`;
  }
  if (number === null) return '';
  if (typeof found === 'string') return ` Write ${number}.`;
  return unitHint(field, number);
};

/** What was expected, by what zod calls it. */
const kinds: Readonly<Record<string, string>> = {
  object: 'an object in braces',
  record: 'an object in braces',
  array: 'a list in brackets',
  string: 'a text in quotes',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

/** What is too long or too short, by where zod found it. */
const lengths: Readonly<Record<string, { readonly some: string; readonly of: string }>> = {
  array: { some: 'a list with an entry', of: 'entries in the list' },
  string: { some: 'a text that is not empty', of: 'characters' },
};

/** What a schema says of its own, else what zod means. */
const expectationOf = (issue: z.core.$ZodIssue, field: string): string => {
  const { code, message } = issue;
  if (!/^(Too|Invalid input)\b/.test(message)) return message;
  if (code === 'invalid_type') {
    if (field === 'source') return 'where the figure is from';
    return kinds[issue.expected] ?? issue.expected;
  }
  if (code !== 'too_small' && code !== 'too_big') return 'what its schema allows';
  const [limit, side] =
    code === 'too_small' ? [issue.minimum, 'at least'] : [issue.maximum, 'at most'];
  const { some, of } = lengths[issue.origin] ?? {};
  if (of === undefined) return `a number of ${side} ${limit}`;
  return code === 'too_small' && limit === 1 ? `${some}` : `${side} ${limit} ${of}`;
};

type Known = () => readonly string[];

const unknownKey = (where: string, key: string, known: Known): string => {
  // Where it stands the name is wrong, though other places may have it.
  const others = known().filter((name) => name !== key);
  const near = didYouMean(key, others);
  const notes = known().includes('notes') ? '; what has no field goes into `notes`' : '';
  return `${where}: unknown key.${near === '' ? ` Remove it${notes}.` : near}`;
};

const sentence = (issue: z.core.$ZodIssue, document: unknown): string => {
  const path = pathText(issue.path) || 'the file';
  const found = valueAt(document, issue.path);
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    const values = issue.values.map(String);
    const near = didYouMean(typeof found === 'string' ? found : shown(found), values);
    const got = found === undefined ? 'nothing' : shown(found);
    return `${path}: expected one of ${values.join(', ')}, got ${got}.${near}`;
  }
  // A rule of several fields says all of it.
  if (issue.message.startsWith('expected ')) return `${path}: ${issue.message}`;
  const field = fieldOf(issue.path);
  const expected = expectationOf(issue, field);
  if (found === undefined) return `${path}: missing; expected ${expected}.`;
  const isFigure = issue.message === figureForm;
  return `${path}: expected ${expected}, got ${shown(found)}.${fixFor(field, found, isFigure)}`;
};

const isInterval = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.message === intervalRule;

/** Whoever writes a figure of their own over an estimate meets this, because the interval stays. */
const intervalSentence = (issue: z.core.$ZodIssue, document: unknown): string => {
  const { value, low, high } = valueAt(document, issue.path) as Readonly<Record<string, unknown>>;
  return `${pathText(issue.path)}: expected ${intervalRule}, got value ${shown(value)}, low ${shown(low)}, high ${shown(high)}. Change low and high with the value, or remove them.`;
};

/** One sentence a fault. */
function* faultsOf(form: z.ZodType, { issues }: z.ZodError, document: unknown): Generator<string> {
  let names: readonly string[] | null = null;
  const known: Known = () => {
    names ??= fieldNames(form);
    return names;
  };
  const faulty = new Set(issues.filter((i) => !isInterval(i)).map(({ path }) => pathText(path)));
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) yield unknownKey(pathText([...issue.path, key]), key, known);
    } else if (!isInterval(issue)) yield sentence(issue, document);
    // What is wrong with the value itself has been said.
    else if (![...figureFields].some((end) => faulty.has(pathText([...issue.path, end])))) {
      yield intervalSentence(issue, document);
    }
  }
}

/** More than anybody reads at once. */
const mostFaults = 20;

/** What is read in a second or two. */
const mostValues = 2_000_000;
/** Deeper than any form of ours. */
const mostLevels = 64;

/** Where a document holds more than is worth reading: its longest list or object. */
const excess = (document: unknown, most: number): string | null => {
  let [count, longest, where] = [0, 0, ''];
  const walk = (node: object, path: Path): void => {
    if (count > most) return;
    const keys = Array.isArray(node) ? node.length : Object.keys(node).length;
    count += keys;
    if (keys > longest) [longest, where] = [keys, pathText(path) || 'the file'];
    if (path.length > mostLevels)
      [count, longest, where] = [Infinity, Infinity, pathText(path.slice(0, 3))];
    if (count > most) return;
    for (const [key, value] of Object.entries(node)) {
      if (isRecord(value)) walk(value, [...path, Array.isArray(node) ? Number(key) : key]);
    }
  };
  if (isRecord(document)) walk(document, []);
  if (count <= most) return null;
  return `${where}: expected at most ${most} values in the file, got ${longest} here. Take out what is not needed.`;
};

interface Rules<T> {
  readonly check?: (value: T) => Iterable<string>;
  /** @default two million */
  readonly values?: number;
}

/** Zod puts the faults of a list together by the arguments of a call, for which there is room up to some number. */
const parsed = <T>(schema: z.ZodType<T>, document: unknown): z.ZodSafeParseResult<T> | null => {
  try {
    // A process reads a few documents: code that zod generates for them takes longer than it saves.
    return schema.safeParse(document, { jitless: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/**
 * What `schema` makes of a document.
 * @param file begins every line of the message
 * @param rules `check` ties fields of different places together, a sentence a fault; the document holds at most `values`
 * @throws what `refuse` makes of the faults, a line each
 */
export const checked = <T>(
  schema: z.ZodType<T>,
  document: unknown,
  file: string,
  refuse: (faults: string) => Error,
  { check = () => [], values = mostValues }: Rules<T> = {},
): T => {
  const wrong = (faults: readonly string[]): Error =>
    refuse(faults.map((fault) => `${file}: ${fault}`).join('\n'));
  const tooMuch = excess(document, values);
  if (tooMuch !== null) throw wrong([tooMuch]);
  const result = parsed(schema, document);
  if (result === null)
    throw wrong(['the file: expected another form, got more faults than can be told.']);
  const faults: string[] = [];
  for (const fault of result.success
    ? check(result.data)
    : faultsOf(schema, result.error, document)) {
    if (faults.length === mostFaults) throw wrong([...faults, 'and more of the kind.']);
    faults.push(fault);
  }
  if (result.success && faults.length === 0) return result.data;
  throw wrong(faults);
};
