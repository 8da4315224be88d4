/** One pass over the touches of a block in the steady state: how far back the lines of each were touched last. */
import {
  atAdvance,
  atAge,
  atDistance,
  atLines,
  atLookback,
  atPeriod,
  atRewound,
  atTogether,
  atTouch,
  atTraverse,
  atWeight,
  recordNumbers,
  recordWords,
} from '../../src/machine/memory/touch-layout';
import { distinct, rankIn, roomForNumbers, roomForWords } from '../lists';
import { addAt, clearTimes, linesSince, since, squaresSince } from './lines-by-time';
import { highOf, isFront, lowOf, touches, weightOf, zoneOf } from './runs';
import { clearTrails, footprint, layTrails, leavingLines } from './trails';
import { motionOf, moves, segmentsOf, zones } from './zones';

/** Parts of the way of a linear ring to its end, for each of which the block is looked at. */
const quantiles: i32 = 4;

/** What was found, as `touch-layout.ts` says. */
export let recordCount: i32 = 0;
export let records = new StaticArray<i32>(recordWords << 12);
export let recorded = new StaticArray<f64>(recordNumbers << 12);
/** Blocks since lines were touched, each number once and in their order; 0: in this block. */
export let ages = new StaticArray<i32>(1 << 8);
export let ageCount: i32 = 0;

/** Of each time: its block before this one; 0 for those of this block. */
let blockOf = new StaticArray<i32>(1 << 12);
/** Times before this block. */
let earlier: i32 = 0;
let leaving: f64 = 0;
/** Distances below this within a block are left out. */
let shortest: f64 = 0;
/** Times, and later ages, while they are put in order. */
let sorted = new StaticArray<i32>(1 << 12);
/** Lines of a touch that no segment has: lowest and highest of each piece. */
let unseen = new StaticArray<f64>(1 << 6);

function record(
  touch: i32,
  lines: f64,
  weight: f64,
  distance: f64,
  together: f64,
  blocks: i32,
): void {
  const count = recordCount++;
  records = roomForWords(records, recordCount * recordWords);
  recorded = roomForNumbers(recorded, recordCount * recordNumbers);
  records[count * recordWords + atTouch] = touch;
  records[count * recordWords + atAge] = blocks;
  const at = count * recordNumbers;
  recorded[at + atLines] = lines;
  recorded[at + atWeight] = weight;
  recorded[at + atDistance] = distance;
  recorded[at + atTogether] = together;
}

/** Lines whose last touch has this time. */
function known(touch: i32, lines: f64, time: i32): void {
  const blocks = blockOf[time];
  since(time);
  const distance = linesSince + <f64>max(0, blocks - 1) * leaving;
  if (blocks === 0 && distance < shortest) return;
  const zone = zoneOf(touch);
  // A rewind in this block has just copied what lies before the position.
  const rewound = moves(zone) && motionOf(zone, atRewound) !== 0 && blocks > 0;
  const weight = weightOf(touch) * (rewound ? 1 - 1 / motionOf(zone, atTraverse) : 1);
  record(touch, lines, weight, distance, squaresSince / linesSince, blocks);
}

/** Lines that a linear ring comes back to, wherever it stands on its way. */
function fromAfar(touch: i32, lines: f64, weight: f64): void {
  const zone = zoneOf(touch);
  if (!moves(zone)) return;
  const traverse = motionOf(zone, atTraverse);
  if (traverse === Infinity) return;
  const rest = traverse - motionOf(zone, atLookback);
  for (let q = 0; q < quantiles; q++) {
    const at = Math.floor(((<f64>q + 0.5) / <f64>quantiles) * traverse);
    const blocks = <i32>Math.max(1, Math.max(at + 1, rest));
    record(touch, lines, weight / <f64>quantiles, footprint(blocks), Infinity, blocks);
  }
}

/** Touches that come less than once a block: they change nothing for the others. */
function look(touch: i32): void {
  const low = lowOf(touch);
  const high = highOf(touch);
  const list = segmentsOf(zoneOf(touch));
  for (let s = list.after(low); s < list.count && list.low[s] < high; s++) {
    known(touch, Math.min(list.high[s], high) - Math.max(list.low[s], low), list.time[s]);
  }
}

/** Takes lines out of the sums of a segment of a zone. */
function take(zone: i32, segment: i32, lines: f64): void {
  const list = segmentsOf(zone);
  const length = list.high[segment] - list.low[segment];
  const left = length - lines;
  addAt(list.time[segment], -lines, left * left - length * length);
}

/** Lines above all that a ring has touched on this round. */
function above(touch: i32, low: f64, high: f64): void {
  const zone = zoneOf(touch);
  addAt(earlier + touch, high - low, 0);
  if (!moves(zone)) return;
  const period = motionOf(zone, atPeriod);
  if (period === 0) {
    fromAfar(touch, high - low, weightOf(touch));
    return;
  }
  const list = segmentsOf(zone);
  // The same lines, one period ago.
  const from = low - period;
  const to = high - period;
  let seen: f64 = 0;
  for (let s = list.after(from); s < list.count && list.low[s] < to; s++) {
    const lines = Math.min(list.high[s], to) - Math.max(list.low[s], from);
    known(touch, lines, list.time[s]);
    take(zone, s, lines);
    seen += lines;
  }
  if (seen > 0) list.remove(from, to);
  const rest = high - low - seen;
  if (rest <= 0) return;
  const round = Math.ceil(period / motionOf(zone, atAdvance)) - motionOf(zone, atLookback);
  const blocks = <i32>Math.max(1, round);
  record(touch, rest, 1, footprint(blocks), Infinity, blocks);
}

function pass(touch: i32): void {
  const low = lowOf(touch);
  const high = highOf(touch);
  const time = earlier + touch;
  const zone = zoneOf(touch);
  const list = segmentsOf(zone);
  const first = list.after(low);
  if (list.is(first, low, high)) {
    // Most runs are touched as they were before.
    const lines = high - low;
    known(touch, lines, list.time[first]);
    take(zone, first, lines);
    addAt(time, lines, lines * lines);
    list.time[first] = time;
    return;
  }
  let pieces: i32 = 0;
  let covered = low;
  for (let s = first; s < list.count && list.low[s] < high; s++) {
    const from = Math.max(list.low[s], low);
    const to = Math.min(list.high[s], high);
    if (from > covered) {
      unseen = roomForNumbers(unseen, pieces + 2);
      unseen[pieces++] = covered;
      unseen[pieces++] = from;
    }
    known(touch, to - from, list.time[s]);
    take(zone, s, to - from);
    addAt(time, to - from, 0);
    covered = to;
  }
  if (covered < high) {
    unseen = roomForNumbers(unseen, pieces + 2);
    unseen[pieces++] = covered;
    unseen[pieces++] = high;
  }
  for (let u = 0; u < pieces; u += 2) above(touch, unseen[u], unseen[u + 1]);
  addAt(time, 0, (high - low) * (high - low));
  list.paint(low, high, time);
}

/** Lays down what the blocks before this one have left. */
function before(): void {
  clearTrails();
  for (let t = 0; t < touches; t++) {
    if (weightOf(t) < 1) continue;
    const zone = zoneOf(t);
    const advance = moves(zone) ? motionOf(zone, atAdvance) : 0;
    segmentsOf(zone).paint(lowOf(t) - advance, highOf(t) - advance, t - touches);
  }
  layTrails(touches);
  leaving = leavingLines();
}

/** Replaces the times before this block by their ranks, so that lines can be summed over them. */
function rank(): void {
  let count: i32 = 0;
  for (let z = 0; z < zones; z++) {
    const list = segmentsOf(z);
    sorted = roomForWords(sorted, count + list.count);
    for (let i = 0; i < list.count; i++) sorted[count++] = list.time[i];
  }
  earlier = distinct(sorted, count);
  blockOf = roomForWords(blockOf, earlier + touches);
  for (let i = 0; i < earlier; i++) {
    blockOf[i] = <i32>Math.ceil(-(<f64>sorted[i]) / <f64>touches);
  }
  memory.fill(changetype<usize>(blockOf) + ((<usize>earlier) << 2), 0, (<usize>touches) << 2);
  clearTimes(earlier + touches);
  for (let z = 0; z < zones; z++) {
    const list = segmentsOf(z);
    for (let i = 0; i < list.count; i++) {
      list.time[i] = rankIn(sorted, earlier, list.time[i]);
      const length = list.high[i] - list.low[i];
      addAt(list.time[i], length, length * length);
    }
  }
}

/** Replaces the blocks of records by their place among the ages. */
function order(): void {
  sorted = roomForWords(sorted, recordCount);
  for (let r = 0; r < recordCount; r++) sorted[r] = records[r * recordWords + atAge];
  ageCount = distinct(sorted, recordCount);
  ages = roomForWords(ages, ageCount);
  for (let a = 0; a < ageCount; a++) ages[a] = sorted[a];
  for (let r = 0; r < recordCount; r++) {
    const at = r * recordWords + atAge;
    records[at] = rankIn(sorted, ageCount, records[at]);
  }
}

/** Of the touches and zones at hand. @param held distances within a block below it are left out */
export function findReuse(held: f64): void {
  shortest = held;
  recordCount = 0;
  before();
  rank();
  for (let t = 0; t < touches; t++) {
    if (isFront(t)) fromAfar(t, highOf(t) - lowOf(t), weightOf(t));
    else if (weightOf(t) < 1) look(t);
    else pass(t);
  }
  order();
}
