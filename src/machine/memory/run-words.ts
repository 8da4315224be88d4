/** How the runs of memory that a block touches, and the movements of its rings, are laid down as words. */

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
