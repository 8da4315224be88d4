/**
 * How a template is encoded for simulation: plain numbers, one operation or loop after another. Read by
 * what is compiled to WebAssembly, too; so there are only constants here.
 *
 * Words of an operation, from its place in the code: its index into a core's tables; the place of what
 * follows; its flags; the registers that a memory instruction moves (1 else); the accumulator of a
 * multiply-add, wanted late (-1: none); how many sources and targets; these. Where `isTracked`: slot,
 * offset, consecutive floats, how many terms, and of each its loop and stride.
 */
export const atOperation = 0;
export const atNext = 1;
export const atFlags = 2;
export const atRegisters = 3;
export const atAccumulator = 4;
export const atSources = 5;
export const atTargets = 6;
export const atLists = 7;

/** Words of an address, from the slot on. */
export const atOffset = 1;
export const atFloats = 2;
export const atTerms = 3;
export const atFirstTerm = 4;

/** Flags: the cause in the two lowest bits. */
export const causeMask = 3;
export const isFloat = 4;
/** A branch that goes back (or into a function). */
export const isTaken = 8;
export const isLoad = 16;
export const isStore = 32;
/** Its slot is both read and written, so that a load may wait for a store. */
export const isTracked = 64;
/** Out of order: a branch of overhead that is taken; one that is mispredicted now and then; a call or a return. */
export const isJump = 1024;
export const isGuess = 2048;
export const isCall = 4096;

/** Which limit an operation stands for when it waits for a port. */
export const arithmetic = 0;
export const loadStore = 1;
export const latency = 2;
export const frontEnd = 3;
/** Out of order: waits for the right instructions after a wrong guess. */
export const mispredicted = 4;
export const causeCount = 5;
/**
 * The share of a guess that is always wrong. Three shares follow the targets of an operation with `isGuess`: how
 * often it is wrong at its best, expected, at its worst.
 */
export const surelyWrong = 65536;

/**
 * Words of a loop: `loopMark` where an operation has its index, the place of what follows, the number of
 * its counter, its trips, whether something in it is tracked, where its body ends, its branches. The body follows; after
 * it how many registers it uses and these, in rising order.
 */
export const loopMark = -1;
export const atLoop = 2;
export const atTrips = 3;
export const atLoopTracked = 4;
export const atBodyEnd = 5;
/** Branches of an iteration, those of inner loops included. */
export const atLoopBranches = 6;
export const atBody = 7;
