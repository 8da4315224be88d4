/** A set-associative cache with least-recently-used replacement. Knows lines, not latencies. */
import type { CacheLevel } from './memory-system.ts';

export class LruCache {
  readonly lineShift: number;
  private readonly ways: number;
  private readonly sets: number;
  /** Tags of a set from the most to the least recently used; -1: empty. */
  private readonly tags: Int32Array;

  constructor(level: Pick<CacheLevel, 'sizeBytes' | 'lineBytes' | 'ways'>) {
    this.lineShift = Math.round(Math.log2(level.lineBytes));
    this.ways = level.ways;
    this.sets = Math.max(1, Math.floor(level.sizeBytes / level.lineBytes / level.ways));
    this.tags = new Int32Array(this.sets * this.ways).fill(-1);
  }

  /** Touches a line (a byte address shifted by `lineShift`); true where it was there already. */
  touch(line: number): boolean {
    const { tags, ways } = this;
    const first = (line % this.sets) * ways;
    if (tags[first] === line) return true;
    const end = first + ways;
    let place = first + 1;
    while (place < end && tags[place] !== line) place++;
    const hit = place < end;
    // Of a full set without the line, the last tag falls out.
    for (let i = hit ? place : end - 1; i > first; i--) tags[i] = tags[i - 1] as number;
    tags[first] = line;
    return hit;
  }
}
