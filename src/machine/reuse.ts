/**
 * How far back a program last touched the lines that it touches: the distinct lines touched in between, in
 * the steady state. Whether a cache holds a line still follows from that alone (Mattson, Gecsei, Slutz and
 * Traiger, "Evaluation techniques for storage hierarchies", 1970), so that one pass over the runs of a block
 * serves caches of every size and any number of copies.
 */
import type { Lowered } from '../kernel/lowered.ts';
import { LinesByTime } from './lines-by-time.ts';
import { type Piece, Segments } from './segments.ts';
import { Trail } from './trail.ts';
import { type BlockWalk, type Touch, walkOfBlock } from './walk-of-block.ts';

/** Lists with one entry for lines of a run that were last touched together. */
export interface Reuse {
  /** Index of the step. */
  readonly step: Int32Array;
  /** Entries of one run follow each other. */
  readonly run: Int32Array;
  readonly lines: Float64Array;
  /** Executions per block. */
  readonly weight: Float64Array;
  /** Distinct lines of this program that were touched since, these included. */
  readonly distance: Float64Array;
  /** Consecutive lines of which that distance is made up, on average. */
  readonly together: Float64Array;
  /** Blocks since then; 0: in this block. */
  readonly blocks: Int32Array;
  readonly write: Uint8Array;
  /** Index of `runKinds`. */
  readonly kind: Uint8Array;
  /** Distinct lines that so many blocks in a row touch. */
  readonly footprint: (blocks: number) => number;
}

/** Parts of the way of a linear ring to its end, for each of which the block is looked at. */
const quantiles = 4;

class Pass {
  readonly step: number[] = [];
  readonly run: number[] = [];
  readonly lines: number[] = [];
  readonly weight: number[] = [];
  readonly distance: number[] = [];
  readonly together: number[] = [];
  readonly blocks: number[] = [];
  readonly write: number[] = [];
  readonly kind: number[] = [];
  private readonly walk: BlockWalk;
  private readonly segments: readonly Segments[];
  private readonly trails: (Trail | null)[];
  private readonly sums: LinesByTime;
  /** Block of each time; 0 for those of this block. */
  private readonly age: number[] = [];
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
    const inZone: [Touch, number][][] = zones.map(() => []);
    touches.forEach((touch, i) => {
      if (touch.perBlock >= 1) inZone[touch.zone]?.push([touch, i]);
    });
    let still = 0;
    this.trails = zones.map((motion, z) => {
      const segments = this.segments[z] as Segments;
      const here = inZone[z] as [Touch, number][];
      if (motion !== null) {
        const trail = new Trail(motion);
        trail.lay(segments, here, touches.length);
        return trail;
      }
      for (const [touch, i] of here) segments.paint(touch.low, touch.high, i - touches.length);
      for (const { low, high } of segments.list) still += high - low;
      return null;
    });
    this.still = still;
    this.leaving = this.trails.reduce(
      (sum, trail, z) => sum + (trail ? trail.bottoms * (zones[z]?.advance ?? 0) : 0),
      0,
    );
    this.sums = this.rank(touches.length);
  }

  /** Replaces times by their ranks, so that they can be summed over. */
  private rank(runs: number): LinesByTime {
    const times = new Set<number>();
    for (const { list } of this.segments) for (const piece of list) times.add(piece.time);
    const sorted = [...times].sort((a, b) => a - b);
    const ranks = new Map(sorted.map((time, rank) => [time, rank]));
    for (const time of sorted) this.age.push(Math.ceil(-time / runs));
    const sums = new LinesByTime(sorted.length + runs);
    for (const { list } of this.segments) {
      for (const piece of list) {
        piece.time = ranks.get(piece.time) ?? 0;
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
    const { touches } = this.walk;
    const first = this.age.length;
    touches.forEach((touch, index) => {
      if (touch.front) this.fromAfar(touch, index, touch.high - touch.low, touch.perBlock);
      else if (touch.perBlock < 1) this.look(touch, index);
      else this.touch(touch, index, first + index);
    });
  }

  private record(
    touch: Touch,
    index: number,
    lines: number,
    weight: number,
    distance: number,
    together: number,
    blocks: number,
  ): void {
    this.step.push(touch.step);
    this.run.push(index);
    this.lines.push(lines);
    this.weight.push(weight);
    this.distance.push(distance);
    this.together.push(together);
    this.blocks.push(blocks);
    this.write.push(touch.write);
    this.kind.push(touch.kind);
  }

  /** Lines whose last touch has this time. */
  private known(touch: Touch, index: number, lines: number, time: number): void {
    const blocks = this.age[time] ?? 0;
    this.sums.since(time);
    const distance = this.sums.lines + Math.max(0, blocks - 1) * this.leaving;
    const together = this.sums.squares / this.sums.lines;
    if (blocks === 0 && distance < this.shortest) return;
    const motion = this.walk.zones[touch.zone];
    // A rewind in this block has just copied what lies before the position.
    const rewound = motion?.rewound && blocks > 0 ? 1 - 1 / motion.traverse : 1;
    this.record(touch, index, lines, touch.perBlock * rewound, distance, together, blocks);
  }

  /** Lines that a linear ring comes back to, wherever it stands on its way. */
  private fromAfar(touch: Touch, index: number, lines: number, weight: number): void {
    const motion = this.walk.zones[touch.zone];
    if (motion == null || !Number.isFinite(motion.traverse)) return;
    const { traverse, lookback } = motion;
    for (let q = 0; q < quantiles; q++) {
      const at = Math.floor(((q + 0.5) / quantiles) * traverse);
      const blocks = Math.max(1, at + 1, traverse - lookback);
      this.record(
        touch,
        index,
        lines,
        weight / quantiles,
        this.footprint(blocks),
        Number.POSITIVE_INFINITY,
        blocks,
      );
    }
  }

  private look(touch: Touch, index: number): void {
    const segments = this.segments[touch.zone] as Segments;
    const { list } = segments;
    for (let s = segments.after(touch.low); s < list.length; s++) {
      const piece = list[s] as Piece;
      if (piece.low >= touch.high) break;
      const lines = Math.min(piece.high, touch.high) - Math.max(piece.low, touch.low);
      this.known(touch, index, lines, piece.time);
    }
  }

  private touch(touch: Touch, index: number, time: number): void {
    const segments = this.segments[touch.zone] as Segments;
    const { list } = segments;
    const { low, high } = touch;
    const unseen: number[] = [];
    let covered = low;
    for (let s = segments.after(low); s < list.length; s++) {
      const piece = list[s] as Piece;
      if (piece.low >= high) break;
      const from = Math.max(piece.low, low);
      const to = Math.min(piece.high, high);
      if (from > covered) unseen.push(covered, from);
      this.known(touch, index, to - from, piece.time);
      this.take(piece, to - from);
      this.sums.add(time, to - from, 0);
      covered = to;
    }
    if (covered < high) unseen.push(covered, high);
    for (let u = 0; u < unseen.length; u += 2) {
      this.unseen(touch, index, unseen[u] as number, unseen[u + 1] as number);
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
  private unseen(touch: Touch, index: number, low: number, high: number): void {
    const motion = this.walk.zones[touch.zone];
    const time = this.age.length + index;
    this.sums.add(time, high - low, 0);
    if (motion == null) return;
    if (motion.period === 0) {
      this.fromAfar(touch, index, high - low, touch.perBlock);
      return;
    }
    const segments = this.segments[touch.zone] as Segments;
    const { list } = segments;
    // The same lines, one period ago.
    const from = low - motion.period;
    const to = high - motion.period;
    let seen = 0;
    for (let s = segments.after(from); s < list.length; s++) {
      const piece = list[s] as Piece;
      if (piece.low >= to) break;
      const lines = Math.min(piece.high, to) - Math.max(piece.low, from);
      this.known(touch, index, lines, piece.time);
      this.take(piece, lines);
      seen += lines;
    }
    if (seen > 0) segments.remove(from, to);
    if (high - low - seen <= 0) return;
    const blocks = Math.max(1, Math.ceil(motion.period / motion.advance) - motion.lookback);
    this.record(
      touch,
      index,
      high - low - seen,
      1,
      this.footprint(blocks),
      Number.POSITIVE_INFINITY,
      blocks,
    );
  }

  result(): Reuse {
    return {
      step: Int32Array.from(this.step),
      run: Int32Array.from(this.run),
      lines: Float64Array.from(this.lines),
      weight: Float64Array.from(this.weight),
      distance: Float64Array.from(this.distance),
      together: Float64Array.from(this.together),
      blocks: Int32Array.from(this.blocks),
      write: Uint8Array.from(this.write),
      kind: Uint8Array.from(this.kind),
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
