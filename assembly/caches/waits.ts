/** What every step waits for caches of given sizes, from how far back its lines were touched last. */
import {
  atAge,
  atDistance,
  atLevelLines,
  atLines,
  atMissLines,
  atSets,
  atTogether,
  atTouch,
  atWeight,
  levelNumbers,
  recordNumbers,
  recordWords,
} from '../../src/machine/memory/touch-layout';
import { roomForNumbers, roomForWords } from '../lists';
import { kindOf, stepOf, writes } from './runs';

let recordCount: i32 = 0;
let records = new StaticArray<i32>(recordWords << 12);
let recorded = new StaticArray<f64>(recordNumbers << 12);
/** Of each age: lines that the other programs touch in so many blocks; less than none in this block. */
let others = new StaticArray<f64>(1 << 8);
let levelCount: i32 = 0;
let levels = new StaticArray<f64>(levelNumbers << 2);
/** The server behind all levels of each kind of data. */
let last = new StaticArray<i32>(4);
let servers: i32 = 0;

/** Where the host writes the words of so many records. */
export function placeRecords(count: i32): usize {
  recordCount = count;
  records = roomForWords(records, count * recordWords);
  recorded = roomForNumbers(recorded, count * recordNumbers);
  return changetype<usize>(records);
}

/** Where the host writes their numbers. */
export function placeRecorded(): usize {
  return changetype<usize>(recorded);
}

/** Where the host writes what the others touch, for so many ages. */
export function placeOthers(count: i32): usize {
  others = roomForNumbers(others, count);
  return changetype<usize>(others);
}

/** Where the host writes the numbers of so many levels. */
export function placeLevels(count: i32): usize {
  levelCount = count;
  levels = roomForNumbers(levels, count * levelNumbers);
  return changetype<usize>(levels);
}

/** Where the host writes the last server of so many kinds. */
export function placeLast(count: i32): usize {
  last = roomForWords(last, count);
  return changetype<usize>(last);
}

/** Lines of a run that must miss before a prefetcher has understood it. */
const training: f64 = 2;

/**
 * The share of lines, last touched `distance` lines ago, that a level has dropped. Each piece of `together`
 * consecutive lines falls into a set or not, wherever it lies; the number of lines in a set is taken to
 * be uniform around its mean, with that variance.
 */
function dropped(level: i32, distance: f64, together: f64): f64 {
  const sets = levels[level * levelNumbers + atSets];
  const ways = levels[level * levelNumbers + atLevelLines] / sets;
  const mean = distance / sets;
  const spread = Math.max(0, 1 - together / sets) * mean;
  const share = 0.5 + (mean - ways - 0.5) / Math.sqrt(1 + 12 * spread);
  return Math.min(1, Math.max(0, share));
}

/** Adds up misses, record by record. */
class Tally {
  misses: StaticArray<f64> = new StaticArray<f64>(1 << 12);
  private before: i32 = -1;
  private missed: f64 = 0;

  clear(steps: i32): void {
    const count = steps * servers * 2;
    this.misses = roomForNumbers(this.misses, count);
    memory.fill(changetype<usize>(this.misses), 0, (<usize>count) << 3);
    this.before = -1;
    this.missed = 0;
  }

  /**
   * The lines of record `r`, of which the first level misses a share.
   * @param since distinct lines touched since
   * @param evicted all levels but the outermost have lost them
   */
  add(r: i32, share: f64, since: f64, evicted: bool): void {
    const touch = records[r * recordWords + atTouch];
    const numbers = r * recordNumbers;
    const together = recorded[numbers + atTogether];
    if (touch !== this.before) {
      this.before = touch;
      this.missed = 0;
    }
    const all = share * recorded[numbers + atLines];
    const trained = Math.min(this.missed + all, training) - this.missed;
    const first = writes(touch) ? 0 : Math.max(0, trained);
    this.missed += all;
    const at = stepOf(touch) * servers * 2;
    const times = recorded[numbers + atWeight];
    let left = share;
    for (let l = 1; l <= levelCount && left > 0; l++) {
      let beyond: f64 = 0;
      let server = last[kindOf(touch)];
      if (l < levelCount) {
        const lost = evicted && l < levelCount - 1 ? 1 : dropped(l, since, together);
        beyond = Math.min(left, lost / levels[l * levelNumbers + atMissLines]);
        server = l - 1;
      }
      const part = ((left - beyond) / share) * times;
      const index = at + server * 2;
      this.misses[index] += part * first;
      this.misses[index + 1] += part * (all - first);
      left = beyond;
    }
  }
}

/** In the steady state. */
const steady = new Tally();
/** Of a block whose inner caches others have used meanwhile. */
const cold = new Tally();

/** What a line of each server costs: the first ones of a run, and those fetched ahead; at both ends. */
let costs = new StaticArray<f64>(1 << 4);
/** What each step waits for each server in the steady state, server by server. */
let waits = new StaticArray<f64>(1 << 12);
/** What each step waits in all: in the steady state, then of a cold block. */
let totals = new StaticArray<f64>(1 << 12);

/** Where the host writes the costs of so many servers: two numbers each, then as many at the worst end. */
export function placeCosts(count: i32): usize {
  costs = roomForNumbers(costs, count * 4);
  return changetype<usize>(costs);
}

export function waitsAt(): usize {
  return changetype<usize>(waits);
}

export function totalsAt(): usize {
  return changetype<usize>(totals);
}

/** Counts the misses of each step: lines that miss before anything has been fetched ahead, and further ones. */
function countMisses(both: bool): void {
  for (let r = 0; r < recordCount; r++) {
    const numbers = r * recordNumbers;
    const around = others[records[r * recordWords + atAge]];
    const before = around >= 0;
    const since = recorded[numbers + atDistance] + (before ? around : 0);
    const share = dropped(0, since, recorded[numbers + atTogether]);
    if (share > 0) steady.add(r, share, since, false);
    if (!both) continue;
    if (before) cold.add(r, 1, since, true);
    else if (share > 0) cold.add(r, share, since, false);
  }
}

function waitOf(tally: Tally, step: i32, server: i32, cost: i32): f64 {
  const at = (step * servers + server) * 2;
  return tally.misses[at] * costs[cost] + tally.misses[at + 1] * costs[cost + 1];
}

/** @param both of a cold block, too */
export function findWaits(steps: i32, serverCount: i32, both: bool): void {
  servers = serverCount;
  steady.clear(steps);
  if (both) cold.clear(steps);
  countMisses(both);
  waits = roomForNumbers(waits, steps * servers);
  totals = roomForNumbers(totals, steps * 2);
  for (let step: i32 = 0; step < steps; step++) {
    let all: f64 = 0;
    let worst: f64 = 0;
    for (let server: i32 = 0; server < servers; server++) {
      const wait = waitOf(steady, step, server, server * 2);
      waits[server * steps + step] = wait;
      all += wait;
      if (both) worst += waitOf(cold, step, server, (servers + server) * 2);
    }
    totals[step] = all;
    totals[steps + step] = worst;
  }
}
