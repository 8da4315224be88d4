/** Sweeps: any field of a scenario may be a list, and every combination is a job of its own. */

import { pathText } from '../units/json-path.ts';
import { listFields } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';

/** More than anybody waits for; a typo makes it quickly. */
const maxJobs = 100_000;

export interface Variant {
  /** The fields that were lists, by path: { 'slots[0].width': 'ch:8' }. */
  readonly swept: Readonly<Record<string, unknown>>;
  readonly document: unknown;
}

interface Axis {
  readonly path: readonly (string | number)[];
  readonly values: readonly unknown[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const axesOf = (node: unknown, path: readonly (string | number)[], axes: Axis[]): void => {
  if (Array.isArray(node)) {
    const isList = listFields.has(String(path.at(-1)));
    // A list of lists in a field that is a list anyway sweeps the whole list.
    const isSweep = !isList || (node.length > 0 && node.every(Array.isArray));
    if (isSweep) {
      axes.push({ path, values: node });
      return;
    }
    node.forEach((value, i) => {
      axesOf(value, [...path, i], axes);
    });
  } else if (isObject(node)) {
    for (const [key, value] of Object.entries(node)) axesOf(value, [...path, key], axes);
  }
};

const withValue = (node: unknown, path: readonly (string | number)[], value: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(node)) {
    return node.map((item, i) => (i === key ? withValue(item, rest, value) : item));
  }
  if (isObject(node)) return { ...node, [key]: withValue(node[key], rest, value) };
  return node;
};

/** All variants of a scenario; the last field that is a list changes fastest. */
export const variantsOf = (document: unknown, origin: string): Variant[] => {
  const axes: Axis[] = [];
  axesOf(document, [], axes);
  let count = 1;
  for (const { path, values } of axes) {
    if (values.length === 0) {
      throw new ScenarioError(
        'invalid-scenario',
        `${origin}: ${pathText(path)}: expected at least one value to sweep over, got an empty list.`,
      );
    }
    count *= values.length;
  }
  if (count > maxJobs) {
    throw new ScenarioError(
      'too-many-jobs',
      `${origin}: expected at most ${maxJobs} combinations, got ${count} (${axes
        .map(({ path, values }) => `${pathText(path)}: ${values.length}`)
        .join(', ')}). Shorten one of the lists or split the file.`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    let rest = index;
    let variant = document;
    const swept: [string, unknown][] = [];
    for (const { path, values } of [...axes].reverse()) {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      variant = withValue(variant, path, value);
      swept.unshift([pathText(path), value]);
    }
    return { swept: Object.fromEntries(swept), document: variant };
  });
};
