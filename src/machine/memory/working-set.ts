/** The distinct lines that blocks in a row touch, in the steady state, as `assembly/reuse/working-set.ts` finds them. */
import { atBottoms, atGapCount, atMost, atSetAdvance, atWindow, setWords } from './reuse-layout.ts';

export class WorkingSet {
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
      const moved = (blocks - 1) * word(atSetAdvance);
      let lines = word(atWindow) + word(atBottoms) * moved;
      const end = setWords + word(atGapCount);
      for (let gap = setWords; gap < end; gap++) lines += Math.min(word(gap), moved);
      all += Math.min(lines, word(atMost));
      at += end;
    }
    return all;
  }
}
