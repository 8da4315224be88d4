/** Says in sentences what is wrong with a profile, from what zod found: path, expected, found, and what to write. */
import { z } from 'zod';
import { didYouMean } from './nearest.ts';
import { quantityIn, unitOfField } from './quantity.ts';

type Path = readonly PropertyKey[];

const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  ) || 'the profile';

const at = (document: unknown, path: Path): unknown => {
  let node = document;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Record<PropertyKey, unknown>)[key];
  }
  return node;
};

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

/** Names of all fields of a profile, for suggestions. */
const fieldNames = (schema: z.ZodType): string[] => {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties' && typeof value === 'object' && value !== null) {
        for (const name of Object.keys(value)) names.add(name);
      }
      walk(value);
    }
  };
  walk(z.toJSONSchema(schema));
  return [...names];
};

const figureFields = new Set(['value', 'low', 'high']);

/** The field that names the unit: that of the figure, not 'value'. */
const fieldOf = (path: Path): string => {
  const last = path.at(-1);
  const field = figureFields.has(String(last)) ? path.at(-2) : last;
  return String(field ?? '');
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
  if (unitOfField(field) === 'Hz' && number > 0 && number < 1e6 && /clock/i.test(field)) {
    return number < 10
      ? ` If that is in GHz, write ${Number((number * 1e9).toPrecision(12))}.`
      : ` If that is in MHz, write ${Number((number * 1e6).toPrecision(12))}.`;
  }
  if (unitOfField(field) === 'Share' && number > 1 && number <= 100) {
    return ` If that is in percent, write ${Number((number / 100).toPrecision(12))}.`;
  }
  return '';
};

/** Objects that are no figures, by field. */
const structures = new Set([
  'audio',
  'host',
  'build',
  'memory',
  'prefetch',
  'dram',
  'thermal',
  'dvfs',
]);

const expectationOf = (issue: z.core.$ZodIssue, field: string): string => {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid')) return issue.message;
  if (issue.expected === 'object' && !structures.has(field)) {
    return 'a figure: { "value": ..., "kind": ..., "source": ... }';
  }
  return field === 'source' ? 'where the figure is from' : issue.expected;
};

const sentence = (issue: z.core.$ZodIssue, document: unknown, schema: z.ZodType): string => {
  const path = pathText(issue.path);
  const found = at(document, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => {
        const where = pathText([...issue.path, key]);
        const near = didYouMean(key, fieldNames(schema));
        return `${where}: unknown key.${near === '' ? ' Remove it; what has no field goes into `notes`.' : near}`;
      })
      .join('\n');
  }
  const field = fieldOf(issue.path);
  const inFigure = figureFields.has(String(issue.path.at(-1)));
  const wantsFigure = issue.code === 'invalid_type' && issue.expected === 'object' && !inFigure;
  if (wantsFigure && (typeof found === 'number' || typeof found === 'string')) {
    return `${path}: expected a figure with its source, got ${show(found)}.${fixFor(field, found, true)}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return `${path}: expected one of ${values.join(', ')}, got ${show(found)}.${didYouMean(String(found), values)}`;
  }
  const expected = expectationOf(issue, field);
  if (found === undefined) return `${path}: missing; expected ${expected}.`;
  return `${path}: expected ${expected}, got ${show(found)}.${fixFor(field, found, false)}`;
};

/** One sentence a fault, empty where the document obeys the schema. */
export const faultsOf = (
  schema: z.ZodType,
  error: z.ZodError | undefined,
  document: unknown,
): string[] =>
  (error?.issues ?? []).flatMap((issue) => sentence(issue, document, schema).split('\n'));
