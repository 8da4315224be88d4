/**
 * How far back a program last touched the lines that it touches: the distinct lines touched in between, in
 * the steady state. Whether a cache holds a line still follows from that alone (Mattson, Gecsei, Slutz and
 * Traiger, "Evaluation techniques for storage hierarchies", 1970), so that one pass over the runs of a block
 * serves caches of every size and any number of copies.
 */
import type { Lowered } from '../kernel/lowered.ts';
import { LinesByTime } from './lines-by-time.ts';
import { Records, type ReuseRecords } from './reuse-records.ts';
import { type Piece, Segments } from './segments.ts';
import { Trail } from './trail.ts';
import { type BlockWalk, type Touches, walkOfBlock } from './walk-of-block.ts';

export interface Reuse extends ReuseRecords {
  /** What records name by their touch. */
  readonly touches: Pick<Touches, 'step' | 'write' | 'kind'>;
  /** Distinct lines that so many blocks in a row touch. */
  readonly footprint: (blocks: number) => number;
}

/** Parts of the way of a linear ring to its end, for each of which the block is looked at. */
const quantiles = 4;

/** Distinct numbers, in their order; in the memory of those that were given. */
const distinct = (numbers: Int32Array): Int32Array => {
  const sorted = numbers.sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i] as number;
  }
  return sorted.subarray(0, count);
};

/** Where a number is in a list that is in order and has it. */
const rankIn = (sorted: Int32Array, number: number): number => {
  let [from, to] = [0, sorted.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < number) from = middle + 1;
    else to = middle;
  }
  return from;
};

class Pass {
  readonly records: Records = new Records();
  private readonly walk: BlockWalk;
  private readonly segments: readonly Segments[];
  private readonly trails: readonly (Trail | null)[];
  private readonly sums: LinesByTime;
  /** Times before this block. */
  private readonly earlier: number;
  /** Block of each time; 0 for those of this block. */
  private readonly age: Int32Array;
  private readonly still: number;
  /** Lines that leave the windows of all rings with each block. */
  private readonly leaving: number;
  private readonly footprints = new Map<number, number>();
  private readonly shortest: number;

  constructor(walk: BlockWalk, shortest: number) {
    this.walk = walk;
    this.shortest = shortest;
    const { zones, touches } = walk;
    this.segments = zones.map(() => new Segments());
    const moving = this.paintStill();
    let still = 0;
    this.trails = zones.map((motion, z) => {
      const segments = this.segments[z] as Segments;
      if (motion !== null) {
        const trail = new Trail(motion);
        trail.lay(segments, touches, moving[z] ?? []);
        return trail;
      }
      for (const { low, high } of segments.list) still += high - low;
      return null;
    });
    this.still = still;
    this.leaving = this.trails.reduce(
      (sum, trail, z) => sum + (trail ? trail.bottoms * (zones[z]?.advance ?? 0) : 0),
      0,
    );
    const times = distinct(this.times());
    this.earlier = times.length;
    this.age = new Int32Array(times.length + touches.count);
    times.forEach((time, rank) => {
      this.age[rank] = Math.ceil(-time / touches.count);
    });
    this.sums = this.rank(times);
  }

  /** Gives what lies still the times of the block before; the touches of each zone that moves. */
  private paintStill(): readonly number[][] {
    const { zones, touches } = this.walk;
    const moving = zones.map((): number[] => []);
    for (let i = 0; i < touches.count; i++) {
      if ((touches.perBlock[i] as number) < 1) continue;
      const zone = touches.zone[i] as number;
      if (zones[zone] !== null) moving[zone]?.push(i);
      else {
        const time = i - touches.count;
        this.segments[zone]?.paint(touches.low[i] as number, touches.high[i] as number, time);
      }
    }
    return moving;
  }

  private times(): Int32Array {
    const times = new Int32Array(this.segments.reduce((sum, { list }) => sum + list.length, 0));
    let next = 0;
    for (const { list } of this.segments) for (const { time } of list) times[next++] = time;
    return times;
  }

  /** Replaces times by their ranks, so that they can be summed over. */
  private rank(times: Int32Array): LinesByTime {
    const sums = new LinesByTime(this.age.length);
    for (const { list } of this.segments) {
      for (const piece of list) {
        piece.time = rankIn(times, piece.time);
        const length = piece.high - piece.low;
        sums.add(piece.time, length, length * length);
      }
    }
    return sums;
  }

  footprint = (blocks: number): number => {
    const known = this.footprints.get(blocks);
    if (known !== undefined) return known;
    const lines = this.trails.reduce((sum, t) => sum + (t?.footprint(blocks) ?? 0), this.still);
    this.footprints.set(blocks, lines);
    return lines;
  };

  all(): void {
    const { count, front, perBlock, low, high } = this.walk.touches;
    for (let touch = 0; touch < count; touch++) {
      // Touches have an entry in every list.
      const weight = perBlock[touch] as number;
      if (front[touch] === 1) {
        this.fromAfar(touch, (high[touch] as number) - (low[touch] as number), weight);
      } else if (weight < 1) this.look(touch);
      else this.touch(touch);
    }
  }

  /** Lines whose last touch has this time. */
  private known(touch: number, lines: number, time: number): void {
    const { zones, touches } = this.walk;
    const blocks = this.age[time] as number;
    this.sums.since(time);
    const distance = this.sums.lines + Math.max(0, blocks - 1) * this.leaving;
    if (blocks === 0 && distance < this.shortest) return;
    const together = this.sums.squares / this.sums.lines;
    const motion = zones[touches.zone[touch] as number];
    // A rewind in this block has just copied what lies before the position.
    const rewound = motion?.rewound && blocks > 0 ? 1 - 1 / motion.traverse : 1;
    const weight = (touches.perBlock[touch] as number) * rewound;
    this.records.add(touch, lines, weight, distance, together, blocks);
  }

  /** Lines that a linear ring comes back to, wherever it stands on its way. */
  private fromAfar(touch: number, lines: number, weight: number): void {
    const motion = this.walk.zones[this.walk.touches.zone[touch] as number];
    if (motion == null || !Number.isFinite(motion.traverse)) return;
    const { traverse, lookback } = motion;
    for (let q = 0; q < quantiles; q++) {
      const at = Math.floor(((q + 0.5) / quantiles) * traverse);
      const blocks = Math.max(1, at + 1, traverse - lookback);
      const distance = this.footprint(blocks);
      this.records.add(
        touch,
        lines,
        weight / quantiles,
        distance,
        Number.POSITIVE_INFINITY,
        blocks,
      );
    }
  }

  private look(touch: number): void {
    const { touches } = this.walk;
    const low = touches.low[touch] as number;
    const high = touches.high[touch] as number;
    const segments = this.segments[touches.zone[touch] as number] as Segments;
    const { list } = segments;
    for (let s = segments.after(low); s < list.length; s++) {
      const piece = list[s] as Piece;
      if (piece.low >= high) break;
      this.known(touch, Math.min(piece.high, high) - Math.max(piece.low, low), piece.time);
    }
  }

  private touch(touch: number): void {
    const { touches } = this.walk;
    const low = touches.low[touch] as number;
    const high = touches.high[touch] as number;
    const time = this.earlier + touch;
    const segments = this.segments[touches.zone[touch] as number] as Segments;
    const { list } = segments;
    const first = segments.after(low);
    const same = list[first];
    if (same !== undefined && same.low === low && same.high === high) {
      // Most runs are touched as they were before.
      const lines = high - low;
      this.known(touch, lines, same.time);
      this.take(same, lines);
      this.sums.add(time, lines, lines * lines);
      same.time = time;
      return;
    }
    const unseen: number[] = [];
    let covered = low;
    for (let s = first; s < list.length; s++) {
      const piece = list[s] as Piece;
      if (piece.low >= high) break;
      const from = Math.max(piece.low, low);
      const to = Math.min(piece.high, high);
      if (from > covered) unseen.push(covered, from);
      this.known(touch, to - from, piece.time);
      this.take(piece, to - from);
      this.sums.add(time, to - from, 0);
      covered = to;
    }
    if (covered < high) unseen.push(covered, high);
    for (let u = 0; u < unseen.length; u += 2) {
      this.unseen(touch, unseen[u] as number, unseen[u + 1] as number);
    }
    this.sums.add(time, 0, (high - low) ** 2);
    segments.paint(low, high, time);
  }

  /** Takes lines out of a piece's sums. */
  private take(piece: Piece, lines: number): void {
    const length = piece.high - piece.low;
    this.sums.add(piece.time, -lines, (length - lines) ** 2 - length ** 2);
  }

  /** Lines above all that a ring has touched on this round. */
  private unseen(touch: number, low: number, high: number): void {
    const { zones, touches } = this.walk;
    const zone = touches.zone[touch] as number;
    const motion = zones[zone];
    this.sums.add(this.earlier + touch, high - low, 0);
    if (motion == null) return;
    if (motion.period === 0) {
      this.fromAfar(touch, high - low, touches.perBlock[touch] as number);
      return;
    }
    const segments = this.segments[zone] as Segments;
    const { list } = segments;
    // The same lines, one period ago.
    const from = low - motion.period;
    const to = high - motion.period;
    let seen = 0;
    for (let s = segments.after(from); s < list.length; s++) {
      const piece = list[s] as Piece;
      if (piece.low >= to) break;
      const lines = Math.min(piece.high, to) - Math.max(piece.low, from);
      this.known(touch, lines, piece.time);
      this.take(piece, lines);
      seen += lines;
    }
    if (seen > 0) segments.remove(from, to);
    const rest = high - low - seen;
    if (rest <= 0) return;
    const blocks = Math.max(1, Math.ceil(motion.period / motion.advance) - motion.lookback);
    this.records.add(touch, rest, 1, this.footprint(blocks), Number.POSITIVE_INFINITY, blocks);
  }

  result(): Reuse {
    const { step, write, kind } = this.walk.touches;
    return {
      ...this.records.done(),
      touches: { step, write, kind },
      footprint: this.footprint,
    };
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
  const memo = known.get(lowered) ?? new Map<string, Reuse>();
  known.set(lowered, memo);
  const shortest = Math.min(usuallyHeld, held);
  const key = `${lineBytes} ${kinds} ${shortest}`;
  const hit = memo.get(key);
  if (hit !== undefined) return hit;
  const pass = new Pass(walkOfBlock(lowered, lineBytes, kinds), shortest);
  pass.all();
  const result = pass.result();
  memo.set(key, result);
  return result;
};
