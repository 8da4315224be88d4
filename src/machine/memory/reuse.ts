/**
 * How far back a program last touched the lines that it touches: the distinct lines touched in between, in
 * the steady state. Whether a cache holds a line still follows from that reuse distance alone (Mattson, Gecsei,
 * Slutz and Traiger, "Evaluation techniques for storage hierarchies", 1970), so that one pass over the lines of a
 * block serves caches of every size and any number of copies.
 */
import type { Lowered } from '../../kernel/lowered.ts';
import type { WasmMemory } from '../../kernel/webassembly.ts';
import { memoize } from '../../units/memoize.ts';
import { bytesOf, compiledModule } from '../compiled-module.ts';
import { blockLinesOf } from './block-lines.ts';
import reuseBinary from './reuse-binary.json' with { type: 'json' };
import * as layout from './reuse-layout.ts';
import { zonesOf } from './zones.ts';

/** The distinct lines that blocks in a row touch, in the steady state, as `assembly/reuse/working-set.ts` finds them. */
class WorkingSet {
  readonly #words: Float64Array;

  /** @param words as `reuse-layout.ts` says */
  constructor(words: Float64Array) {
    this.#words = words;
  }

  /** Distinct lines that so many blocks in a row touch. */
  lines(blocks: number): number {
    const [still = 0, ...rest] = this.#words;
    let all = still;
    for (let at = 0; at < rest.length; ) {
      const word = (index: number): number => rest[at + index] as number; // a set has all its words
      const moved = (blocks - 1) * word(layout.atSetAdvance);
      let lines = word(layout.atWindow) + word(layout.atBottoms) * moved;
      const end = layout.setWords + word(layout.atGapCount);
      for (let gap = layout.setWords; gap < end; gap++) lines += Math.min(word(gap), moved);
      all += Math.min(lines, word(layout.atMost));
      at += end;
    }
    return all;
  }
}

export interface Reuse {
  /** As `reuse-layout.ts` says; those of one run follow each other. */
  readonly records: Float64Array;
  readonly recordCount: number;
  /** Blocks since lines were touched, each number once and in their order; 0: in this block. */
  readonly ages: Int32Array;
  readonly workingSet: WorkingSet;
}

/** What `assembly/reuse/index.ts` exports. Places are in bytes, lengths in numbers. */
interface Exports {
  readonly memory: WasmMemory;
  readonly placeTouches: (count: number) => number;
  readonly placeZones: (count: number) => number;
  readonly findReuse: (held: number) => void;
  readonly recordsAt: () => number;
  readonly recordsLength: () => number;
  readonly agesAt: () => number;
  readonly agesLength: () => number;
  readonly setAt: () => number;
  readonly setLength: () => number;
}

/** The pass over the lines of a block, as `assembly/reuse/` has it. */
export class ReusePass {
  readonly #exports: Exports;

  /** `binary`: a module compiled from `assembly/reuse/`. */
  constructor(binary: Uint8Array) {
    this.#exports = compiledModule<Exports>(binary);
  }

  find(touches: Float64Array, zones: Float64Array, held: number): Reuse {
    const module = this.#exports;
    // Memory may grow where a place is named, and have another buffer then.
    const write = (at: number, numbers: Float64Array): void => {
      new Float64Array(module.memory.buffer, at, numbers.length).set(numbers);
    };
    write(module.placeTouches(touches.length / layout.touchWords), touches);
    write(module.placeZones(zones.length / layout.zoneWords), zones);
    module.findReuse(held);
    const { buffer } = module.memory;
    const recordsLength = module.recordsLength();
    const set = new Float64Array(buffer, module.setAt(), module.setLength()).slice();
    return {
      records: new Float64Array(buffer, module.recordsAt(), recordsLength).slice(),
      recordCount: recordsLength / layout.recordWords,
      ages: new Int32Array(buffer, module.agesAt(), module.agesLength()).slice(),
      workingSet: new WorkingSet(set),
    };
  }
}

let pass: ReusePass | null = null;

/** One for the process: a pass leaves nothing behind. */
export const theReusePass = (): ReusePass => {
  pass ??= new ReusePass(bytesOf(reuseBinary));
  return pass;
};

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
  const own = memoize(known, lowered, () => new Map<string, Reuse>());
  const shortest = Math.min(usuallyHeld, held);
  return memoize(own, `${lineBytes} ${kinds} ${shortest}`, () => {
    const touches = blockLinesOf(lowered, lineBytes, kinds);
    return theReusePass().find(touches, zonesOf(lowered, lineBytes), shortest);
  });
};
