/** A core's parameters as the scoreboard reads them: numbers by name, tables in one list as `core-layout.ts` says. */
import { memoize } from '../../units/memoize.ts';
import { CoreError } from './core-error.ts';
import * as layout from './core-layout.ts';
import { type CoreParameters, type Corner, neverWords } from './core-parameters.ts';

const corners: readonly Corner[] = ['best', 'expected', 'worst'];

const numbersOf = (core: CoreParameters) => ({
  inOrder: core.inOrder ? 1 : 0,
  width: core.width,
  queueDepth: core.queueDepth,
  window: core.window,
  retireWidth: core.retireWidth,
  portCount: core.portCount,
  takenCycles: core.takenCycles,
  storeToLoadCycles: core.storeToLoadCycles,
  partlyStoredCycles: core.partlyStoredCycles,
  fetchWidth: core.fetchWidth,
  fetchQueue: core.fetchQueue,
  nearBranches: core.nearBranches,
  farCycles: core.farCycles,
  callCycles: core.callCycles,
  predictAhead: core.predictAhead,
  mispredictCycles: core.mispredictCycles,
  historyBranches: core.historyBranches,
  corner: corners.indexOf(core.corner),
  gapCount: core.gaps.length,
  never: layout.atRows + (core.operations.length << layout.rowShift),
  neverWords,
  ports: layout.atRows + (core.operations.length << layout.rowShift) + core.never.length,
});

export interface CoreWords {
  /** By the names that they have in `assembly/scoreboard/core.ts`. */
  readonly numbers: ReturnType<typeof numbersOf>;
  readonly words: Int32Array;
}

const rowAt = (operation: number): number => layout.atRows + (operation << layout.rowShift);

const encode = (core: CoreParameters): CoreWords => {
  const { gaps, operations, never } = core;
  if (gaps.length > layout.mostGaps) {
    const fault = `cores/${core.id}.json: issue.gaps: expected at most ${layout.mostGaps} rules, got ${gaps.length}. Join those of the same cycles.`;
    throw new CoreError('invalid-profile', fault);
  }
  const numbers = numbersOf(core);
  const portNumbers: number[] = [];
  const starts = new Map<readonly number[], number>();
  /** Where a list of ports begins: each list once. */
  const startOf = (ports: readonly number[]): number =>
    memoize(starts, ports, () => portNumbers.push(...ports) - ports.length);
  const tables = new Int32Array(numbers.ports);
  tables.set(gaps.map(({ cycles }) => cycles));
  operations.forEach(({ ports, alsoPorts, ...own }, o) => {
    const row = tables.subarray(rowAt(o));
    row[layout.latencyAt] = own.latency;
    row[layout.accumulateAt] = own.accumulate;
    row[layout.occupancyAt] = own.occupancy;
    row[layout.unitsAt] = own.units;
    row[layout.microOpsAt] = own.microOps;
    row[layout.blocksAt] = own.blocks;
    row[layout.portsAt] = startOf(ports);
    row[layout.portCountAt] = ports.length;
    row[layout.alsoPortsAt] = startOf(alsoPorts);
    row[layout.alsoPortCountAt] = alsoPorts.length;
  });
  gaps.forEach(({ before, after }, g) => {
    const mark = (word: number): void => {
      tables[word] = (tables[word] ?? 0) | (1 << g);
    };
    for (const operation of before) mark(rowAt(operation) + layout.gapsBeforeAt);
    for (const operation of after) mark(rowAt(operation) + layout.gapsAfterAt);
  });
  tables.set(never, numbers.never);
  return { numbers, words: Int32Array.of(...tables, ...portNumbers) };
};

const encodedCores = new WeakMap<CoreParameters, CoreWords>();

/** Memoised. Throws `CoreError` where a core has more gap rules than a row has bits for. */
export const wordsOf = (core: CoreParameters): CoreWords => memoize(encodedCores, core, encode);
