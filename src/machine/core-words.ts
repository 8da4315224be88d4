/** A core's parameters as one list of numbers, as `core-layout.ts` says: what the scoreboard reads. */
import { CoreError } from './core-error.ts';
import {
  accumulateAt,
  alsoPortCountAt,
  alsoPortsAt,
  atGapCount,
  atGapCycles,
  atInOrder,
  atNever,
  atNeverWords,
  atPortCount,
  atPorts,
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
import type { CoreParameters } from './core-parameters.ts';
import { operationCount } from './operation.ts';

const neverWords = Math.ceil(operationCount / 32);

const writeHead = (words: Int32Array, core: CoreParameters): void => {
  words[atInOrder] = core.inOrder ? 1 : 0;
  words[atWidth] = core.width;
  words[atQueueDepth] = core.queueDepth;
  words[atWindow] = core.window;
  words[atRetireWidth] = core.retireWidth;
  words[atPortCount] = core.portCount;
  words[atTakenCycles] = core.takenCycles;
  words[atStoreToLoadCycles] = core.storeToLoadCycles;
  words[atGapCount] = core.gaps.length;
  core.gaps.forEach(({ cycles }, g) => {
    words[atGapCycles + g] = cycles;
  });
};

/** A bit for every gap rule that marks the operation. */
const gapMask = (core: CoreParameters, side: 'before' | 'after', operation: number): number =>
  core.gaps.reduce((mask, gap, g) => mask | (gap[side][operation] === 1 ? 1 << g : 0), 0);

/** A bit for every operation that may not issue after this one in its cycle. */
const writeNever = (words: Int32Array, from: number, core: CoreParameters): void => {
  for (let first = 0; first < operationCount; first++) {
    for (let second = 0; second < operationCount; second++) {
      if (core.never[first * operationCount + second] !== 1) continue;
      const at = from + first * neverWords + (second >> 5);
      // In the bounds of the list.
      words[at] = (words[at] as number) | (1 << (second & 31));
    }
  }
};

const spell = (core: CoreParameters): Int32Array => {
  if (core.gaps.length > mostGaps) {
    throw new CoreError(
      'invalid-profile',
      `cores/${core.id}.json: issue.gaps: expected at most ${mostGaps} rules, got ${core.gaps.length}. Join those of the same cycles.`,
    );
  }
  const never = atRows + (operationCount << rowShift);
  const ports = never + operationCount * neverWords;
  const numbers: number[] = [];
  const words = new Int32Array(ports);
  writeHead(words, core);
  words[atPorts] = ports;
  words[atNever] = never;
  words[atNeverWords] = neverWords;
  for (let o = 0; o < operationCount; o++) {
    const row = atRows + (o << rowShift);
    const [own, also] = [core.ports[o] ?? [], core.alsoPorts[o] ?? []];
    // Tables are as long as there are operations.
    words[row + latencyAt] = core.latency[o] as number;
    words[row + accumulateAt] = core.accumulate[o] as number;
    words[row + occupancyAt] = core.occupancy[o] as number;
    words[row + unitsAt] = core.units[o] as number;
    words[row + microOpsAt] = core.microOps[o] as number;
    words[row + blocksAt] = core.blocks[o] as number;
    words[row + portsAt] = numbers.length;
    words[row + portCountAt] = own.length;
    numbers.push(...own);
    words[row + alsoPortsAt] = numbers.length;
    words[row + alsoPortCountAt] = also.length;
    numbers.push(...also);
    words[row + gapsBeforeAt] = gapMask(core, 'before', o);
    words[row + gapsAfterAt] = gapMask(core, 'after', o);
  }
  writeNever(words, never, core);
  const all = new Int32Array(ports + numbers.length);
  all.set(words);
  all.set(numbers, ports);
  return all;
};

const spelled = new WeakMap<CoreParameters, Int32Array>();

/** Memoised. Throws `CoreError` where a core has more gap rules than a row has bits for. */
export const wordsOf = (core: CoreParameters): Int32Array => {
  const known = spelled.get(core);
  if (known) return known;
  const words = spell(core);
  spelled.set(core, words);
  return words;
};
