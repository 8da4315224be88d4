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

const bits = new WeakMap<Uint8Array, Int32Array>();

/** For every operation a bit for each other that may not issue after it in its cycle. The ends of a core share them. */
const neverBits = (never: Uint8Array): Int32Array => {
  const known = bits.get(never);
  if (known) return known;
  const words = new Int32Array(operationCount * neverWords);
  for (let at = never.indexOf(1); at >= 0; at = never.indexOf(1, at + 1)) {
    const second = at % operationCount;
    const word = ((at - second) / operationCount) * neverWords + (second >> 5);
    // In the bounds of the list.
    words[word] = (words[word] as number) | (1 << (second & 31));
  }
  bits.set(never, words);
  return words;
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
  words.set(neverBits(core.never), never);
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
