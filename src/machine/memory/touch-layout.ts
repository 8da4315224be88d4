/** How the memory that a block touches and what is known of it are laid down for `assembly/caches/`. */

/** Words of one run of a block. */
export const atBuffer = 0;
/** Bytes from the start of the buffer, or from where the ring's position moves the run. */
export const atLowByte = 1;
/** Exclusive. */
export const atHighByte = 2;
export const atRunFlags = 3;
/** Index of `runKinds`. */
export const atRunKind = 4;
/** The ring whose position moves it; -1: it lies still. */
export const atRunRing = 5;
/** Columns before the ring's position. */
export const atDelay = 6;
export const atRunStep = 7;
export const blockRunWords = 8;

/** Flags of a run. */
export const isWriting = 1;
/** A rewind copies it. */
export const isRewinding = 2;

/** Words of one movement of a ring: after which runs, whose position, whether it goes back. */
export const atAfter = 0;
export const atMovedRing = 1;
export const atGoesBack = 2;
export const movementWords = 3;

/** Words of one ring. */
export const atRingBuffer = 0;
/** Bytes of a column, as far as one run reads it. */
export const atColumnBytes = 1;
/** Bytes from one block to the next. */
export const atBlockBytes = 2;
/** Bytes from the start of the buffer to where the block starts, for whole lines. */
export const atStartBytes = 3;
/** The same after a rewind. */
export const atHomeBytes = 4;
/** 1: rewound in every block, it comes back to the same place. */
export const atStill = 5;
/** Bytes from the start of the buffer to its first plane, and from one plane to the next (0: interleaved). */
export const atFirstByte = 6;
export const atPlaneBytes = 7;
export const ringWords = 8;

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
