/** Says in sentences what is wrong with a profile, from what zod found: path, expected, found, and what to write. */
import * as z from 'zod';
import { isRecord, type Path, pathText, shown, valueAt } from '../units/json-path.ts';
import { didYouMean } from './nearest.ts';
import { quantityIn, unitHint } from './quantity.ts';

/** As `figureOf` says it. */
const intervalRule = 'low <= value <= high';

/** Names of all fields of a file, for suggestions. */
export const fieldNames = (schema: z.ZodType): string[] => {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (!isRecord(node)) return;
    for (const [key, value] of Object.entries(node)) {
      const fields = key === 'properties' && isRecord(value) ? Object.keys(value) : [];
      for (const name of fields) names.add(name);
      walk(value);
    }
  };
  walk(z.toJSONSchema(schema));
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

/** Fields of objects that are no figures. */
const structure = /^(chip|instructionCache|audio|host|build|memory|prefetch|dram|thermal|dvfs)$/;

/** What was expected, by what zod calls it. */
const kinds: Readonly<Record<string, string>> = {
  object: 'an object, as the class profiles have it',
  array: 'a list in brackets',
};

const expectationOf = (issue: z.core.$ZodIssue, field: string): string => {
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) {
    return issue.origin === 'array' ? 'a list with an entry' : 'a text that is not empty';
  }
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid')) return issue.message;
  if (issue.expected === 'object' && !structure.test(field)) {
    return 'a figure: { "value": ..., "kind": ..., "source": ... }';
  }
  if (field === 'source') return 'where the figure is from';
  return kinds[issue.expected] ?? issue.expected;
};

const sentence = (issue: z.core.$ZodIssue, document: unknown, schema: z.ZodType): string => {
  const path = pathText(issue.path) || 'the profile';
  const found = valueAt(document, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => {
        const where = pathText([...issue.path, key]);
        // Where it stands the name is wrong, though other places may have it.
        const known = fieldNames(schema).filter((name) => name !== key);
        const near = didYouMean(key, known);
        return `${where}: unknown key.${near === '' ? ' Remove it; what has no field goes into `notes`.' : near}`;
      })
      .join('\n');
  }
  const field = fieldOf(issue.path);
  const inFigure = figureFields.has(String(issue.path.at(-1)));
  const wantsFigure = issue.code === 'invalid_type' && issue.expected === 'object' && !inFigure;
  if (wantsFigure && (typeof found === 'number' || typeof found === 'string')) {
    return `${path}: expected a figure with its source, got ${shown(found)}.${fixFor(field, found, true)}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const near = didYouMean(typeof found === 'string' ? found : shown(found), values);
    return `${path}: expected one of ${values.join(', ')}, got ${shown(found)}.${near}`;
  }
  const expected = expectationOf(issue, field);
  if (found === undefined) return `${path}: missing; expected ${expected}.`;
  return `${path}: expected ${expected}, got ${shown(found)}.${fixFor(field, found, false)}`;
};

const isInterval = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.message === intervalRule;

/** Whoever writes a figure of their own over an estimate meets this, because the interval stays. */
const intervalSentence = (issue: z.core.$ZodIssue, document: unknown): string => {
  const { value, low, high } = valueAt(document, issue.path) as Readonly<Record<string, unknown>>;
  return `${pathText(issue.path)}: expected ${intervalRule}, got value ${shown(value)}, low ${shown(low)}, high ${shown(high)}. Change low and high with the value, or remove them.`;
};

/** One sentence a fault, empty where the document obeys the schema. */
export const faultsOf = (
  schema: z.ZodType,
  error: z.ZodError | undefined,
  document: unknown,
): string[] => {
  const issues = error?.issues ?? [];
  const faulty = new Set(issues.filter((i) => !isInterval(i)).map(({ path }) => pathText(path)));
  return issues.flatMap((issue) => {
    if (!isInterval(issue)) return sentence(issue, document, schema).split('\n');
    // What is wrong with the value itself has been said.
    const ends = [...figureFields].map((end) => pathText([...issue.path, end]));
    return ends.some((end) => faulty.has(end)) ? [] : [intervalSentence(issue, document)];
  });
};
