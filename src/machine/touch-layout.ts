/** How the touches of a block, the zones in which they lie and what is known of them are laid into memory for `assembly/caches/`. */

/** Words of one touch: a run of lines of a zone. */
export const atZone = 0;
export const atLow = 1;
/** Exclusive. */
export const atHigh = 2;
export const atStep = 3;
export const atTouchFlags = 4;
/** Index of `runKinds`. */
export const atKind = 5;
export const touchWords = 6;

/** Flags of a touch. */
export const isWrite = 1;
/** It is the front of a linear ring, left a whole traverse ago. */
export const isFront = 2;

/** Numbers of one zone: `Motion`, in lines and blocks. */
export const atMoves = 0;
export const atAdvance = 1;
export const atPeriod = 2;
export const atTraverse = 3;
export const atLookback = 4;
export const atCapacity = 5;
export const atPlane = 6;
export const atBefore = 7;
export const atRewound = 8;
export const zoneNumbers = 9;

/** Words of one record: how far back lines of a touch were touched last. Records of one touch follow each other. */
export const atTouch = 0;
/** Place among the ages. */
export const atAge = 1;
export const recordWords = 2;

/** Numbers of one record. */
export const atLines = 0;
/** Executions per block. */
export const atWeight = 1;
/** Distinct lines of this program that were touched since, these included. */
export const atDistance = 2;
/** Consecutive lines of which that distance is made up, on average. */
export const atTogether = 3;
export const recordNumbers = 4;

/** Numbers of one zone's trail. */
export const atWindow = 0;
export const atBottoms = 1;
/** The gap after its last. */
export const atGapEnd = 2;
export const trailNumbers = 3;

/** Numbers of one cache level. */
export const atLevelLines = 0;
export const atSets = 1;
export const atMissLines = 2;
export const levelNumbers = 3;
