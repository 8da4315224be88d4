/**
 * One pass over the lines of a block in the steady state: how far back each was touched last. The host writes
 * touches and zones where the `place` functions say, as `reuse-layout.ts` has them, and reads records, ages and
 * the working set. A pass leaves nothing behind that the next one sees.
 */
import * as layout from '../../src/machine/memory/reuse-layout';
import { distinct, rankIn } from '../lists';
import { count, intervalsOf, isMoving, touch, zone, zoneCount, zoneOf } from './block';
import { Intervals } from './intervals';
import * as byTime from './lines-by-time';
import { clearRecords, listAges, record } from './records';
import { findWorkingSet, leaving, linesOf } from './working-set';

export { placeTouches, placeZones } from './block';
export { agesAt, agesLength, recordsAt, recordsLength } from './records';
export { setAt, setLength } from './working-set';

/** Parts of the way of a linear ring to its end, for each of which the block is looked at. */
const quantiles: i32 = 4;

/** Times before this block, in their order: of each its block, counted back. */
const times: i32[] = [];
/** Lines touched fewer lines ago than this, in the same block, are left out. */
let shortest: f64 = 0;
let leavingLines: f64 = 0;

function paintBlockBefore(): void {
  for (let t = 0; t < count; t++) {
    if (touch(t, layout.atWeight) < 1) continue;
    const z = zoneOf(t);
    const advance = max(zone(z, layout.atAdvance), 0);
    const low = touch(t, layout.atLow) - advance;
    intervalsOf(z).paint(low, touch(t, layout.atHigh) - advance, t - count);
  }
}

/** Replaces the times before this block by their ranks, so that lines can be summed over them. */
function rankTimes(): void {
  times.length = 0;
  for (let z = 0; z < zoneCount; z++) {
    const own = intervalsOf(z);
    for (let i = 0; i < own.count; i++) times.push(own.time[i]);
  }
  distinct(times);
  byTime.clear(times.length + count);
  for (let z = 0; z < zoneCount; z++) {
    const own = intervalsOf(z);
    for (let i = 0; i < own.count; i++) {
      own.time[i] = rankIn(times, own.time[i]);
      const length = own.high[i] - own.low[i];
      byTime.add(own.time[i], length, length * length);
    }
  }
  for (let i = 0; i < times.length; i++) times[i] = <i32>ceil(-(<f64>times[i]) / <f64>count);
}

/** Lines whose last touch has this time. */
function reused(t: i32, lines: f64, time: i32): void {
  const blocks: f64 = time < times.length ? <f64>times[time] : 0;
  byTime.since(time);
  const distance = byTime.lines + max(0, blocks - 1) * leavingLines;
  if (blocks === 0 && distance < shortest) return;
  const z = zoneOf(t);
  let weight = touch(t, layout.atWeight);
  // A rewind in this block has just copied what lies before the position.
  if (isMoving(z) && zone(z, layout.atRewound) === 1 && blocks > 0) {
    weight *= 1 - 1 / zone(z, layout.atTraverse);
  }
  record(touch(t, layout.atRun), weight, blocks, lines, distance, byTime.squares / byTime.lines);
}

function reusedAfter(t: i32, lines: f64, weight: f64, blocks: f64): void {
  const age = max(1, blocks);
  record(touch(t, layout.atRun), weight, age, lines, linesOf(age), Infinity);
}

/** Lines that a linear ring comes back to, wherever it stands on its way. */
function reusedFromAfar(t: i32, lines: f64): void {
  const z = zoneOf(t);
  const traverse = zone(z, layout.atTraverse);
  if (!isMoving(z) || traverse === Infinity) return;
  const weight = touch(t, layout.atWeight) / <f64>quantiles;
  for (let q = 0; q < quantiles; q++) {
    const at = floor(((<f64>q + 0.5) / <f64>quantiles) * traverse);
    reusedAfter(t, lines, weight, max(at + 1, traverse - zone(z, layout.atLookbackBlocks)));
  }
}

/** Takes lines out of the sums of an interval. */
function take(own: Intervals, i: i32, lines: f64): void {
  const length = own.high[i] - own.low[i];
  const left = length - lines;
  byTime.add(own.time[i], -lines, left * left - length * length);
}

/** What comes less than once a block changes nothing for the others. */
function look(t: i32, own: Intervals, low: f64, high: f64): void {
  for (let i = own.after(low); i < own.count && own.low[i] < high; i++) {
    reused(t, min(own.high[i], high) - max(own.low[i], low), own.time[i]);
  }
}

function reusedOnePeriodAgo(t: i32, own: Intervals, low: f64, high: f64): f64 {
  let seen: f64 = 0;
  for (let i = own.after(low); i < own.count && own.low[i] < high; i++) {
    const lines = min(own.high[i], high) - max(own.low[i], low);
    reused(t, lines, own.time[i]);
    take(own, i, lines);
    seen += lines;
  }
  if (seen > 0) own.remove(low, high);
  return seen;
}

/** Lines above all that a ring has touched on this round. */
function above(t: i32, own: Intervals, low: f64, high: f64): void {
  byTime.add(times.length + t, high - low, 0);
  const z = zoneOf(t);
  if (!isMoving(z)) return;
  const period = zone(z, layout.atPeriod);
  if (period === 0) {
    reusedFromAfar(t, high - low);
    return;
  }
  const rest = high - low - reusedOnePeriodAgo(t, own, low - period, high - period);
  const blocks = ceil(period / zone(z, layout.atAdvance)) - zone(z, layout.atLookbackBlocks);
  if (rest > 0) reusedAfter(t, rest, 1, blocks);
}

/** The lines of one touch that none before it has touched: from, to, from, to. */
const unseen: f64[] = [];

function pass(t: i32, own: Intervals, low: f64, high: f64): void {
  const time = times.length + t;
  const lines = high - low;
  const first = own.after(low);
  if (own.is(first, low, high)) {
    // Most runs are touched as they were before.
    reused(t, lines, own.time[first]);
    take(own, first, lines);
    byTime.add(time, lines, lines * lines);
    own.time[first] = time;
    return;
  }
  unseen.length = 0;
  let covered = low;
  for (let i = first; i <= own.count; i++) {
    const isLast = i === own.count || own.low[i] >= high;
    const from = isLast ? high : max(own.low[i], low);
    if (from > covered) {
      unseen.push(covered);
      unseen.push(from);
    }
    if (isLast) break;
    const to = min(own.high[i], high);
    reused(t, to - from, own.time[i]);
    take(own, i, to - from);
    byTime.add(time, to - from, 0);
    covered = to;
  }
  for (let i = 0; i < unseen.length; i += 2) above(t, own, unseen[i], unseen[i + 1]);
  byTime.add(time, 0, lines * lines);
  own.paint(low, high, time);
}

/** @param held lines touched fewer lines ago than this, in the same block, are left out */
export function findReuse(held: f64): void {
  shortest = held;
  paintBlockBefore();
  findWorkingSet();
  leavingLines = leaving();
  rankTimes();
  clearRecords();
  for (let t = 0; t < count; t++) {
    const low = touch(t, layout.atLow);
    const high = touch(t, layout.atHigh);
    if (touch(t, layout.atFront) === 1) reusedFromAfar(t, high - low);
    else if (touch(t, layout.atWeight) < 1) look(t, intervalsOf(zoneOf(t)), low, high);
    else pass(t, intervalsOf(zoneOf(t)), low, high);
  }
  listAges();
}
