/**
 * How far back a program last touched the lines that it touches: the distinct lines touched in between, in
 * the steady state. Whether a cache holds a line still follows from that alone (Mattson, Gecsei, Slutz and
 * Traiger, "Evaluation techniques for storage hierarchies", 1970), so that one pass over the runs of a block
 * serves caches of every size and any number of copies.
 */
import type { Lowered } from '../../kernel/lowered.ts';
import { remember } from '../../units/remember.ts';
import { type ReuseRecords, theCaches } from './caches.ts';
import { type BlockWalk, walkOfBlock } from './walk-of-block.ts';

export interface Reuse {
  readonly walk: BlockWalk;
  readonly records: ReuseRecords;
  /** The distinct lines that each of these numbers of blocks in a row touch. */
  readonly footprints: (blocks: Int32Array) => Float64Array;
}

const known = new WeakMap<Lowered, Map<string, Reuse>>();

/** Distances within a block below which most caches hold every line: one list of the rest serves them all. */
const usuallyHeld = 64;

/**
 * Memoised by program, line, kinds and what is left out.
 * @param kinds which of `runKinds` go through the caches, as bits
 * @param held lines touched fewer lines ago than this, in the same block, may be left out
 */
export const reuseOf = (
  lowered: Lowered,
  lineBytes: number,
  kinds: number,
  held: number,
): Reuse => {
  const own = remember(known, lowered, () => new Map<string, Reuse>());
  const shortest = Math.min(usuallyHeld, held);
  return remember(own, `${lineBytes} ${kinds} ${shortest}`, () => {
    const walk = walkOfBlock(lowered, lineBytes, kinds);
    const { records, trails } = theCaches().findReuse(walk, shortest);
    const footprints = (blocks: Int32Array): Float64Array => theCaches().footprints(trails, blocks);
    return { walk, records, footprints };
  });
};
