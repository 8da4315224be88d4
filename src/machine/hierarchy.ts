/**
 * The levels of a data cache, through which runs of lines pass. Predictions spend most of their time
 * here, so the first level is searched in place, and the outer ones, which have many ways, remember
 * where each line lies instead of looking through their ways.
 */
import { LruCache } from './lru-cache.ts';
import type { CacheLevel } from './memory-system.ts';

/** Lines of a run that must miss before a prefetcher has understood it. */
const training = 2;

/** Bytes below and above what a program owns that its kernels may reach. */
const margin = 4096;

/** A level that finds its lines by number; only a line that pushes another one out searches its set. */
class OuterLevel {
  readonly shift: number;
  private readonly ways: number;
  private readonly sets: number;
  private readonly firstLine: number;
  /** Place of each line, from `firstLine` on, plus one; 0: it is not here. */
  private readonly placeOf: Int32Array;
  /** Lines by place, as many of each set as `held` says; and when each was touched last. */
  private readonly lines: Int32Array;
  private readonly touched: Int32Array;
  private readonly held: Uint8Array;
  private clock = 0;

  constructor(level: CacheLevel, lowByte: number, highByte: number) {
    this.shift = Math.round(Math.log2(level.lineBytes));
    this.ways = level.ways;
    this.sets = Math.max(1, Math.floor(level.sizeBytes / level.lineBytes / level.ways));
    this.firstLine = (lowByte - margin) >> this.shift;
    this.placeOf = new Int32Array(((highByte + margin) >> this.shift) - this.firstLine + 1);
    this.lines = new Int32Array(this.sets * this.ways);
    this.touched = new Int32Array(this.sets * this.ways);
    this.held = new Uint8Array(this.sets);
  }

  /** Touches a line; true where it was there already. */
  touch(line: number): boolean {
    const { placeOf, touched, firstLine, ways } = this;
    const now = ++this.clock;
    const known = placeOf[line - firstLine] as number;
    if (known > 0) {
      touched[known - 1] = now;
      return true;
    }
    const set = line % this.sets;
    const first = set * ways;
    const held = this.held[set] as number;
    let place = first + held;
    if (held < ways) this.held[set] = held + 1;
    else {
      place = first;
      for (let i = first + 1; i < first + ways; i++) {
        if ((touched[i] as number) < (touched[place] as number)) place = i;
      }
      placeOf[(this.lines[place] as number) - firstLine] = 0;
    }
    placeOf[line - firstLine] = place + 1;
    this.lines[place] = line;
    touched[place] = now;
    return false;
  }

  clear(): void {
    this.placeOf.fill(0);
    this.held.fill(0);
  }
}

/** A level that searches its sets: for lines that may lie anywhere. */
class UnboundedLevel extends LruCache {
  get shift(): number {
    return this.lineShift;
  }
}

export class Hierarchy {
  /** Lines touched so far. */
  touches = 0;
  private readonly shift: number;
  private readonly ways: number;
  private readonly sets: number;
  /** Selects the set where their number is a power of two; -1: it takes a division. */
  private readonly mask: number;
  /** Of the first level: tags of a set from the most to the least recently used; -1: empty. */
  private readonly tags: Int32Array;
  private readonly outer: readonly (OuterLevel | UnboundedLevel)[];

  /** For the lines between two byte addresses, the second of which may be infinite. */
  constructor(
    [first, ...outer]: readonly [CacheLevel, ...CacheLevel[]],
    lowByte: number,
    highByte: number,
  ) {
    this.shift = Math.round(Math.log2(first.lineBytes));
    this.ways = first.ways;
    this.sets = Math.max(1, Math.floor(first.sizeBytes / first.lineBytes / first.ways));
    this.mask = (this.sets & (this.sets - 1)) === 0 ? this.sets - 1 : -1;
    this.tags = new Int32Array(this.sets * this.ways).fill(-1);
    this.outer = outer.map((level) =>
      Number.isFinite(highByte)
        ? new OuterLevel(level, lowByte, highByte)
        : new UnboundedLevel(level),
    );
  }

  /** Empties what others on the core use up between blocks: all levels but the outermost. */
  evict(): void {
    this.tags.fill(-1);
    for (const level of this.outer.slice(0, -1)) level.clear();
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
    const { shift, tags, ways, mask, sets } = this;
    const start = low >> shift;
    const end = (high - 1) >> shift;
    this.touches += end - start + 1;
    let missed = 0;
    for (let line = start; line <= end; line++) {
      // Most lines are found in the first places of their sets.
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
    const { tags } = this;
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
    const { outer, shift } = this;
    for (let l = 0; l < outer.length; l++) {
      const level = outer[l] as OuterLevel | UnboundedLevel;
      if (level.touch(line >> (level.shift - shift))) return l;
    }
    return -1;
  }
}
