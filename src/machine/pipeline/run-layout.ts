/** How the runs of memory that a template touches are laid into a list: words of each. */

export const atRunSlot = 0;
/** In floats, relative to the slot's base. */
export const atRunLow = 1;
/** Exclusive. */
export const atRunHigh = 2;
/** 1: something in it is written. */
export const atRunWrite = 3;
export const runWords = 4;
