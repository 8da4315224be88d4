/** Sweeps: any field of a scenario may be a list, and every combination is a job of its own. */
import { isObject, type Path, pathText } from '../units/json-path.ts';
import { listFields } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';

/** More than anybody waits for; a typo makes it quickly. */
const maxJobs = 100_000;

export interface Variant {
  /** The fields that were lists, by path: { 'slots[0].width': 'ch:8' }. */
  readonly swept: Readonly<Record<string, unknown>>;
  readonly document: unknown;
}

interface SweptField {
  readonly path: Path;
  readonly values: readonly unknown[];
}

const axesOf = (node: unknown, path: Path = []): SweptField[] => {
  if (isObject(node))
    return Object.entries(node).flatMap(([key, value]) => axesOf(value, [...path, key]));
  if (!Array.isArray(node)) return [];
  const isList = listFields.has(String(path.at(-1)));
  // A list of lists in a field that is a list anyway sweeps the whole list.
  const isSweep = !isList || (node.length > 0 && node.every(Array.isArray));
  if (isSweep) return [{ path, values: node }];
  return node.flatMap((value, i) => axesOf(value, [...path, i]));
};

const withValue = (node: unknown, path: Path, value: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(node)) return node.with(Number(key), withValue(node[Number(key)], rest, value));
  return isObject(node) ? { ...node, [key]: withValue(node[String(key)], rest, value) } : node;
};

/** All variants of a scenario; the last field that is a list changes fastest. */
export const variantsOf = (document: unknown, origin: string): Variant[] => {
  const axes = axesOf(document);
  const empty = axes.find(({ values }) => values.length === 0);
  if (empty !== undefined) {
    const fault = `${origin}: ${pathText(empty.path)}: expected at least one value to sweep over, got an empty list.`;
    throw new ScenarioError('invalid-scenario', fault);
  }
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > maxJobs) {
    const lengths = axes.map(({ path, values }) => `${pathText(path)}: ${values.length}`);
    const fault = `${origin}: expected at most ${maxJobs} combinations, got ${count} (${lengths.join(', ')}). Shorten one of the lists or split the file.`;
    throw new ScenarioError('too-many-jobs', fault);
  }
  const vary = (variants: Variant[], { path, values }: SweptField): Variant[] =>
    variants.flatMap((variant) =>
      values.map((value) => ({
        swept: { ...variant.swept, [pathText(path)]: value },
        document: withValue(variant.document, path, value),
      })),
    );
  return axes.reduce(vary, [{ swept: {}, document }]);
};
