/**
 * A core profile resolved into plain tables for the simulator, three times: every figure at its best,
 * at its value, and at its worst end.
 */
import type { Figure } from '../../units/figure.ts';
import { remember } from '../../units/remember.ts';
import { CoreError } from './core-error.ts';
import type { CoreProfile, OperationFigures } from './core-profile.ts';
import {
  type Family,
  families,
  type OperationName,
  operationCount,
  operationIndex,
  operationNames,
  widths,
} from './operation.ts';

export type End = 'best' | 'expected' | 'worst';

export const neverWords: number = Math.ceil(operationCount / 32);

/** Indices of the tables are those of `operationIndex`. Cycles are whole. */
export interface CoreParameters {
  readonly id: string;
  readonly corner: End;
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
  /** For every operation `neverWords` words: a bit for each other that may not issue in one cycle with it. */
  readonly never: Int32Array;
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
  readonly partlyStoredCycles: number;
  /** Out of order; 0: without limit. */
  readonly fetchWidth: number;
  readonly fetchQueue: number;
  readonly nearBranches: number;
  readonly farCycles: number;
  readonly callCycles: number;
  readonly predictAhead: number;
  readonly historyBranches: number;
}

/** A figure at one end: smaller is better for costs, larger for supplies. */
const costAt = (figure: Figure, end: End): number =>
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

/** What an operation takes at a width, all that it inherits included. */
interface Row extends OperationFigures {
  readonly latency: Figure;
  readonly ports: readonly string[];
}

/** The same object where there is nothing of its own. */
const over = (own: OperationFigures | undefined, inherited: OperationFigures): OperationFigures =>
  own === undefined
    ? inherited
    : {
        latency: own.latency ?? inherited.latency,
        accumulate: own.accumulate ?? inherited.accumulate,
        occupancy: own.occupancy ?? inherited.occupancy,
        units: own.units ?? inherited.units,
        microOps: own.microOps ?? inherited.microOps,
        blocks: own.blocks ?? inherited.blocks,
        ports: own.ports ?? inherited.ports,
        alsoPorts: own.alsoPorts ?? inherited.alsoPorts,
      };

/** Throws `CoreError` where the figures say too little, or name ports that there are none of. */
const complete = (profile: CoreProfile, name: OperationName, figures: OperationFigures): Row => {
  const fault = (what: string): CoreError =>
    new CoreError('invalid-profile', `cores/${profile.id}.json: operations.${name}${what}`);
  const { latency, ports, alsoPorts = [] } = figures;
  if (latency === undefined) {
    throw fault(
      `: expected a latency, got none. Give operations.${families[name]} one; all its kind inherit it.`,
    );
  }
  if (ports === undefined) {
    throw fault(
      `: expected ports, got none. Give operations.${families[name]} the names of its ports.`,
    );
  }
  for (const list of [ports, alsoPorts]) {
    for (const port of list) {
      if (Object.hasOwn(profile.ports, port)) continue;
      const known = Object.keys(profile.ports).join(', ');
      throw fault(`.ports: expected one of ${known}, got "${port}".`);
    }
  }
  return { ...figures, latency, ports };
};

/** Of every operation and width, by `operationIndex`; the same at every end. */
const rowsOf = (profile: CoreProfile): readonly Row[] => {
  const known = new Map<Family, readonly Row[]>();
  return operationNames.flatMap((name) => {
    const own = profile.operations[name];
    // Families are operations, too, and stand before those that inherit from them.
    const family = known.get(families[name]);
    if (family !== undefined && own === undefined) return family;
    const rows = widths.map((width, w) =>
      complete(profile, name, over(own?.[width], over(own, family?.[w] ?? {}))),
    );
    if (family === undefined) known.set(families[name], rows);
    return rows;
  });
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

const pairingTable = (profile: CoreProfile): Int32Array => {
  const table = new Int32Array(operationCount * neverWords);
  const known = new Map<string, { indices: readonly number[]; bits: Int32Array }>();
  const operationsOf = (pattern: string) =>
    remember(known, pattern, () => {
      const indices = named(profile, pattern, 'issue.pairing.never');
      const bits = new Int32Array(neverWords);
      for (const index of indices)
        bits[index >> 5] = (bits[index >> 5] as number) | (1 << (index & 31));
      return { indices, bits };
    });
  const forbid = (indices: readonly number[], bits: Int32Array): void => {
    for (const index of indices) {
      const row = index * neverWords;
      // In the bounds of both lists.
      for (let w = 0; w < neverWords; w++)
        table[row + w] = (table[row + w] as number) | (bits[w] as number);
    }
  };
  for (const [first, second] of profile.issue.pairing?.never ?? []) {
    const [a, b] = [operationsOf(first), operationsOf(second)];
    forbid(a.indices, b.bits);
    forbid(b.indices, a.bits);
  }
  return table;
};

/** A core as its profile has it, before the ends part. */
interface Core {
  readonly profile: CoreProfile;
  readonly rows: readonly Row[];
  readonly never: Int32Array;
  /** Of each gap rule. */
  readonly marks: readonly { readonly after: Uint8Array; readonly before: Uint8Array }[];
}

const coreOf = (profile: CoreProfile): Core => ({
  profile,
  never: pairingTable(profile),
  rows: rowsOf(profile),
  marks: (profile.issue.gaps ?? []).map(({ after, before }) => ({
    after: marked(profile, after, 'issue.gaps'),
    before: marked(profile, before, 'issue.gaps'),
  })),
});

type PortTables = Pick<CoreParameters, 'portCount' | 'ports' | 'alsoPorts'>;

/** Ports are numbered through, as many of each name as there are at that end. */
const portTables = ({ profile, rows }: Core, end: End): PortTables => {
  const numbers = new Map<string, readonly number[]>();
  let portCount = 0;
  for (const [name, figure] of Object.entries(profile.ports)) {
    const first = portCount;
    portCount += supplyAt(figure, end);
    numbers.set(
      name,
      Array.from({ length: portCount - first }, (_, i) => first + i),
    );
  }
  const known = new Map<readonly string[], readonly number[]>();
  const numbered = (names: readonly string[]): readonly number[] => {
    const found = known.get(names);
    if (found !== undefined) return found;
    // Every name was found when the rows were made.
    const list = names.flatMap((name) => numbers.get(name) ?? []);
    known.set(names, list);
    return list;
  };
  const none: readonly string[] = [];
  return {
    portCount,
    ports: rows.map((row) => numbered(row.ports)),
    alsoPorts: rows.map((row) => numbered(row.alsoPorts ?? none)),
  };
};

type CycleTables = Pick<
  CoreParameters,
  'latency' | 'accumulate' | 'occupancy' | 'units' | 'microOps' | 'blocks'
>;

const cycleTables = (
  rows: readonly Row[],
  ports: CoreParameters['ports'],
  end: End,
): CycleTables => {
  const table = (): Int32Array => new Int32Array(operationCount);
  const [latency, accumulate, occupancy] = [table(), table(), table()];
  const [units, microOps, blocks] = [table(), table(), table()];
  const at = (figure: Figure | undefined, absent: number): number =>
    figure === undefined ? absent : costAt(figure, end);
  rows.forEach((row, i) => {
    const own = costAt(row.latency, end);
    latency[i] = own;
    // An accumulator is never wanted later than any other use of the result.
    accumulate[i] = Math.min(own, at(row.accumulate, own));
    occupancy[i] = at(row.occupancy, 1);
    units[i] = Math.min(ports[i]?.length ?? 0, at(row.units, 1));
    microOps[i] = at(row.microOps, 1);
    blocks[i] = at(row.blocks, 0);
  });
  return { latency, accumulate, occupancy, units, microOps, blocks };
};

type FetchTables = Pick<
  CoreParameters,
  | 'fetchWidth'
  | 'fetchQueue'
  | 'nearBranches'
  | 'farCycles'
  | 'callCycles'
  | 'predictAhead'
  | 'historyBranches'
>;

/** In order, fetch is no stage of its own. */
const fetchOf = ({ issue, branches }: CoreProfile, width: number, end: End): FetchTables => {
  const supply = (figure: Figure | undefined, absent: number): number =>
    figure === undefined ? absent : supplyAt(figure, end);
  const cost = (figure: Figure | undefined): number =>
    figure === undefined ? 1 : costAt(figure, end);
  const { nearBranches, farCycles, callCycles, predictAhead, historyBranches } = branches;
  return {
    fetchWidth: issue.order === 'in-order' ? 0 : supply(issue.fetchWidth, width),
    fetchQueue: supply(issue.fetchQueue, 1),
    nearBranches: supply(nearBranches, 1 << 20),
    farCycles: cost(farCycles),
    callCycles: cost(callCycles),
    predictAhead: supply(predictAhead, 0),
    historyBranches: supply(historyBranches, 1 << 30),
  };
};

const resolve = (core: Core, end: End): CoreParameters => {
  const ports = portTables(core, end);
  const { profile, rows, never, marks } = core;
  const { issue, branches } = profile;
  const width = supplyAt(issue.width, end);
  return {
    id: profile.id,
    corner: end,
    inOrder: issue.order === 'in-order',
    width,
    queueDepth: issue.queueDepth ? supplyAt(issue.queueDepth, end) : 0,
    window: issue.window ? supplyAt(issue.window, end) : 1,
    retireWidth: issue.retireWidth ? supplyAt(issue.retireWidth, end) : width,
    ...ports,
    ...cycleTables(rows, ports.ports, end),
    never,
    gaps: (issue.gaps ?? []).map(({ cycles }, g) => ({
      // Each rule was marked.
      ...(marks[g] as (typeof marks)[number]),
      cycles: costAt(cycles, end),
    })),
    mispredictCycles: costAt(branches.mispredictCycles, end),
    takenCycles: branches.takenCycles ? costAt(branches.takenCycles, end) : 0,
    predictedTrips: branches.predictedTrips ? supplyAt(branches.predictedTrips, end) : 0,
    storeToLoadCycles: costAt(profile.storeToLoadCycles, end),
    partlyStoredCycles: costAt(profile.partlyStoredCycles ?? profile.storeToLoadCycles, end),
    ...fetchOf(profile, width, end),
  };
};

const cyclesOf = (row: Row): readonly (Figure | undefined)[] => [
  row.latency,
  row.accumulate,
  row.occupancy,
  row.units,
  row.microOps,
  row.blocks,
];

/** Whether any figure of the core has another value at this end. */
const differs = ({ profile, rows }: Core, end: End): boolean => {
  const { issue, branches } = profile;
  const cost = (figure: Figure | undefined): boolean =>
    figure !== undefined && costAt(figure, end) !== figure.value;
  const supply = (figure: Figure | undefined): boolean =>
    figure !== undefined && supplyAt(figure, end) !== figure.value;
  const { mispredictCycles, takenCycles, farCycles, callCycles } = branches;
  const { predictedTrips, nearBranches, predictAhead, historyBranches } = branches;
  const { width, queueDepth, window, retireWidth, fetchWidth, fetchQueue } = issue;
  const { storeToLoadCycles, partlyStoredCycles } = profile;
  return (
    [mispredictCycles, takenCycles, farCycles, callCycles].some(cost) ||
    [storeToLoadCycles, partlyStoredCycles].some(cost) ||
    [predictedTrips, nearBranches, predictAhead, historyBranches].some(supply) ||
    [width, queueDepth, window, retireWidth, fetchWidth, fetchQueue].some(supply) ||
    Object.values(profile.ports).some(supply) ||
    (issue.gaps ?? []).some(({ cycles }) => cost(cycles)) ||
    rows.some((row) => cyclesOf(row).some(cost))
  );
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
  const core = coreOf(profile);
  const expected = resolve(core, 'expected');
  // Ends that differ in nothing share their tables, and with them the simulations. Out of order, guesses differ.
  const other = (end: End): CoreParameters =>
    !expected.inOrder || differs(core, end) ? resolve(core, end) : expected;
  const result = { best: other('best'), expected, worst: other('worst') };
  resolved.set(profile, result);
  return result;
};
