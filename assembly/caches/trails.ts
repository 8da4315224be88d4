/** Where the lines of rings were touched last when a block starts, and how many lines blocks in a row touch. */
import {
  atAdvance,
  atBefore,
  atBottoms,
  atCapacity,
  atGapEnd,
  atPlane,
  atWindow,
  trailNumbers,
} from '../../src/machine/memory/touch-layout';
import { roomForNumbers } from '../lists';
import { Segments } from './segments';
import { clearSegments, exchange, motionOf, moves, segmentsOf, zones } from './zones';

/**
 * Of each zone that moves: the lines that a block touches; the gaps below the lowest tap of a plane, which
 * nothing reads again; the end of its gaps in the list.
 */
let trails = new StaticArray<f64>(trailNumbers << 8);
/** Gaps between taps, which later blocks fill. */
let gaps = new StaticArray<f64>(1 << 8);
export let gapCount: i32 = 0;
/** Lines of zones that lie still. */
export let still: f64 = 0;

let spare = new Segments();

/** Where the host writes or reads the numbers of every zone's trail. */
export function placeTrails(): usize {
  trails = roomForNumbers(trails, zones * trailNumbers);
  return changetype<usize>(trails);
}

/** Where the host writes or reads so many gaps. */
export function placeGaps(count: i32): usize {
  gaps = roomForNumbers(gaps, count);
  return changetype<usize>(gaps);
}

export function setStill(lines: f64): void {
  still = lines;
}

/** Begins anew. */
export function clearTrails(): void {
  clearSegments();
  placeTrails();
  memory.fill(changetype<usize>(trails), 0, (<usize>(zones * trailNumbers)) << 3);
  gapCount = 0;
  still = 0;
}

function planeOf(zone: i32, line: f64): f64 {
  const plane = motionOf(zone, atPlane);
  if (plane === Infinity) return 0;
  return Math.floor((line + motionOf(zone, atBefore) + 0.5) / plane);
}

/** Appends the lines that earlier blocks left, one advance each, from `end` down to `bottom`. */
function fill(bottom: f64, end: f64, advance: f64, time: i32, runs: i32): void {
  const first = spare.count;
  while (end > bottom) {
    const start = Math.max(bottom, end - advance);
    spare.append(start, end, time);
    end = start;
    time -= runs;
  }
  spare.reverse(first);
}

/**
 * Fills the gaps between the lines that the block before touched, which are those of this one, one advance
 * lower: between two taps each block has left one advance of lines. Times count runs: block k before this
 * one took the times from -k x runs.
 */
function lay(zone: i32, runs: i32): void {
  const list = segmentsOf(zone);
  const advance = motionOf(zone, atAdvance);
  let window: f64 = 0;
  let bottoms: f64 = 0;
  spare.clear();
  for (let i = 0; i < list.count; i++) {
    const low = list.low[i];
    const high = list.high[i];
    window += high - low;
    const below = i === 0 ? low : list.high[i - 1];
    if (i === 0 || below !== low) {
      if (i === 0 || planeOf(zone, list.low[i - 1] + advance) !== planeOf(zone, low + advance)) {
        bottoms++;
      } else {
        gaps = roomForNumbers(gaps, gapCount + 1);
        gaps[gapCount++] = low - below;
        fill(below, low, advance, list.time[i] - runs, runs);
      }
    }
    spare.append(low, high, list.time[i]);
  }
  spare = exchange(zone, spare);
  const at = zone * trailNumbers;
  trails[at + atWindow] = window;
  trails[at + atBottoms] = bottoms;
}

/** Of all zones, whose segments hold the block before. */
export function layTrails(runs: i32): void {
  for (let z = 0; z < zones; z++) {
    if (moves(z)) lay(z, runs);
    else {
      const list = segmentsOf(z);
      for (let i = 0; i < list.count; i++) still += list.high[i] - list.low[i];
    }
    trails[z * trailNumbers + atGapEnd] = <f64>gapCount;
  }
}

/** Lines that leave the windows of all rings with each block. */
export function leavingLines(): f64 {
  let lines: f64 = 0;
  for (let z = 0; z < zones; z++) {
    if (moves(z)) lines += trails[z * trailNumbers + atBottoms] * motionOf(z, atAdvance);
  }
  return lines;
}

/** Distinct lines that so many blocks in a row touch. */
export function footprint(blocks: i32): f64 {
  let all = still;
  let gap: i32 = 0;
  for (let z = 0; z < zones; z++) {
    const at = z * trailNumbers;
    const end = <i32>trails[at + atGapEnd];
    if (!moves(z)) continue;
    const window = trails[at + atWindow];
    const moved = <f64>(blocks - 1) * motionOf(z, atAdvance);
    let lines = window + trails[at + atBottoms] * moved;
    for (; gap < end; gap++) lines += Math.min(gaps[gap], moved);
    all += Math.min(lines, Math.max(window, motionOf(z, atCapacity)));
  }
  return all;
}
