/**
 * How far back a program last touched the lines that it touches: the distinct lines touched in between, in
 * the steady state. Whether a cache holds a line still follows from that reuse distance alone (Mattson, Gecsei,
 * Slutz and Traiger, "Evaluation techniques for storage hierarchies", 1970), so that one pass over the lines of a
 * block serves caches of every size and any number of copies.
 */
import type { Lowered } from '../../kernel/lowered.ts';
import { memoize } from '../../units/memoize.ts';
import { type BlockLines, blockLinesOf } from './block-lines.ts';
import { blockRunsOf } from './block-runs.ts';
import { type Interval, Intervals } from './intervals.ts';
import { LinesByTime } from './lines-by-time.ts';
import { type WorkingSet, workingSetOf } from './working-set.ts';
import { type Zone, zonesOf } from './zones.ts';

/** Lists with an entry for lines of one run that were touched together before. Entries of one run follow each other. */
export interface ReuseRecords {
  readonly count: number;
  readonly run: Int32Array;
  /** Index of `ages`. */
  readonly age: Int32Array;
  readonly lines: Float64Array;
  /** Executions per block. */
  readonly weight: Float64Array;
  /** Distinct lines of this program that were touched since, these included. */
  readonly distance: Float64Array;
  /** Consecutive lines of which that distance is made up, on average. */
  readonly together: Float64Array;
  /** Blocks since lines were touched, each number once and in their order; 0: in this block. */
  readonly ages: Int32Array;
}

export interface Reuse {
  readonly records: ReuseRecords;
  readonly workingSet: WorkingSet;
}

/** Parts of the way of a linear ring to its end, for each of which the block is looked at. */
const quantiles = 4;

const sortedDistinct = (words: Iterable<number>): Int32Array =>
  new Int32Array(new Set(words)).sort();

const indexIn = (sorted: Int32Array): ((word: number) => number) => {
  const indices = new Map<number, number>();
  sorted.forEach((word, i) => {
    indices.set(word, i);
  });
  return (word) => indices.get(word) as number; // asked for words of the list only
};

/** Lines of one run that were touched together before, so many blocks ago. */
interface Reused {
  readonly run: number;
  readonly lines: number;
  readonly weight: number;
  readonly distance: number;
  readonly together: number;
  readonly blocks: number;
}

const recordsOf = (reused: readonly Reused[]): ReuseRecords => {
  const ages = sortedDistinct(reused.map(({ blocks }) => blocks));
  const age = indexIn(ages);
  return {
    count: reused.length,
    run: Int32Array.from(reused, ({ run }) => run),
    age: Int32Array.from(reused, ({ blocks }) => age(blocks)),
    lines: Float64Array.from(reused, ({ lines }) => lines),
    weight: Float64Array.from(reused, ({ weight }) => weight),
    distance: Float64Array.from(reused, ({ distance }) => distance),
    together: Float64Array.from(reused, ({ together }) => together),
    ages,
  };
};

/** One pass over the lines of a block in the steady state. */
class ReusePass {
  readonly found: Reused[] = [];
  readonly workingSet: WorkingSet;
  private readonly block: BlockLines;
  private readonly weights: Float64Array;
  private readonly zones: readonly Zone[];
  private readonly intervals: readonly Intervals[];
  /** Times before this block: of each its block, counted back. */
  private readonly blocksBefore: Int32Array;
  private readonly byTime: LinesByTime;
  private readonly leaving: number;
  private readonly shortest: number;

  constructor(block: BlockLines, weights: Float64Array, zones: readonly Zone[], shortest: number) {
    this.block = block;
    this.weights = weights;
    this.zones = zones;
    this.shortest = shortest;
    this.intervals = zones.map(() => new Intervals());
    this.paintBlockBefore();
    this.workingSet = workingSetOf(zones, this.intervals, block.count);
    this.leaving = this.workingSet.leaving;
    const times = sortedDistinct(this.intervals.flatMap(({ list }) => list.map((i) => i.time)));
    this.blocksBefore = times.map((time) => Math.ceil(-time / block.count));
    this.byTime = new LinesByTime(times.length + block.count);
    this.rankTimes(indexIn(times));
  }

  private zoneOf(touch: number): number {
    return this.block.zone[touch] as number; // in the bounds of the lists of touches
  }

  private weightOf(touch: number): number {
    return this.weights[this.runOf(touch)] as number; // every touch is of a run
  }

  private intervalsOf(touch: number): Intervals {
    return this.intervals[this.zoneOf(touch)] as Intervals; // of every zone
  }

  private movingZoneOf(touch: number): Zone {
    return this.zones[this.zoneOf(touch)] ?? null;
  }

  private paintBlockBefore(): void {
    const { count, low, high } = this.block;
    for (let t = 0; t < count; t++) {
      if (this.weightOf(t) < 1) continue;
      const advance = this.movingZoneOf(t)?.advance ?? 0;
      // In the bounds of both lists.
      const [from, to] = [(low[t] as number) - advance, (high[t] as number) - advance];
      this.intervalsOf(t).paint(from, to, t - count);
    }
  }

  /** Replaces the times before this block by their ranks, so that lines can be summed over them. */
  private rankTimes(rankOf: (time: number) => number): void {
    for (const { list } of this.intervals) {
      for (const interval of list) {
        interval.time = rankOf(interval.time);
        const length = interval.high - interval.low;
        this.byTime.add(interval.time, length, length * length);
      }
    }
  }

  private runOf(touch: number): number {
    return this.block.run[touch] as number; // in the bounds of the list
  }

  /** Lines whose last touch has this time. */
  private reused(touch: number, lines: number, time: number): void {
    const { byTime } = this;
    const blocks = this.blocksBefore[time] ?? 0;
    byTime.since(time);
    const distance = byTime.lines + Math.max(0, blocks - 1) * this.leaving;
    if (blocks === 0 && distance < this.shortest) return;
    const zone = this.movingZoneOf(touch);
    // A rewind in this block has just copied what lies before the position.
    const kept = zone?.rewound && blocks > 0 ? 1 - 1 / zone.traverse : 1;
    const together = byTime.squares / byTime.lines;
    const [run, weight] = [this.runOf(touch), this.weightOf(touch) * kept];
    this.found.push({ run, lines, weight, distance, together, blocks });
  }

  /** Lines that a linear ring comes back to, wherever it stands on its way. */
  private reusedFromAfar(touch: number, lines: number): void {
    const zone = this.movingZoneOf(touch);
    if (zone === null || zone.traverse === Number.POSITIVE_INFINITY) return;
    const { traverse, lookbackBlocks } = zone;
    const weight = this.weightOf(touch) / quantiles;
    for (let q = 0; q < quantiles; q++) {
      const at = Math.floor(((q + 0.5) / quantiles) * traverse);
      this.reusedAfter(touch, lines, weight, Math.max(at + 1, traverse - lookbackBlocks));
    }
  }

  private reusedAfter(touch: number, lines: number, weight: number, blocks: number): void {
    const [run, age] = [this.runOf(touch), Math.max(1, blocks)];
    const [distance, together] = [this.workingSet.lines(age), Number.POSITIVE_INFINITY];
    this.found.push({ run, lines, weight, distance, together, blocks: age });
  }

  /** What comes less than once a block changes nothing for the others. */
  private look(touch: number, low: number, high: number): void {
    for (const each of this.intervalsOf(touch).within(low, high)) {
      this.reused(touch, Math.min(each.high, high) - Math.max(each.low, low), each.time);
    }
  }

  /** Takes lines out of the sums of an interval. */
  private take({ low, high, time }: Interval, lines: number): void {
    const length = high - low;
    const left = length - lines;
    this.byTime.add(time, -lines, left * left - length * length);
  }

  /** Lines above all that a ring has touched on this round. */
  private above(touch: number, low: number, high: number): void {
    this.byTime.add(this.blocksBefore.length + touch, high - low, 0);
    const zone = this.movingZoneOf(touch);
    if (zone === null) return;
    const { period, advance, lookbackBlocks } = zone;
    if (period === 0) {
      this.reusedFromAfar(touch, high - low);
      return;
    }
    const rest = high - low - this.reusedOnePeriodAgo(touch, low - period, high - period);
    if (rest > 0) this.reusedAfter(touch, rest, 1, Math.ceil(period / advance) - lookbackBlocks);
  }

  private reusedOnePeriodAgo(touch: number, low: number, high: number): number {
    const intervals = this.intervalsOf(touch);
    let seen = 0;
    for (const each of intervals.within(low, high)) {
      const lines = Math.min(each.high, high) - Math.max(each.low, low);
      this.reused(touch, lines, each.time);
      this.take(each, lines);
      seen += lines;
    }
    if (seen > 0) intervals.remove(low, high);
    return seen;
  }

  private pass(touch: number, low: number, high: number): void {
    const intervals = this.intervalsOf(touch);
    const time = this.blocksBefore.length + touch;
    const same = intervals.exactly(low, high);
    if (same !== null) {
      // Most runs are touched as they were before.
      const lines = high - low;
      this.reused(touch, lines, same.time);
      this.take(same, lines);
      this.byTime.add(time, lines, lines * lines);
      same.time = time;
      return;
    }
    const unseen: (readonly [number, number])[] = [];
    let covered = low;
    for (const each of intervals.within(low, high)) {
      const [from, to] = [Math.max(each.low, low), Math.min(each.high, high)];
      if (from > covered) unseen.push([covered, from]);
      this.reused(touch, to - from, each.time);
      this.take(each, to - from);
      this.byTime.add(time, to - from, 0);
      covered = to;
    }
    if (covered < high) unseen.push([covered, high]);
    for (const [from, to] of unseen) this.above(touch, from, to);
    this.byTime.add(time, 0, (high - low) * (high - low));
    intervals.paint(low, high, time);
  }

  run(): void {
    const { count, low, high, front } = this.block;
    for (let t = 0; t < count; t++) {
      // In the bounds of the lists.
      const [from, to] = [low[t] as number, high[t] as number];
      if (front[t] === 1) this.reusedFromAfar(t, to - from);
      else if (this.weightOf(t) < 1) this.look(t, from, to);
      else this.pass(t, from, to);
    }
  }
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
  const own = memoize(known, lowered, () => new Map<string, Reuse>());
  const shortest = Math.min(usuallyHeld, held);
  return memoize(own, `${lineBytes} ${kinds} ${shortest}`, () => {
    const block = blockLinesOf(lowered, lineBytes, kinds);
    const { weights } = blockRunsOf(lowered);
    const pass = new ReusePass(block, weights, zonesOf(lowered, lineBytes), shortest);
    pass.run();
    return { records: recordsOf(pass.found), workingSet: pass.workingSet };
  });
};
