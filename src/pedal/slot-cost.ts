/**
 * What the virtual pedal asks of the machine: the cycles of every piece of work, costed together
 * with what it shares caches with. The pedal knows work by its key only.
 */
import { addRanges, exactly, type Range } from '../units/range.ts';

/** Work that comes back every so many blocks: a ring that rewinds, a block of the model that is a frame longer. */
export interface PeriodicWork {
  /** @default 'rewind' */
  readonly cause?: 'rewind' | 'work' | undefined;
  readonly everyBlocks: number;
  /** It comes in block n (from 1) where n % everyBlocks is this: libraries stagger their rings. @default 0 */
  readonly phase?: number;
  readonly cycles: number;
}

export interface WorkCost {
  /** Cycles per block without the periodic work, next to everything it runs with. */
  readonly cycles: Range;
  /** The part of the expected cycles that waits for memory, which slows when bandwidth is short. */
  readonly memoryCycles: number;
  /** Cycles per block if it had the core and its caches to itself (periodic work spread out). */
  readonly aloneCycles: Range;
  readonly periodic: readonly PeriodicWork[];
  /** Extra cycles per block while its state is denormal; 0 where the core or the build flushes. */
  readonly denormalCycles: number;
  /** From a freshly built network to its first block. */
  readonly prewarmCycles: number;
  readonly bytes: Readonly<Record<'weights' | 'history' | 'scratch' | 'code', number>>;
  /** The innermost memory that holds the working set. */
  readonly placement: string;
}

/** One piece of work on one core. A model that is split over cores is several parts. */
export interface Placed {
  readonly work: string;
  readonly part: number;
  readonly core: number;
}

export interface CostSource {
  /**
   * Costs all work that runs in the same block, in the order in which it runs on each core: what
   * shares a core shares its caches, and what runs on another core shares the outer ones.
   */
  cost(placed: readonly Placed[], blockFrames: number): readonly WorkCost[];
}

/** Per block over many blocks: what comes back spread over those in between. */
export const meanCycles = (steady: Range, periodic: readonly PeriodicWork[]): Range =>
  addRanges(steady, exactly(periodic.reduce((sum, p) => sum + p.cycles / p.everyBlocks, 0)));
