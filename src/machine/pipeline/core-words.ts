/** A core's parameters as one list of numbers, as `core-layout.ts` says: what the scoreboard reads. */
import { remember } from '../../units/remember.ts';
import { CoreError } from './core-error.ts';
import {
  accumulateAt,
  alsoPortCountAt,
  alsoPortsAt,
  atCallCycles,
  atCorner,
  atFarCycles,
  atFetchQueue,
  atFetchWidth,
  atGapCount,
  atGapCycles,
  atHistoryBranches,
  atInOrder,
  atMispredictCycles,
  atNearBranches,
  atNever,
  atNeverWords,
  atPartlyStoredCycles,
  atPortCount,
  atPorts,
  atPredictAhead,
  atQueueDepth,
  atRetireWidth,
  atRows,
  atStoreToLoadCycles,
  atTakenCycles,
  atWidth,
  atWindow,
  blocksAt,
  gapsAfterAt,
  gapsBeforeAt,
  latencyAt,
  microOpsAt,
  mostGaps,
  occupancyAt,
  portCountAt,
  portsAt,
  rowShift,
  unitsAt,
} from './core-layout.ts';
import { type CoreParameters, type End, neverWords } from './core-parameters.ts';
import { operationCount } from './operation.ts';

const corners: readonly End[] = ['best', 'expected', 'worst'];

const writeHead = (words: Int32Array, core: CoreParameters): void => {
  words[atInOrder] = core.inOrder ? 1 : 0;
  words[atWidth] = core.width;
  words[atQueueDepth] = core.queueDepth;
  words[atWindow] = core.window;
  words[atRetireWidth] = core.retireWidth;
  words[atPortCount] = core.portCount;
  words[atTakenCycles] = core.takenCycles;
  words[atStoreToLoadCycles] = core.storeToLoadCycles;
  words[atPartlyStoredCycles] = core.partlyStoredCycles;
  words[atFetchWidth] = core.fetchWidth;
  words[atFetchQueue] = core.fetchQueue;
  words[atNearBranches] = core.nearBranches;
  words[atFarCycles] = core.farCycles;
  words[atCallCycles] = core.callCycles;
  words[atPredictAhead] = core.predictAhead;
  words[atMispredictCycles] = core.mispredictCycles;
  words[atCorner] = corners.indexOf(core.corner);
  words[atHistoryBranches] = core.historyBranches;
  words[atGapCount] = core.gaps.length;
  core.gaps.forEach(({ cycles }, g) => {
    words[atGapCycles + g] = cycles;
  });
};

/** Gives every operation a bit for each gap rule that marks it. */
const writeGaps = (words: Int32Array, { gaps }: CoreParameters): void => {
  const mark = (marks: Uint8Array, column: number, bit: number): void => {
    for (let o = marks.indexOf(1); o >= 0; o = marks.indexOf(1, o + 1)) {
      const word = atRows + (o << rowShift) + column;
      // In the bounds of the rows.
      words[word] = (words[word] as number) | bit;
    }
  };
  gaps.forEach(({ before, after }, g) => {
    mark(before, gapsBeforeAt, 1 << g);
    mark(after, gapsAfterAt, 1 << g);
  });
};

/** The numbers of ports, each list of them once. */
class PortLists {
  readonly numbers: number[] = [];
  readonly #starts = new Map<readonly number[], number>();

  /** Where the list begins. */
  startOf(list: readonly number[]): number {
    const known = this.#starts.get(list);
    if (known !== undefined) return known;
    const start = this.numbers.length;
    this.#starts.set(list, start);
    this.numbers.push(...list);
    return start;
  }
}

const spell = (core: CoreParameters): Int32Array => {
  if (core.gaps.length > mostGaps) {
    throw new CoreError(
      'invalid-profile',
      `cores/${core.id}.json: issue.gaps: expected at most ${mostGaps} rules, got ${core.gaps.length}. Join those of the same cycles.`,
    );
  }
  const never = atRows + (operationCount << rowShift);
  const ports = never + operationCount * neverWords;
  const lists = new PortLists();
  const words = new Int32Array(ports);
  writeHead(words, core);
  words[atPorts] = ports;
  words[atNever] = never;
  words[atNeverWords] = neverWords;
  const { latency, accumulate, occupancy, units, microOps, blocks } = core;
  for (let o = 0; o < operationCount; o++) {
    const row = atRows + (o << rowShift);
    // Tables are as long as there are operations.
    const own = core.ports[o] as readonly number[];
    const also = core.alsoPorts[o] as readonly number[];
    words[row + latencyAt] = latency[o] as number;
    words[row + accumulateAt] = accumulate[o] as number;
    words[row + occupancyAt] = occupancy[o] as number;
    words[row + unitsAt] = units[o] as number;
    words[row + microOpsAt] = microOps[o] as number;
    words[row + blocksAt] = blocks[o] as number;
    words[row + portsAt] = lists.startOf(own);
    words[row + portCountAt] = own.length;
    words[row + alsoPortsAt] = lists.startOf(also);
    words[row + alsoPortCountAt] = also.length;
  }
  writeGaps(words, core);
  words.set(core.never, never);
  const all = new Int32Array(ports + lists.numbers.length);
  all.set(words);
  all.set(lists.numbers, ports);
  return all;
};

const spelled = new WeakMap<CoreParameters, Int32Array>();

/** Memoised. Throws `CoreError` where a core has more gap rules than a row has bits for. */
export const wordsOf = (core: CoreParameters): Int32Array => remember(spelled, core, spell);
