/** What the host lays into memory before it asks for a simulation: the core and the code at hand. */
import {
  atCallCycles,
  atCorner,
  atFarCycles,
  atFetchQueue,
  atFetchWidth,
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
  atStoreToLoadCycles,
  atTakenCycles,
  atWidth,
  atWindow,
} from '../../src/machine/pipeline/core-layout';

/** The core's parameters, as `core-layout.ts` says. */
export let core: StaticArray<i32> = new StaticArray<i32>(1 << 13);
export let inOrder: bool = true;
export let width: i32 = 1;
export let queueDepth: i32 = 0;
export let window: i32 = 1;
export let retireWidth: i32 = 1;
export let portCount: i32 = 0;
export let takenCycles: i32 = 0;
export let storeToLoadCycles: i32 = 0;
export let partlyStoredCycles: i32 = 0;
export let fetchWidth: i32 = 0;
export let fetchQueue: i32 = 1;
export let nearBranches: i32 = 0;
export let farCycles: i32 = 1;
export let callCycles: i32 = 1;
export let predictAhead: i32 = 0;
export let mispredictCycles: i32 = 0;
export let historyBranches: i32 = 0;
export let corner: i32 = 0;
/** Places in `core`. */
export let ports: i32 = 0;
export let never: i32 = 0;
export let neverWords: i32 = 0;

/** The template at hand, as `code-layout.ts` says. */
export let code: StaticArray<i32> = new StaticArray<i32>(1 << 15);
export let codeLength: i32 = 0;
export let registers: i32 = 0;
/** Of the loops around the operation at hand. */
export let counters: StaticArray<i32> = new StaticArray<i32>(64);

/** Where the host writes a core of so many words. */
export function placeCore(words: i32): usize {
  if (core.length < words) core = new StaticArray<i32>(words * 2);
  return changetype<usize>(core);
}

/** Takes what was written. */
export function takeCore(): void {
  inOrder = core[atInOrder] === 1;
  width = core[atWidth];
  queueDepth = core[atQueueDepth];
  window = core[atWindow];
  retireWidth = core[atRetireWidth];
  portCount = core[atPortCount];
  takenCycles = core[atTakenCycles];
  storeToLoadCycles = core[atStoreToLoadCycles];
  partlyStoredCycles = core[atPartlyStoredCycles];
  fetchWidth = core[atFetchWidth];
  fetchQueue = core[atFetchQueue];
  nearBranches = core[atNearBranches];
  farCycles = core[atFarCycles];
  callCycles = core[atCallCycles];
  predictAhead = core[atPredictAhead];
  mispredictCycles = core[atMispredictCycles];
  historyBranches = core[atHistoryBranches];
  corner = core[atCorner];
  ports = core[atPorts];
  never = core[atNever];
  neverWords = core[atNeverWords];
}

/** Where the host writes code of so many words, registers and loops. */
export function placeCode(words: i32, registerCount: i32, loopCount: i32): usize {
  if (code.length < words) code = new StaticArray<i32>(words * 2);
  if (counters.length < loopCount) counters = new StaticArray<i32>(loopCount * 2);
  codeLength = words;
  registers = registerCount;
  return changetype<usize>(code);
}
