/** The misses of every step behind caches of given sizes, from how far back its lines were touched last. */
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
} from '../../src/machine/touch-layout';
import { roomForNumbers, roomForWords } from '../lists';
import { kindOf, stepOf, writes } from './zones';

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

export function steadyMisses(): usize {
  return changetype<usize>(steady.misses);
}

export function coldMisses(): usize {
  return changetype<usize>(cold.misses);
}

/**
 * Two numbers for each step and server: lines that miss before anything has been fetched ahead, and further ones.
 * @param both of a cold block, too
 */
export function countMisses(steps: i32, serverCount: i32, both: bool): void {
  servers = serverCount;
  steady.clear(steps);
  if (both) cold.clear(steps);
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
