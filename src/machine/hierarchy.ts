/**
 * The levels of a data cache, through which runs of lines pass. Predictions spend most of their time
 * here, so the first level is searched in place and levels that cannot overflow are not searched at
 * all: half the time of asking an `LruCache` per line and level.
 */
import type { CacheLevel } from './memory-system.ts';

/** Lines of a run that must miss before a prefetcher has understood it. */
const training = 2;

/** Bytes below and above what a program owns that its kernels may reach. */
const margin = 4096;

/** One level: lines by set, most recently used first; where all lines have room, only whether they came. */
class Level {
  readonly shift: number;
  readonly ways: number;
  readonly sets: number;
  /** Selects the set where their number is a power of two; -1: it takes a division. */
  readonly mask: number;
  /** Tags of a set from the most to the least recently used; -1: empty. */
  readonly tags: Int32Array;
  /** 1 for every line that came, from `firstLine` on; null where lines can push each other out. */
  readonly came: Uint8Array | null;
  readonly firstLine: number;

  constructor(level: CacheLevel, lowByte: number, highByte: number) {
    this.shift = Math.round(Math.log2(level.lineBytes));
    this.ways = level.ways;
    this.sets = Math.max(1, Math.floor(level.sizeBytes / level.lineBytes / level.ways));
    this.mask = (this.sets & (this.sets - 1)) === 0 ? this.sets - 1 : -1;
    this.firstLine = (lowByte - margin) >> this.shift;
    const lines = Math.ceil((highByte + margin) / level.lineBytes) - this.firstLine + 1;
    // Consecutive lines go round the sets: none gets more than its ways.
    const roomy = Math.ceil(lines / this.sets) <= this.ways;
    this.came = roomy ? new Uint8Array(lines) : null;
    this.tags = new Int32Array(roomy ? 0 : this.sets * this.ways).fill(-1);
  }

  /** Touches a line; true where it was there already. */
  touch(line: number): boolean {
    const { came, tags, ways } = this;
    if (came !== null) {
      const index = line - this.firstLine;
      if (came[index] === 1) return true;
      came[index] = 1;
      return false;
    }
    const first = (this.mask >= 0 ? line & this.mask : line % this.sets) * ways;
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

  clear(): void {
    this.came?.fill(0);
    this.tags.fill(-1);
  }
}

export class Hierarchy {
  /** Lines touched so far. */
  touches = 0;
  private readonly levels: readonly Level[];
  private readonly first: Level;

  /** For the lines between two byte addresses, the second of which may be infinite. */
  constructor(levels: readonly [CacheLevel, ...CacheLevel[]], lowByte: number, highByte: number) {
    this.first = new Level(levels[0], lowByte, highByte);
    this.levels = [this.first, ...levels.slice(1).map((l) => new Level(l, lowByte, highByte))];
  }

  /** The first level keeps whatever has come. */
  get roomy(): boolean {
    return this.first.came !== null;
  }

  /** Empties what others on the core use up between blocks: all levels but the outermost. */
  evict(): void {
    const inner = Math.max(1, this.levels.length - 1);
    for (const level of this.levels.slice(0, inner)) level.clear();
  }

  /**
   * Touches the bytes from `low` to `high`; adds the misses at `at`, by the level that serves them:
   * `last` serves what no level has. Returns the misses of the first level.
   */
  run(
    low: number,
    high: number,
    write: boolean,
    last: number,
    misses: Float64Array,
    at: number,
  ): number {
    const { shift, came, tags, ways, mask, sets, firstLine } = this.first;
    const start = low >> shift;
    const end = (high - 1) >> shift;
    this.touches += end - start + 1;
    let missed = 0;
    for (let line = start; line <= end; line++) {
      if (came !== null) {
        if (came[line - firstLine] === 1) continue;
        came[line - firstLine] = 1;
      } else {
        // `Level.touch`, written out: most lines are found in the first places of their sets.
        const front = (mask >= 0 ? line & mask : line % sets) * ways;
        const newest = tags[front] as number;
        if (newest === line) continue;
        tags[front] = line;
        if (ways > 1) {
          const second = tags[front + 1] as number;
          tags[front + 1] = newest;
          if (second === line) continue;
          if (ways > 2) {
            const third = tags[front + 2] as number;
            tags[front + 2] = second;
            if (third === line) continue;
            if (this.sink(third, line, front + 3, front + ways)) continue;
          }
        }
      }
      const served = this.serve(line);
      const streamed = write || missed >= training ? 1 : 0;
      const index = at + (served < 0 ? last : served) * 2 + streamed;
      misses[index] = (misses[index] as number) + 1;
      missed++;
    }
    return missed;
  }

  /** Moves the tags from `place` to `end` on by one, up to where `line` was; true where it was there. */
  private sink(newer: number, line: number, place: number, end: number): boolean {
    const { tags } = this.first;
    let held = newer;
    for (let i = place; i < end; i++) {
      const next = tags[i] as number;
      tags[i] = held;
      if (next === line) return true;
      held = next;
    }
    return false;
  }

  /** The server of a line that the first level misses; -1: what lies behind all levels. */
  private serve(line: number): number {
    const { levels, first } = this;
    for (let l = 1; l < levels.length; l++) {
      const level = levels[l] as Level;
      if (level.touch(line >> (level.shift - first.shift))) return l - 1;
    }
    return -1;
  }
}
