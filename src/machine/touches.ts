/**
 * Which memory a template touches, in the order of first touch: runs of consecutive floats per slot.
 * What is touched again within one execution is taken to be in the level-1 cache still.
 */
export interface Touches {
  /** As `run-layout.ts` says. */
  readonly runs: Int32Array;
  /** Memory instructions executed per slot, for memories that make every access wait. */
  readonly accesses: Float64Array;
}
