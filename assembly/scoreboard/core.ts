// biome-ignore-all lint/style/useConst: the host sets what nothing here does
/**
 * What the host lays into memory before it asks for a simulation: the core and the code at hand. It sets the
 * core's numbers by their names.
 */

/** The core's tables, as `core-layout.ts` says. */
export let tables: StaticArray<i32> = new StaticArray<i32>(1 << 13);
export let inOrder: bool = true;
export let width: i32 = 1;
/** In order: floating-point instructions that may wait while others go on; 0: none. */
export let queueDepth: i32 = 0;
export let window: i32 = 1;
export let retireWidth: i32 = 1;
export let portCount: i32 = 0;
export let takenCycles: i32 = 0;
export let storeToLoadCycles: i32 = 0;
/** Of a load that no single store covers. */
export let partlyStoredCycles: i32 = 0;
/** Out of order: instructions fetched a cycle (0: without limit), and those that may wait for dispatch. */
export let fetchWidth: i32 = 0;
export let fetchQueue: i32 = 1;
/** Branches in a row whose targets are at hand, cycles to find another's, cycles of a call or a return. */
export let nearBranches: i32 = 0;
export let farCycles: i32 = 1;
export let callCycles: i32 = 1;
/** Cycles by which the search for targets may run ahead of fetch. */
export let predictAhead: i32 = 0;
export let mispredictCycles: i32 = 0;
export let historyBranches: i32 = 0;
/** Which share of a guess counts: the first, second or third. */
export let corner: i32 = 0;
/** How many gap rules there are. */
export let gapCount: i32 = 0;
/** Where in `core` the ports begin; rows name places from there on. */
export let ports: i32 = 0;
/** Where the operations that may not pair begin: of each, a bit for every other in so many words. */
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
  if (tables.length < words) tables = new StaticArray<i32>(words * 2);
  return changetype<usize>(tables);
}

/** Where the host writes code of so many words, registers and loops. */
export function placeCode(words: i32, registerCount: i32, loopCount: i32): usize {
  if (code.length < words) code = new StaticArray<i32>(words * 2);
  if (counters.length < loopCount) counters = new StaticArray<i32>(loopCount * 2);
  codeLength = words;
  registers = registerCount;
  return changetype<usize>(code);
}
