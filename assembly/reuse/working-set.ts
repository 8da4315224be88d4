/**
 * The distinct lines that blocks in a row touch: the working set of a window of so many blocks (Denning, "The
 * working set model for program behavior", 1968), in the steady state.
 */
import * as layout from '../../src/machine/memory/reuse-layout';
import { count, intervalsOf, isMoving, replaceIntervals, zone, zoneCount } from './block';
import { Intervals } from './intervals';

/** As `reuse-layout.ts` says. */
const words: f64[] = [];
let spare = new Intervals();

export function setAt(): usize {
  return words.dataStart;
}

export function setLength(): i32 {
  return words.length;
}

/** Lines that leave the windows of all rings with each block. */
export function leaving(): f64 {
  let all: f64 = 0;
  for (
    let at: i32 = 1;
    at < words.length;
    at += layout.setWords + <i32>words[at + layout.atGapCount]
  ) {
    all += words[at + layout.atBottoms] * words[at + layout.atSetAdvance];
  }
  return all;
}

/** Distinct lines that so many blocks in a row touch. */
export function linesOf(blocks: f64): f64 {
  let all = words[0];
  for (let at: i32 = 1; at < words.length; ) {
    const window = words[at + layout.atWindow];
    const moved = (blocks - 1) * words[at + layout.atSetAdvance];
    let lines = window + words[at + layout.atBottoms] * moved;
    const end = at + layout.setWords + <i32>words[at + layout.atGapCount];
    for (let gap = at + layout.setWords; gap < end; gap++) lines += min(words[gap], moved);
    all += min(lines, words[at + layout.atMost]);
    at = end;
  }
  return all;
}

function planeOf(z: i32, line: f64): f64 {
  const plane = zone(z, layout.atPlane);
  return plane === Infinity ? 0 : floor((line + zone(z, layout.atBefore) + 0.5) / plane);
}

/** Adds the lines that earlier blocks left, one advance each, from `bottom` up to `end`; those at the end last. */
function leaveBetween(filled: Intervals, bottom: f64, end: f64, advance: f64, last: i32): void {
  const first = filled.count;
  let time = last;
  for (let high = end; high > bottom; time -= count) {
    const low = max(bottom, high - advance);
    filled.append(low, high, time);
    high = low;
  }
  filled.reverse(first);
}

/**
 * Fills the gaps between the lines that the block before touched, which are those of this one, one advance
 * lower: between two taps each block has left one advance of lines. Times count touches: block k before this
 * one took the times from -k x their number.
 */
function fillGaps(z: i32): void {
  const own = intervalsOf(z);
  const advance = zone(z, layout.atAdvance);
  const filled = spare;
  filled.count = 0;
  const start = words.length;
  for (let word = 0; word < layout.setWords; word++) words.push(0);
  let window: f64 = 0;
  let bottoms: f64 = 0;
  for (let i = 0; i < own.count; i++) {
    const low = own.low[i];
    const time = own.time[i];
    window += own.high[i] - low;
    const end: f64 = i > 0 ? own.high[i - 1] : 0;
    if (i === 0 || planeOf(z, own.low[i - 1] + advance) !== planeOf(z, low + advance)) {
      if (i === 0 || end !== low) bottoms++;
    } else if (end !== low) {
      words.push(low - end);
      leaveBetween(filled, end, low, advance, time - count);
    }
    filled.append(low, own.high[i], time);
  }
  words[start + layout.atWindow] = window;
  words[start + layout.atBottoms] = bottoms;
  words[start + layout.atSetAdvance] = advance;
  words[start + layout.atMost] = max(window, zone(z, layout.atCapacity));
  words[start + layout.atGapCount] = <f64>(words.length - start - layout.setWords);
  replaceIntervals(z, filled);
  spare = own;
}

/** Finds the working set of the intervals at hand, the block before, and adds to them what earlier ones left. */
export function findWorkingSet(): void {
  words.length = 0;
  words.push(0);
  for (let z = 0; z < zoneCount; z++) {
    if (isMoving(z)) fillGaps(z);
    else {
      const own = intervalsOf(z);
      for (let i = 0; i < own.count; i++) words[0] += own.high[i] - own.low[i];
    }
  }
}
