/**
 * A core profile resolved into plain numbers for the simulator, three times: every figure at its best,
 * at its value, and at its worst.
 */
import { type Figure, rangeOfCost, rangeOfSupply } from '../../units/figure.ts';
import { memoize } from '../../units/memoize.ts';
import { type Corner, exactly, type Range } from '../../units/range.ts';
import { CoreError } from './core-error.ts';
import type { CoreProfile, OperationFigures } from './core-profile.ts';
import type { Family, OperationName } from './operation.ts';
import { families, operationCount, operationIndex, operationNames, widths } from './operation.ts';

export const neverWords: number = Math.ceil(operationCount / 32);

const cost = (figure: Figure | undefined, absent = 0): Range =>
  figure === undefined ? exactly(absent) : rangeOfCost(figure);

const supply = (figure: Figure | undefined, absent = 0): Range =>
  figure === undefined ? exactly(absent) : rangeOfSupply(figure);

/** What is one number of a core. In order, fetch is no stage of its own: its width is without limit, 0. */
const numbersOf = ({
  issue,
  branches,
  libraryShare,
  storeToLoadCycles,
  partlyStoredCycles,
}: CoreProfile) => ({
  width: supply(issue.width),
  queueDepth: supply(issue.queueDepth),
  window: supply(issue.window, 1),
  retireWidth: supply(issue.retireWidth ?? issue.width),
  mispredictCycles: cost(branches.mispredictCycles),
  takenCycles: cost(branches.takenCycles),
  predictedTrips: supply(branches.predictedTrips),
  libraryShare: cost(libraryShare, 1),
  storeToLoadCycles: cost(storeToLoadCycles),
  partlyStoredCycles: cost(partlyStoredCycles ?? storeToLoadCycles),
  fetchWidth: issue.order === 'in-order' ? exactly(0) : supply(issue.fetchWidth ?? issue.width),
  fetchQueue: supply(issue.fetchQueue, 1),
  nearBranches: supply(branches.nearBranches, 1 << 20),
  farCycles: cost(branches.farCycles, 1),
  callCycles: cost(branches.callCycles, 1),
  predictAhead: supply(branches.predictAhead),
  historyBranches: supply(branches.historyBranches, 1 << 30),
});

const cyclesOf = (figures: OperationFigures) => ({
  latency: cost(figures.latency),
  accumulate: cost(figures.accumulate ?? figures.latency),
  occupancy: cost(figures.occupancy, 1),
  units: cost(figures.units, 1),
  microOps: cost(figures.microOps, 1),
  blocks: cost(figures.blocks),
});

type At<T> = { readonly [K in keyof T]: number };

const at = <T extends Readonly<Record<string, Range>>>(ranges: T, corner: Corner): At<T> =>
  // It has the same names.
  Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, range[corner]])) as At<T>;

/** What an operation takes. Cycles are whole. */
export interface OperationParameters extends At<ReturnType<typeof cyclesOf>> {
  /** Numbers of the ports that it may use. */
  readonly ports: readonly number[];
  readonly alsoPorts: readonly number[];
}

export interface CoreParameters extends At<ReturnType<typeof numbersOf>> {
  readonly id: string;
  readonly corner: Corner;
  readonly inOrder: boolean;
  readonly portCount: number;
  /** By `operationIndex`. */
  readonly operations: readonly OperationParameters[];
  /** For every operation `neverWords` words: a bit for each other that may not issue in one cycle with it. */
  readonly never: Int32Array;
  /** In order: how long the operations in `before` wait after one of those in `after`. */
  readonly gaps: readonly {
    readonly after: readonly number[];
    readonly before: readonly number[];
    readonly cycles: number;
  }[];
}

/** What an operation takes at a width, all that it inherits included. */
interface Row {
  readonly figures: OperationFigures;
  readonly cycles: ReturnType<typeof cyclesOf>;
  readonly ports: readonly string[];
  readonly alsoPorts: readonly string[];
}

/** Throws `CoreError` where the figures say too little, or name ports that there are none of. */
const rowOf = (profile: CoreProfile, name: OperationName, figures: OperationFigures): Row => {
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
  const unknown = [...ports, ...alsoPorts].find((port) => !Object.hasOwn(profile.ports, port));
  if (unknown !== undefined) {
    const known = Object.keys(profile.ports).join(', ');
    throw fault(`.ports: expected one of ${known}, got "${unknown}".`);
  }
  return { figures, cycles: cyclesOf(figures), ports, alsoPorts };
};

/** Of every operation and width, by `operationIndex`; the same at every corner. */
const rowsOf = (profile: CoreProfile): readonly Row[] => {
  const known = new Map<Family, readonly Row[]>();
  return operationNames.flatMap((name) => {
    const own = profile.operations[name];
    // Families are operations, too, and stand before those that inherit from them.
    const family = known.get(families[name]);
    if (family !== undefined && own === undefined) return family;
    const rows = widths.map((width, w) =>
      rowOf(profile, name, { ...family?.[w]?.figures, ...own, ...own?.[width] }),
    );
    if (family === undefined) known.set(families[name], rows);
    return rows;
  });
};

/** Indices of the operations that the pattern names. */
const named = (profile: CoreProfile, pattern: string, place: string): readonly number[] => {
  const [what, size] = pattern.split('.');
  const names = operationNames.filter((name) => ['any', name, families[name]].includes(what ?? ''));
  const sizes = widths.filter((width) => size === undefined || size === width);
  if (names.length > 0 && sizes.length > 0) {
    return names.flatMap((name) => sizes.map((width) => operationIndex(name, width)));
  }
  const fault = `cores/${profile.id}.json: ${place}: expected an operation such as "load.q", "fma" or "any", got "${pattern}". Operations are ${operationNames.join(', ')}; widths are ${widths.join(', ')}.`;
  throw new CoreError('invalid-profile', fault);
};

const pairingTable = (profile: CoreProfile): Int32Array => {
  const table = new Int32Array(operationCount * neverWords);
  const known = new Map<string, { indices: readonly number[]; bits: Int32Array }>();
  const operationsOf = (pattern: string) =>
    memoize(known, pattern, () => {
      const indices = named(profile, pattern, 'issue.pairing.never');
      const bits = new Int32Array(neverWords);
      for (const i of indices) bits[i >> 5] = (bits[i >> 5] ?? 0) | (1 << (i & 31));
      return { indices, bits };
    });
  const forbid = (first: string, second: string): void => {
    const { bits } = operationsOf(second);
    for (const index of operationsOf(first).indices) {
      const row = table.subarray(index * neverWords, (index + 1) * neverWords);
      row.set(row.map((word, w) => word | (bits[w] ?? 0)));
    }
  };
  for (const [first, second] of profile.issue.pairing?.never ?? []) {
    forbid(first, second);
    forbid(second, first);
  }
  return table;
};

/** A core as its profile has it, before the corners part. */
const coreOf = (profile: CoreProfile) => ({
  profile,
  never: pairingTable(profile),
  rows: rowsOf(profile),
  numbers: numbersOf(profile),
  ports: Object.entries(profile.ports).map(([name, figure]) => [name, supply(figure)] as const),
  gaps: (profile.issue.gaps ?? []).map(({ after, before, cycles }) => ({
    after: named(profile, after, 'issue.gaps'),
    before: named(profile, before, 'issue.gaps'),
    cycles: cost(cycles),
  })),
});
type Core = ReturnType<typeof coreOf>;

const resolve = (core: Core, corner: Corner): CoreParameters => {
  const { profile, numbers, never, gaps } = core;
  // Numbered through: of each port its name, as many as there are at that corner.
  const ports = core.ports.flatMap(([name, count]) => new Array<string>(count[corner]).fill(name));
  const lists = new Map<readonly string[], readonly number[]>();
  const numbered = (list: readonly string[]): readonly number[] =>
    memoize(lists, list, (names) =>
      names.flatMap((name) => ports.flatMap((port, number) => (port === name ? number : []))),
    );
  const known = new Map<Row, OperationParameters>();
  const operationOf = (row: Row): OperationParameters => {
    const { latency, accumulate, occupancy, units, microOps, blocks } = row.cycles;
    const own = numbered(row.ports);
    return {
      latency: latency[corner],
      // An accumulator is never wanted later than any other use of the result.
      accumulate: Math.min(latency[corner], accumulate[corner]),
      occupancy: occupancy[corner],
      units: Math.min(own.length, units[corner]),
      microOps: microOps[corner],
      blocks: blocks[corner],
      ports: own,
      alsoPorts: numbered(row.alsoPorts),
    };
  };
  return {
    ...at(numbers, corner),
    id: profile.id,
    corner,
    inOrder: profile.issue.order === 'in-order',
    portCount: ports.length,
    operations: core.rows.map((row) => memoize(known, row, operationOf)),
    never,
    gaps: gaps.map((gap) => ({ ...gap, cycles: gap.cycles[corner] })),
  };
};

/** Whether any figure of the core has another value at this corner. */
const differs = ({ numbers, ports, gaps, rows }: Core, corner: Corner): boolean =>
  [
    ...Object.values(numbers),
    ...ports.map(([, count]) => count),
    ...gaps.map(({ cycles }) => cycles),
    ...rows.flatMap(({ cycles }) => Object.values(cycles)),
  ].some((range) => range[corner] !== range.expected);

const resolved = new WeakMap<CoreProfile, Readonly<Record<Corner, CoreParameters>>>();

/** The three parameter sets of a core. Throws `CoreError` where a figure is missing. */
export const parametersOf = (profile: CoreProfile): Readonly<Record<Corner, CoreParameters>> =>
  memoize(resolved, profile, () => {
    if (profile.issue.order === 'out-of-order' && profile.issue.window === undefined) {
      const fault = `cores/${profile.id}.json: issue.window: expected the size of the reorder window of an out-of-order core, got none.`;
      throw new CoreError('invalid-profile', fault);
    }
    const core = coreOf(profile);
    const expected = resolve(core, 'expected');
    // Corners that differ in nothing share their tables, and with them the simulations. Out of order, guesses differ.
    const other = (corner: Corner): CoreParameters =>
      !expected.inOrder || differs(core, corner) ? resolve(core, corner) : expected;
    return { best: other('best'), expected, worst: other('worst') };
  });
