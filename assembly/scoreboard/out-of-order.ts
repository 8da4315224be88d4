/**
 * The scoreboard of an out-of-order core: micro-operations enter in program order, at most `width` a
 * cycle and `window` instructions ahead of the oldest; they start when sources and a port are free,
 * oldest first, and leave in order.
 */
import * as op from '../../src/machine/pipeline/code-layout';
import * as layout from '../../src/machine/pipeline/core-layout';
import { causes } from './causes';
import * as core from './core';
import { partly, put, storedAt } from './stores';

/** Cycles for which a port's bookings are remembered; more than the deepest window can span. */
const horizonShift: i32 = 13;
const horizonMask: i32 = (1 << horizonShift) - 1;
/** Leaves room for the cycles of one more template below 2^31. */
const stampLimit: i32 = 1 << 30;

/** The cycle in which the newest instruction retires. */
export let retire: i32 = 0;
/** The latest completion since the caller set it back to 0. */
export let latest: i32 = 0;
/** Instructions executed. */
export let executed: i32 = 0;

let ready = new StaticArray<i32>(1 << 10);
/** Why a register is late: the cause that its producer waited for. */
let why = new StaticArray<u8>(1 << 10);
/**
 * For a booked cycle of a port, at [port << horizonShift | cycle & horizonMask]: one from which on the port
 * may be free, and all before it are booked; plus the stamp. Anything up to the cycle itself: it is free.
 */
let booked = new StaticArray<i32>(0);
/** Larger than any booking of earlier templates, so that nobody need clear the list for the next one. */
let stamp: i32 = 1;
let lastBooked: i32 = 0;
/** When each of the last `window` instructions retired, and the place of the next one. */
let retired = new StaticArray<i32>(1 << 10);
let place: i32 = 0;
/** The cycle of dispatch, and how many micro-operations have entered in it. */
let dispatch: i32 = 0;
let used: i32 = 0;
/** The cycle of fetch, how many instructions came in it, and before which none do, and why. */
let fetch: i32 = 0;
let fetched: i32 = 0;
let hold: i32 = 0;
let holdCause: i32 = op.frontEnd;
/** When each of the last `fetchQueue` instructions was dispatched, and the place of the next one. */
let queue = new StaticArray<i32>(1 << 6);
let queued: i32 = 0;
/** When the target of the newest branch was known. */
let predicted: i32 = 0;
/** When each branch was met last, by its place in the code and counted in branches that are not met all the time. */
let met = new StaticArray<i32>(1 << 10);
let meetings: i32 = 0;
/** What each guess has of its next wrong one, and whether it was taken last. */
let wrong = new StaticArray<i32>(1 << 10);
let taken = new StaticArray<u8>(1 << 10);
/** The start of the newest branch. */
let branched: i32 = 0;
/** Nothing is dispatched before, and why. */
let next: i32 = 0;
let nextCause: i32 = op.frontEnd;
/** How many have retired in the newest cycle. */
let leaving: i32 = 0;

/** Back to the start, for the core and the code at hand. */
export function reset(): void {
  if (ready.length < core.registers) {
    ready = new StaticArray<i32>(core.registers * 2);
    why = new StaticArray<u8>(core.registers * 2);
  }
  if (booked.length < core.portCount << horizonShift) {
    booked = new StaticArray<i32>(core.portCount << horizonShift);
    stamp = 1;
    lastBooked = 0;
  }
  if (queue.length < core.fetchQueue) queue = new StaticArray<i32>(core.fetchQueue * 2);
  if (met.length < core.codeLength) {
    met = new StaticArray<i32>(core.codeLength * 2);
    wrong = new StaticArray<i32>(core.codeLength * 2);
    taken = new StaticArray<u8>(core.codeLength * 2);
  }
  queue.fill(0, 0, core.fetchQueue);
  met.fill(0, 0, core.codeLength);
  wrong.fill(op.surelyWrong / 2, 0, core.codeLength);
  taken.fill(0, 0, core.codeLength);
  fetch = 0;
  fetched = 0;
  hold = 0;
  holdCause = op.frontEnd;
  queued = 0;
  predicted = 0;
  meetings = 0;
  branched = 0;
  if (retired.length < core.window) retired = new StaticArray<i32>(core.window * 2);
  stamp += lastBooked + 1;
  lastBooked = 0;
  if (stamp > stampLimit) {
    booked.fill(0);
    stamp = 1;
  }
  ready.fill(0, 0, core.registers);
  why.fill(<u8>op.latency, 0, core.registers);
  retired.fill(0, 0, core.window);
  retire = 0;
  latest = 0;
  executed = 0;
  place = 0;
  dispatch = 0;
  used = 0;
  next = 0;
  nextCause = op.frontEnd;
  leaving = 0;
}

export function forgetLatest(): void {
  latest = 0;
}

/** Slots of dispatch used so far: finer than cycles, so that a loop's rhythm shows. */
export function progress(): f64 {
  return <f64>dispatch * <f64>core.width + <f64>used;
}

/** Cycles of fetch: how far it runs ahead must settle, too. */
export function fetchProgress(): f64 {
  return core.fetchWidth > 0
    ? <f64>fetch + <f64>fetched / <f64>core.fetchWidth
    : <f64>dispatch + <f64>used / <f64>core.width;
}

/** The newest branch was guessed wrong. */
export function surprise(): void {
  hold = max(hold, branched + 1 + core.mispredictCycles);
  holdCause = op.mispredicted;
  predicted = hold;
}

/** Fetch: in order, up to the next taken branch and as the queue allows; the cycle. */
function bring(): i32 {
  if (hold > fetch) {
    fetch = hold;
    fetched = 0;
  }
  const room = queue[queued];
  if (room > fetch) {
    fetch = room;
    fetched = 0;
  }
  if (fetched >= core.fetchWidth) {
    fetch++;
    fetched = 0;
  }
  fetched++;
  return fetch;
}

/** Branches met so lately count as met all the time. */
const atHand: i32 = 4;

/** Fetch goes on at the target of the branch at `at` once that is found: near ones at once. */
function follow(at: i32, flags: i32): void {
  const away = meetings - met[at];
  if (met[at] === 0 || away > atHand) meetings++;
  const isFar = met[at] !== 0 && away > core.nearBranches;
  met[at] = meetings;
  const search = flags & op.isCall ? core.callCycles : isFar ? core.farCycles : 1;
  predicted = max(predicted, fetch - core.predictAhead) + search;
  const from = max(fetch + 1, predicted);
  if (from > hold) {
    hold = from;
    holdCause = op.frontEnd;
  }
}

/** Whether the guess at `at` is wrong this time: in so many of 65,536 times. */
function isWrong(at: i32, share: i32): bool {
  wrong[at] += share;
  if (wrong[at] < op.surelyWrong) return false;
  wrong[at] -= op.surelyWrong;
  return true;
}

/** A guess on a sign is taken every other time. */
function takes(at: i32): bool {
  taken[at] ^= 1;
  return taken[at] === 1;
}

/** Dispatch: in order, `width` micro-operations a cycle, as the window allows. Why it came no earlier. */
function enter(microOps: i32): i32 {
  const oldest = retired[place];
  let cause = op.frontEnd;
  let from = dispatch;
  if (core.fetchWidth > 0) {
    const time = bring();
    if (time > from) {
      from = time;
      cause = time > hold ? op.frontEnd : holdCause;
    }
  }
  if (next > from) {
    from = next;
    cause = nextCause;
  }
  if (oldest > from) {
    from = oldest;
    cause = op.latency;
  }
  if (from > dispatch) {
    dispatch = from;
    used = 0;
  }
  let left = microOps;
  while (used + left > core.width) {
    left -= core.width - used;
    dispatch++;
    used = 0;
  }
  used += left;
  if (core.fetchWidth > 0) {
    queue[queued] = dispatch;
    queued = queued + 1 === core.fetchQueue ? 0 : queued + 1;
  }
  return cause;
}

/** Retires the instruction that entered last, in order: not before `done`. */
function leave(done: i32, cause: i32): void {
  if (done > retire) {
    causes[cause] += done - retire;
    retire = done;
    leaving = 1;
  } else if (leaving >= core.retireWidth) {
    retire++;
    leaving = 1;
    causes[op.frontEnd] += 1;
  } else leaving++;
  retired[place] = retire;
  place = place + 1 === core.window ? 0 : place + 1;
}

/** The first cycle from `from` that is not booked. Shortens the way for the next that asks. Times are stamped. */
function freeFrom(base: i32, from: i32): i32 {
  let time = booked[base + (from & horizonMask)];
  if (time <= from) return from;
  for (;;) {
    const beyond = booked[base + (time & horizonMask)];
    if (beyond <= time) break;
    time = beyond;
  }
  for (let passed = from; passed !== time; ) {
    const at = base + (passed & horizonMask);
    passed = booked[at];
    booked[at] = time;
  }
  return time;
}

/** The first cycle from `from` with so many free ones in a row. Times are stamped. */
function freeFor(base: i32, from: i32, busy: i32): i32 {
  let start = from;
  for (let free = 1; free < busy; free++) {
    const time = start + free;
    if (booked[base + (time & horizonMask)] <= time) continue;
    start = freeFrom(base, time);
    free = 0;
  }
  return start;
}

/** The first cycle from `cycle` in which one of so many ports is free for `busy` cycles; takes it. */
function cache(first: i32, count: i32, cycle: i32, busy: i32): i32 {
  if (busy === 0) return cycle;
  const from = cycle + stamp;
  let best: i32 = -1;
  let chosen: i32 = 0;
  const end = core.ports + first + count;
  for (let p = core.ports + first; p < end; p++) {
    const base = core.tables[p] << horizonShift;
    let start = freeFrom(base, from);
    if (busy > 1) start = freeFor(base, start, busy);
    if (best < 0 || start < best) {
      best = start;
      chosen = base;
      if (start === from) break;
    }
  }
  const until = best + busy;
  for (let time = best; time < until; time++) booked[chosen + (time & horizonMask)] = until;
  lastBooked = max(lastBooked, until - stamp);
  return best - stamp;
}

/** Executes the operations from `at` on, up to the next loop or `end`; where it stopped. */
export function run(at: i32, end: i32): i32 {
  // Places of lists do not change within a run.
  const words = core.code;
  const table = core.tables;
  const times = ready;
  const reasons = why;
  while (at < end) {
    const operation = words[at];
    if (operation < 0) break;
    const row = layout.atRows + (operation << layout.rowShift);
    const flags = words[at + op.atFlags];
    const moves = words[at + op.atRegisters];
    let cause = enter(table[row + layout.microOpsAt] * moves);
    const cycles = table[row + layout.latencyAt];
    const firstTarget = at + op.atLists + words[at + op.atSources];
    const targets = words[at + op.atTargets];

    let data = dispatch;
    // What a guess is about keeps only the guess waiting.
    const decider =
      (flags & op.isGuess) !== 0 && firstTarget > at + op.atLists ? words[at + op.atLists] : -1;
    for (let i = at + op.atLists + (decider < 0 ? 0 : 1); i < firstTarget; i++) {
      const time = times[words[i]];
      if (time > data) {
        data = time;
        cause = reasons[words[i]];
      }
    }
    const accumulator = words[at + op.atAccumulator];
    if (accumulator >= 0) {
      const time = times[accumulator] - cycles + table[row + layout.accumulateAt];
      if (time > data) {
        data = time;
        cause = reasons[accumulator];
      }
    }

    const units = table[row + layout.unitsAt];
    const busy = table[row + layout.occupancyAt];
    const also = table[row + layout.alsoPortCountAt];
    // When a load gets what was stored where it reads.
    let visible: i32 = -1;
    if ((flags & op.isTracked) !== 0 && (flags & op.isLoad) !== 0) {
      const stored = storedAt(firstTarget + targets);
      if (stored >= 0)
        visible = stored + (partly ? core.partlyStoredCycles : core.storeToLoadCycles);
    }
    let last = data;
    let done = data + cycles;
    for (let r = 0; r < moves; r++) {
      for (let u = 0; u < units; u++) {
        last = max(
          last,
          cache(table[row + layout.portsAt], table[row + layout.portCountAt], data, busy),
        );
      }
      if (also > 0) last = max(last, cache(table[row + layout.alsoPortsAt], also, data, 1));
      done = last + cycles;
      if (visible > done) {
        done = visible;
        cause = op.loadStore;
      }
      if (r < targets) times[words[firstTarget + r]] = done;
    }
    if (last > data) cause = flags & op.causeMask;
    const reason = cause === op.frontEnd ? op.latency : cause;
    for (let i = 0; i < targets; i++) reasons[words[firstTarget + i]] = <u8>reason;
    if ((flags & op.isTracked) !== 0 && (flags & op.isStore) !== 0)
      put(firstTarget + targets, last);
    latest = max(latest, done);
    leave(done, cause);
    const hold = table[row + layout.blocksAt] * moves;
    if (hold > 0) {
      next = max(next, dispatch + hold);
      nextCause = flags & op.causeMask;
    }
    if ((flags & (op.isTaken | op.isJump | op.isGuess)) !== 0 && core.fetchWidth > 0) {
      branched = decider < 0 ? last : max(last, times[decider]);
      if ((flags & op.isGuess) === 0 || takes(at)) follow(at, flags);
      if ((flags & op.isGuess) !== 0 && isWrong(at, words[firstTarget + targets + core.corner]))
        surprise();
    }
    executed++;
    at = words[at + op.atNext];
  }
  return at;
}
