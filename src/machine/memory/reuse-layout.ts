/** How touches, zones and what a pass over them finds are laid down as numbers, for `assembly/reuse/`. */

/** Numbers of one touch: lines of one zone that a run touches. */
export const touchWords = 6;
/** Which of the `BlockRuns`. */
export const atRun = 0;
/** Executions per block, at most one. */
export const atWeight = 1;
export const atZone = 2;
export const atLow = 3;
/** Exclusive. */
export const atHigh = 4;
/** 1: the front of a linear ring, left a whole traverse ago. */
export const atFront = 5;

/** Numbers of one zone: a buffer, which lies still, or a ring, seen from where its block starts. */
export const zoneWords = 8;
/** Lines from one block to the next; -1: it lies still, and the rest says nothing. */
export const atAdvance = 0;
/** Lines after which a mirrored ring comes round; 0: never. */
export const atPeriod = 1;
/** Blocks between two rewinds of a linear ring; infinite where it comes round. */
export const atTraverse = 2;
export const atLookbackBlocks = 3;
export const atCapacity = 4;
/** Lines of a plane, and before the position of the first. */
export const atPlane = 5;
export const atBefore = 6;
/** 1: a step of the program moves it to its front. */
export const atRewound = 7;

/** Numbers of one record: lines of one run that were touched together before. */
export const recordWords = 6;
/** Beside `atRun` and `atWeight`: index of the list of ages, which are blocks since; 0: in this block. */
export const atAge = 2;
export const atLines = 3;
/** Distinct lines of this program that were touched since, these included. */
export const atDistance = 4;
/** Consecutive lines of which that distance is made up, on average. */
export const atTogether = 5;

/**
 * A working set: the lines that lie still, then for each ring these numbers and the gaps between its taps, which
 * later blocks fill.
 */
export const setWords = 5;
/** Lines that one block touches. */
export const atWindow = 0;
/** Planes below whose lowest tap lines are left that nothing reads again. */
export const atBottoms = 1;
/** Lines from one block to the next, and the most that there are. */
export const atSetAdvance = 2;
export const atMost = 3;
export const atGapCount = 4;
