/**
 * How a core's tables lie in one list for the scoreboard: cycles of its gap rules, the rows of its operations,
 * which of them may not pair, the numbers of ports. Read by the scoreboard, too, which is compiled to
 * WebAssembly; so there are only constants here.
 */

/** One bit for each in a row's word. */
export const mostGaps = 20;
export const atRows = 20;

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
