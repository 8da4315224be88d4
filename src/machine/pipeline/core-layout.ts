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
export const atRows = 32;

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
