/**
 * The distinct lines that blocks in a row touch: the working set of a window of so many blocks (Denning, "The
 * working set model for program behavior", 1968), in the steady state.
 */
import type { Interval, Intervals } from './intervals.ts';
import type { MovingZone, Zone } from './zones.ts';

interface MovingSet {
  readonly zone: MovingZone;
  /** Lines that one block touches. */
  readonly window: number;
  /** Planes below whose lowest tap lines are left that nothing reads again. */
  readonly bottoms: number;
  /** Lines between taps, which later blocks fill. */
  readonly gaps: readonly number[];
}

export class WorkingSet {
  private readonly still: number;
  private readonly moving: readonly MovingSet[];

  constructor(still: number, moving: readonly MovingSet[]) {
    this.still = still;
    this.moving = moving;
  }

  /** Lines that leave the windows of all rings with each block. */
  get leaving(): number {
    return this.moving.reduce((sum, { bottoms, zone }) => sum + bottoms * zone.advance, 0);
  }

  /** Distinct lines that so many blocks in a row touch. */
  lines(blocks: number): number {
    let all = this.still;
    for (const { zone, window, bottoms, gaps } of this.moving) {
      const moved = (blocks - 1) * zone.advance;
      let lines = window + bottoms * moved;
      for (const gap of gaps) lines += Math.min(gap, moved);
      all += Math.min(lines, Math.max(window, zone.capacity));
    }
    return all;
  }
}

const planeOf = ({ plane, before }: MovingZone, line: number): number =>
  plane === Number.POSITIVE_INFINITY ? 0 : Math.floor((line + before + 0.5) / plane);

/** The lines that earlier blocks left, one advance each, from `bottom` up to `end`; those at the end last. */
const leftBetween = (
  bottom: number,
  end: number,
  advance: number,
  time: number,
  touches: number,
): readonly Interval[] => {
  const left: Interval[] = [];
  for (let [high, at] = [end, time]; high > bottom; at -= touches) {
    const low = Math.max(bottom, high - advance);
    left.push({ low, high, time: at });
    high = low;
  }
  return left.reverse();
};

/**
 * Fills the gaps between the lines that the block before touched, which are those of this one, one advance
 * lower: between two taps each block has left one advance of lines. Times count touches: block k before this
 * one took the times from -k x `touches`.
 */
const fillGaps = (intervals: Intervals, zone: MovingZone, touches: number): MovingSet => {
  const { advance } = zone;
  const filled: Interval[] = [];
  const gaps: number[] = [];
  let [window, bottoms] = [0, 0];
  let below: Interval | null = null;
  for (const interval of intervals.list) {
    const { low, high, time } = interval;
    window += high - low;
    if (below === null || planeOf(zone, below.low + advance) !== planeOf(zone, low + advance)) {
      if (below?.high !== low) bottoms++;
    } else if (below.high !== low) {
      gaps.push(low - below.high);
      filled.push(...leftBetween(below.high, low, advance, time - touches, touches));
    }
    filled.push(interval);
    below = interval;
  }
  intervals.list = filled;
  return { zone, window, bottoms, gaps };
};

/** @param intervals of each zone: the block before, to which what earlier ones left is added */
export const workingSetOf = (
  zones: readonly Zone[],
  intervals: readonly Intervals[],
  touches: number,
): WorkingSet => {
  let still = 0;
  const moving: MovingSet[] = [];
  intervals.forEach((own, z) => {
    const zone = zones[z] ?? null;
    if (zone !== null) moving.push(fillGaps(own, zone, touches));
    else for (const { low, high } of own.list) still += high - low;
  });
  return new WorkingSet(still, moving);
};
