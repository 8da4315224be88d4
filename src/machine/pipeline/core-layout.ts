/**
 * How a core's parameters lie in one list for the scoreboard: a head, the rows of its operations, which
 * of them may not pair, the numbers of ports. Read by the scoreboard, too, which is compiled to
 * WebAssembly; so there are only constants here.
 */
export const atInOrder = 0;
export const atWidth = 1;
export const atQueueDepth = 2;
export const atWindow = 3;
export const atRetireWidth = 4;
export const atPortCount = 5;
export const atTakenCycles = 6;
export const atStoreToLoadCycles = 7;
/** Where the ports begin; rows name places from there on. */
export const atPorts = 8;
/** Where the operations that may not pair begin: of each, a bit for every other in so many words. */
export const atNever = 9;
export const atNeverWords = 10;
/** How many gap rules there are; their cycles follow. */
export const atGapCount = 11;
export const atGapCycles = 12;
/** One bit for each in a row's word. */
export const mostGaps = 20;
/** Out of order: instructions fetched a cycle (0: without limit), and those that may wait for dispatch. */
export const atFetchWidth = 32;
export const atFetchQueue = 33;
/** Branches in a row whose targets are at hand, cycles to find another's, cycles of a call or a return. */
export const atNearBranches = 34;
export const atFarCycles = 35;
export const atCallCycles = 36;
/** Cycles by which the search for targets may run ahead of fetch. */
export const atPredictAhead = 37;
export const atMispredictCycles = 38;
export const atHistoryBranches = 39;
/** A load that no single store covers. */
export const atPartlyStoredCycles = 40;
/** Which share of a guess counts: the first, second or third. */
export const atCorner = 41;
export const atRows = 48;

/** Words of an operation's row. */
export const latencyAt = 0;
export const accumulateAt = 1;
export const occupancyAt = 2;
export const unitsAt = 3;
export const microOpsAt = 4;
export const blocksAt = 5;
export const portsAt = 6;
export const portCountAt = 7;
export const alsoPortsAt = 8;
export const alsoPortCountAt = 9;
/** Gap rules that the operation waits for, and those that it starts: a bit for each. */
export const gapsBeforeAt = 10;
export const gapsAfterAt = 11;
/** A power of two, so that rows begin at shifted indices. */
export const rowShift = 4;
