/**
 * Which memory a template touches, in the order of first touch: runs of consecutive floats per slot.
 * What is touched again within one execution is taken to be in the level-1 cache still.
 */
import {
  atBody,
  atFirstTerm,
  atFlags,
  atFloats,
  atLoop,
  atNext,
  atOffset,
  atTerms,
  atTrips,
  isStore,
  loopMark,
} from '../../src/machine/pipeline/code-layout';
import {
  atRunHigh,
  atRunLow,
  atRunSlot,
  atRunWrite,
  runWords,
} from '../../src/machine/pipeline/run-layout';
import { roomForNumbers, roomForWords } from '../lists';
import { addressOf, isMemory, loops, slots, text, textLength } from './text';

/** Touches this close to a run belong to it: a cache line of 16 floats. */
const near: i32 = 16;

/** What was found, as `run-layout.ts` says. */
export let runs = new StaticArray<i32>(runWords << 8);
export let runCount: i32 = 0;
/** Memory instructions executed per slot. */
export let accessesOf = new StaticArray<f64>(1 << 6);

/**
 * Of each run: the run of its slot that was opened before it; where it would end if a loop went on; the
 * access that would lead it there; how far the next trip has left it.
 */
let before = new StaticArray<i32>(1 << 8);
let reach = new StaticArray<i32>(1 << 8);
let ahead = new StaticArray<i32>(1 << 8);
let left = new StaticArray<i32>(1 << 8);
/** Of each slot: its run that was opened last; 1 while further trips of a loop only lengthen its runs. */
let newest = new StaticArray<i32>(1 << 6);
let settled = new StaticArray<i32>(1 << 6);
/** Of each slot: 1 while everything in the loop at hand stays in its runs. */
let staying = new StaticArray<i32>(1 << 6);

/** Of each place in the text: the access there. */
let accessAt = new StaticArray<i32>(1 << 14);
let accesses: i32 = 0;
/**
 * Of each access, in the order of the text: its address and whether it is a store; the run in which it
 * landed (-1 where loops took it to several); in a loop its lowest and highest start in the trip just
 * walked, and how far a trip takes it.
 */
let addresses = new StaticArray<i32>(1 << 8);
let stores = new StaticArray<i32>(1 << 8);
let landed = new StaticArray<i32>(1 << 8);
let first = new StaticArray<i32>(1 << 8);
let last = new StaticArray<i32>(1 << 8);
let strides = new StaticArray<i32>(1 << 8);

/**
 * Of each loop: the accesses in it from the first to the end; its trips; whether they move an access; 1
 * while it is walked; the trip at which it stands.
 */
let firstOf = new StaticArray<i32>(1 << 6);
let endOf = new StaticArray<i32>(1 << 6);
let trips = new StaticArray<i32>(1 << 6);
let moving = new StaticArray<i32>(1 << 6);
let open = new StaticArray<i32>(1 << 6);
let counters = new StaticArray<i32>(1 << 6);

/** Slots that loops have settled, those of the innermost loop last. */
let settledSlots = new StaticArray<i32>(1 << 6);
let settledCount: i32 = 0;

function slotOf(access: i32): i32 {
  return text[addresses[access]];
}

function floatsOf(access: i32): i32 {
  return text[addresses[access] + atFloats];
}

function isMovedBy(access: i32, loop: i32): bool {
  const at = addresses[access] + atFirstTerm;
  const end = at + 2 * text[addresses[access] + atTerms];
  for (let term = at; term < end; term += 2) if (text[term] === loop) return true;
  return false;
}

function add(at: i32, times: f64): void {
  accessAt[at] = accesses;
  addresses = roomForWords(addresses, accesses + 1);
  stores = roomForWords(stores, accesses + 1);
  landed = roomForWords(landed, accesses + 1);
  first = roomForWords(first, accesses + 1);
  last = roomForWords(last, accesses + 1);
  strides = roomForWords(strides, accesses + 1);
  addresses[accesses] = addressOf(at);
  stores[accesses] = text[at + atFlags] & isStore ? 1 : 0;
  landed[accesses] = -1;
  accessesOf[slotOf(accesses)] += times;
  accesses++;
}

/** The accesses among nodes that are executed so many times. */
function collect(from: i32, end: i32, times: f64): void {
  for (let at = from; at < end; at = text[at + atNext]) {
    if (text[at] !== loopMark) {
      if (isMemory(at)) add(at, times);
      continue;
    }
    const loop = text[at + atLoop];
    trips[loop] = text[at + atTrips];
    firstOf[loop] = accesses;
    collect(at + atBody, text[at + atNext], times * <f64>trips[loop]);
    endOf[loop] = accesses;
    moving[loop] = 0;
    if (trips[loop] === 1) continue;
    for (let a = firstOf[loop]; a < accesses; a++) {
      if (isMovedBy(a, loop)) moving[loop] = 1;
    }
  }
}

function openRun(access: i32, start: i32): void {
  const run = runCount++;
  runs = roomForWords(runs, runCount * runWords);
  before = roomForWords(before, runCount);
  reach = roomForWords(reach, runCount);
  ahead = roomForWords(ahead, runCount);
  left = roomForWords(left, runCount);
  const slot = slotOf(access);
  const at = run * runWords;
  runs[at + atRunSlot] = slot;
  runs[at + atRunLow] = start;
  runs[at + atRunHigh] = start + floatsOf(access);
  runs[at + atRunWrite] = stores[access];
  before[run] = newest[slot];
  newest[slot] = run;
  landed[access] = run;
}

function touch(access: i32): void {
  const slot = slotOf(access);
  if (settled[slot] === 1) return;
  const address = addresses[access];
  let start = text[address + atOffset];
  const end = address + atFirstTerm + 2 * text[address + atTerms];
  for (let term = address + atFirstTerm; term < end; term += 2) {
    start += counters[text[term]] * text[term + 1];
  }
  for (let run = newest[slot]; run >= 0; run = before[run]) {
    const at = run * runWords;
    if (start < runs[at + atRunLow] || start > runs[at + atRunHigh] + near) continue;
    runs[at + atRunHigh] = max(runs[at + atRunHigh], start + floatsOf(access));
    runs[at + atRunWrite] |= stores[access];
    landed[access] = run;
    return;
  }
  openRun(access, start);
}

/** Finds where the trip at which a loop stands takes an access, and how far the next one. */
function spread(access: i32, loop: i32): void {
  const address = addresses[access];
  let lowest = text[address + atOffset];
  let highest = lowest;
  let own: i32 = 0;
  const end = address + atFirstTerm + 2 * text[address + atTerms];
  for (let term = address + atFirstTerm; term < end; term += 2) {
    const other = text[term];
    const stride = text[term + 1];
    if (other === loop) own += stride;
    if (open[other] === 1) {
      lowest += counters[other] * stride;
      highest += counters[other] * stride;
    } else {
      const far = stride * (trips[other] - 1);
      if (far < 0) lowest += far;
      else highest += far;
    }
  }
  first[access] = lowest;
  last[access] = highest;
  strides[access] = own;
}

/** Whether an access lands in its run in every further trip. Asked of one after another. */
function staysIn(access: i32, further: i32): bool {
  const run = landed[access];
  const stride = strides[access];
  if (run < 0 || ahead[run] < 0 || stride < 0) return false;
  const leader = ahead[run];
  const floats = floatsOf(access);
  // Where the trip before has left the run, by its own touch or by that of one at least as quick; or
  // where those before it in the same trip leave it.
  const here = max(last[access] + floats, last[leader] + floatsOf(leader));
  const end = max(here, left[run]);
  if (stride === strides[leader]) left[run] = max(left[run], first[access] + stride + floats);
  if (last[access] + stride > end + near) return false;
  // Of several runs, the one that was opened last is taken.
  for (let newer = newest[slotOf(access)]; newer !== run; newer = before[newer]) {
    if (newer < 0) return false;
    const low = runs[newer * runWords + atRunLow];
    if (last[access] + stride * further >= low && first[access] + stride <= reach[newer] + near) {
      return false;
    }
  }
  return true;
}

/** How far each run would reach at the end of a loop, and which access would lead it there. */
function foresee(loop: i32, further: i32): void {
  for (let run: i32 = 0; run < runCount; run++) {
    reach[run] = runs[run * runWords + atRunHigh];
    ahead[run] = -1;
    left[run] = i32.MIN_VALUE;
  }
  for (let a = firstOf[loop]; a < endOf[loop]; a++) {
    if (settled[slotOf(a)] === 1) continue;
    spread(a, loop);
    const run = landed[a];
    if (run < 0) continue;
    reach[run] = max(reach[run], last[a] + strides[a] * further + floatsOf(a));
    const other = ahead[run];
    if (other < 0) {
      ahead[run] = a;
      continue;
    }
    const quicker = strides[a] - strides[other];
    if (quicker > 0 || (quicker === 0 && last[a] > last[other])) ahead[run] = a;
  }
}

/**
 * Where all further trips of a loop touch the runs of a slot that the trip just walked touched, each access
 * its own, they lengthen these runs, which needs no walk: such slots are settled.
 */
function settle(loop: i32): void {
  const further = trips[loop] - 1 - counters[loop];
  foresee(loop, further);
  for (let slot: i32 = 0; slot < slots; slot++) staying[slot] = 0;
  for (let a = firstOf[loop]; a < endOf[loop]; a++) {
    if (settled[slotOf(a)] === 0) staying[slotOf(a)] = 1;
  }
  for (let a = firstOf[loop]; a < endOf[loop]; a++) {
    if (settled[slotOf(a)] === 0 && !staysIn(a, further)) staying[slotOf(a)] = 0;
  }
  for (let run: i32 = 0; run < runCount; run++) {
    if (staying[runs[run * runWords + atRunSlot]] === 1) {
      runs[run * runWords + atRunHigh] = reach[run];
    }
  }
  for (let slot: i32 = 0; slot < slots; slot++) {
    if (staying[slot] === 0) continue;
    settled[slot] = 1;
    settledSlots = roomForWords(settledSlots, settledCount + 1);
    settledSlots[settledCount++] = slot;
  }
}

/** Forgets that the slots from `from` on are settled. */
function unsettle(from: i32): void {
  while (settledCount > from) settled[settledSlots[--settledCount]] = 0;
}

function isAllSettled(loop: i32): bool {
  for (let a = firstOf[loop]; a < endOf[loop]; a++) {
    if (settled[slotOf(a)] === 0) return false;
  }
  return true;
}

function walkLoop(at: i32): void {
  const loop = text[at + atLoop];
  const body = at + atBody;
  const end = text[at + atNext];
  open[loop] = 1;
  counters[loop] = 0;
  walk(body, end);
  if (moving[loop] === 1) {
    const outer = settledCount;
    settle(loop);
    const soon = settledCount;
    for (let i: i32 = 1; i < trips[loop] && !isAllSettled(loop); i++) {
      counters[loop] = i;
      walk(body, end);
      // What landed beside a run that the first trip opened later lands in that one now.
      if (i === 1) settle(loop);
    }
    unsettle(soon);
    for (let a = firstOf[loop]; a < endOf[loop]; a++) {
      if (settled[slotOf(a)] === 0) landed[a] = -1;
    }
    unsettle(outer);
  }
  open[loop] = 0;
}

function walk(from: i32, end: i32): void {
  for (let at = from; at < end; at = text[at + atNext]) {
    if (text[at] === loopMark) {
      const loop = text[at + atLoop];
      if (firstOf[loop] < endOf[loop]) walkLoop(at);
    } else if (isMemory(at)) touch(accessAt[at]);
  }
}

function prepareSlots(): void {
  accessesOf = roomForNumbers(accessesOf, slots);
  newest = roomForWords(newest, slots);
  settled = roomForWords(settled, slots);
  staying = roomForWords(staying, slots);
  for (let slot: i32 = 0; slot < slots; slot++) {
    accessesOf[slot] = 0;
    newest[slot] = -1;
    settled[slot] = 0;
  }
}

function prepareLoops(): void {
  firstOf = roomForWords(firstOf, loops);
  endOf = roomForWords(endOf, loops);
  trips = roomForWords(trips, loops);
  moving = roomForWords(moving, loops);
  open = roomForWords(open, loops);
  counters = roomForWords(counters, loops);
  for (let loop: i32 = 0; loop < loops; loop++) {
    trips[loop] = 0;
    open[loop] = 0;
    counters[loop] = 0;
  }
}

export function findTouches(): void {
  runCount = 0;
  accesses = 0;
  settledCount = 0;
  accessAt = roomForWords(accessAt, textLength);
  prepareSlots();
  prepareLoops();
  collect(0, textLength, 1);
  walk(0, textLength);
}
