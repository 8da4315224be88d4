/**
 * A core profile resolved into plain tables for the simulator, three times: every figure at its best,
 * at its value, and at its worst end.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Figure } from '../units/figure.ts';
import { CoreError } from './core-error.ts';
import type { CoreProfile, OperationFigures } from './core-profile.ts';
import {
  families,
  type OperationName,
  operationCount,
  operationIndex,
  operationNames,
  type Width,
  widths,
} from './operation.ts';

export type End = 'best' | 'expected' | 'worst';

/** Indices of the tables are those of `operationIndex`. Cycles are whole. */
export interface CoreParameters {
  readonly id: string;
  readonly inOrder: boolean;
  readonly width: number;
  readonly queueDepth: number;
  readonly window: number;
  readonly retireWidth: number;
  readonly portCount: number;
  readonly latency: Int32Array;
  readonly accumulate: Int32Array;
  readonly occupancy: Int32Array;
  readonly units: Int32Array;
  readonly microOps: Int32Array;
  readonly blocks: Int32Array;
  /** Port numbers an operation may use. */
  readonly ports: readonly (readonly number[])[];
  readonly alsoPorts: readonly (readonly number[])[];
  /** 1 where two operations may not issue in one cycle: first x operationCount + second. */
  readonly never: Uint8Array;
  /** In order: how long operations marked in `before` wait after one marked in `after`. */
  readonly gaps: readonly {
    readonly after: Uint8Array;
    readonly before: Uint8Array;
    readonly cycles: number;
  }[];
  readonly mispredictCycles: number;
  readonly takenCycles: number;
  readonly predictedTrips: number;
  readonly storeToLoadCycles: number;
}

/** A figure at one end: smaller is better for costs, larger for supplies. */
export const costAt = (figure: Figure, end: End): number =>
  end === 'best'
    ? (figure.low ?? figure.value)
    : end === 'worst'
      ? (figure.high ?? figure.value)
      : figure.value;

export const supplyAt = (figure: Figure, end: End): number =>
  end === 'best'
    ? (figure.high ?? figure.value)
    : end === 'worst'
      ? (figure.low ?? figure.value)
      : figure.value;

type Field = keyof OperationFigures;

const inherited = <F extends Field>(
  profile: CoreProfile,
  name: OperationName,
  width: Width,
  field: F,
): OperationFigures[F] => {
  const own = profile.operations[name];
  const family = profile.operations[families[name]];
  return own?.[width]?.[field] ?? own?.[field] ?? family?.[width]?.[field] ?? family?.[field];
};

const checkPattern = (profile: CoreProfile, pattern: string, place: string): void => {
  const [what = '', size] = pattern.split('.');
  const known = what === 'any' || what in families;
  if (known && (size === undefined || (widths as readonly string[]).includes(size))) return;
  throw new CoreError(
    'invalid-profile',
    `cores/${profile.id}.json: ${place}: expected an operation such as "load.q", "fma" or "any", got "${pattern}". Operations are ${operationNames.join(', ')}; widths are ${widths.join(', ')}.`,
  );
};

/** Indices of the operations that the pattern names. */
const named = (profile: CoreProfile, pattern: string, place: string): number[] => {
  checkPattern(profile, pattern, place);
  const [what, size] = pattern.split('.');
  const indices: number[] = [];
  for (const name of operationNames) {
    if (what !== 'any' && what !== name && what !== families[name]) continue;
    for (const width of widths) {
      if (size === undefined || size === width) indices.push(operationIndex(name, width));
    }
  }
  return indices;
};

/** 1 for every operation that the pattern names. */
const marked = (profile: CoreProfile, pattern: string, place: string): Uint8Array => {
  const marks = new Uint8Array(operationCount);
  for (const index of named(profile, pattern, place)) marks[index] = 1;
  return marks;
};

const pairingTable = (profile: CoreProfile): Uint8Array => {
  const table = new Uint8Array(operationCount * operationCount);
  const known = new Map<string, readonly number[]>();
  const indices = (pattern: string): readonly number[] => {
    const list = known.get(pattern) ?? named(profile, pattern, 'issue.pairing.never');
    known.set(pattern, list);
    return list;
  };
  for (const [first, second] of profile.issue.pairing?.never ?? []) {
    for (const a of indices(first)) {
      for (const b of indices(second)) {
        table[a * operationCount + b] = 1;
        table[b * operationCount + a] = 1;
      }
    }
  }
  return table;
};

const resolve = (profile: CoreProfile, never: Uint8Array, end: End): CoreParameters => {
  const first = new Map<string, readonly number[]>();
  let portCount = 0;
  for (const [name, figure] of Object.entries(profile.ports)) {
    const count = supplyAt(figure, end);
    first.set(
      name,
      Array.from({ length: count }, (_, i) => portCount + i),
    );
    portCount += count;
  }
  const table = (): Int32Array => new Int32Array(operationCount);
  const [latency, accumulate, occupancy, units, microOps, blocks] = [
    table(),
    table(),
    table(),
    table(),
    table(),
    table(),
  ] as const;
  const ports: number[][] = [];
  const alsoPorts: number[][] = [];
  for (const name of operationNames) {
    for (const width of widths) {
      const i = operationIndex(name, width);
      const at = (field: Exclude<Field, 'ports' | 'alsoPorts'>, absent: number): number => {
        const figure = inherited(profile, name, width, field);
        return figure === undefined ? absent : costAt(figure, end);
      };
      const missing = (what: string, fix: string): CoreError =>
        new CoreError(
          'invalid-profile',
          `cores/${profile.id}.json: operations.${name}: expected ${what}, got none. ${fix}`,
        );
      const own = at('latency', -1);
      if (own < 0) {
        throw missing(
          'a latency',
          `Give operations.${families[name]} one; all its kind inherit it.`,
        );
      }
      latency[i] = own;
      // An accumulator is never wanted later than any other use of the result.
      accumulate[i] = Math.min(own, at('accumulate', own));
      occupancy[i] = at('occupancy', 1);
      microOps[i] = at('microOps', 1);
      blocks[i] = at('blocks', 0);
      const names = inherited(profile, name, width, 'ports');
      if (!names)
        throw missing('ports', `Give operations.${families[name]} the names of its ports.`);
      const numbered = (list: readonly string[]): number[] =>
        list.flatMap((port) => {
          const numbers = first.get(port);
          if (numbers) return numbers;
          throw new CoreError(
            'invalid-profile',
            `cores/${profile.id}.json: operations.${name}.ports: expected one of ${[...first.keys()].join(', ')}, got "${port}".`,
          );
        });
      const usable = numbered(names);
      alsoPorts[i] = numbered(inherited(profile, name, width, 'alsoPorts') ?? []);
      units[i] = Math.min(usable.length, at('units', 1));
      ports[i] = usable;
    }
  }
  const { issue, branches } = profile;
  const width = supplyAt(issue.width, end);
  return {
    id: profile.id,
    inOrder: issue.order === 'in-order',
    width,
    queueDepth: issue.queueDepth ? supplyAt(issue.queueDepth, end) : 0,
    window: issue.window ? supplyAt(issue.window, end) : 1,
    retireWidth: issue.retireWidth ? supplyAt(issue.retireWidth, end) : width,
    portCount,
    latency,
    accumulate,
    occupancy,
    units,
    microOps,
    blocks,
    ports,
    alsoPorts,
    never,
    gaps: (issue.gaps ?? []).map((gap) => ({
      after: marked(profile, gap.after, 'issue.gaps'),
      before: marked(profile, gap.before, 'issue.gaps'),
      cycles: costAt(gap.cycles, end),
    })),
    mispredictCycles: costAt(branches.mispredictCycles, end),
    takenCycles: costAt(branches.takenCycles, end),
    predictedTrips: supplyAt(branches.predictedTrips, end),
    storeToLoadCycles: costAt(profile.storeToLoadCycles, end),
  };
};

const resolved = new WeakMap<CoreProfile, Readonly<Record<End, CoreParameters>>>();

/** The three parameter sets of a core. Throws `CoreError` where a figure is missing. */
export const parametersOf = (profile: CoreProfile): Readonly<Record<End, CoreParameters>> => {
  const known = resolved.get(profile);
  if (known) return known;
  if (profile.issue.order === 'out-of-order' && profile.issue.window === undefined) {
    throw new CoreError(
      'invalid-profile',
      `cores/${profile.id}.json: issue.window: expected the size of the reorder window of an out-of-order core, got none.`,
    );
  }
  const never = pairingTable(profile);
  const expected = resolve(profile, never, 'expected');
  // Ends that differ in nothing share their tables, and with them the simulations.
  const other = (end: End): CoreParameters => {
    const parameters = resolve(profile, never, end);
    return isDeepStrictEqual(parameters, expected) ? expected : parameters;
  };
  const result = { best: other('best'), expected, worst: other('worst') };
  resolved.set(profile, result);
  return result;
};
