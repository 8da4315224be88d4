/**
 * The scoreboard of an in-order core: instructions issue in program order, several a cycle where
 * their kinds may pair, each once its sources and a port are ready. Optionally floating point waits
 * in a queue of its own while the rest goes on.
 */
import * as op from '../../src/machine/pipeline/code-layout';
import * as layout from '../../src/machine/pipeline/core-layout';
import { causes } from './causes';
import * as core from './core';
import { put, storedAt } from './stores';

/** Before anything that is simulated, and so far from it that no gap reaches over. */
const longAgo: i32 = -(1 << 30);

/** The cycle of the newest issue. */
export let cycle: i32 = -1;
/** Instructions executed. */
export let executed: i32 = 0;

/** When each register is ready, and each port free. */
let ready = new StaticArray<i32>(1 << 10);
let free = new StaticArray<i32>(64);
let taken = new StaticArray<i32>(64);
/** Operations of the current cycle. */
let issued = new StaticArray<i32>(128);
let issuedCount: i32 = 0;
/** When an operation that starts a gap last issued, for each gap rule. */
const gapFrom = new StaticArray<i32>(layout.mostGaps);
let queue = new StaticArray<i32>(64);
let queued: i32 = 0;
let queueTime: i32 = 0;
/** Nothing issues before, and why. */
let next: i32 = 0;
let nextCause: i32 = op.frontEnd;

/** Back to the start, for the core and the code at hand. */
export function reset(): void {
  if (ready.length < core.registers) ready = new StaticArray<i32>(core.registers * 2);
  if (free.length < core.portCount) free = new StaticArray<i32>(core.portCount * 2);
  if (taken.length < core.portCount) taken = new StaticArray<i32>(core.portCount * 2);
  if (issued.length < core.width + 1) issued = new StaticArray<i32>(core.width * 2);
  if (queue.length < core.queueDepth) queue = new StaticArray<i32>(core.queueDepth * 2);
  ready.fill(0, 0, core.registers);
  free.fill(0, 0, core.portCount);
  queue.fill(0, 0, max(1, core.queueDepth));
  gapFrom.fill(longAgo);
  cycle = -1;
  executed = 0;
  issuedCount = 0;
  queued = 0;
  queueTime = 0;
  next = 0;
  nextCause = op.frontEnd;
}

/** When the last of all registers but those listed is ready: `count` of them, in rising order, at `list`. */
export function othersReady(list: i32, count: i32): i32 {
  let last: i32 = 0;
  let listed: i32 = 0;
  for (let r = 0; r < core.registers; r++) {
    if (listed < count && core.code[list + listed] === r) listed++;
    else last = max(last, ready[r]);
  }
  return last;
}

/** Places that `state` may fill, for a loop that uses so many registers. */
export function mostState(used: i32): i32 {
  return used + core.portCount + max(1, core.queueDepth) + layout.mostGaps + core.width + 8;
}

/**
 * Lists what of the past still matters, in cycles from now: results and ports that are not ready, the
 * queue, what has been issued in this cycle. Stores are not part of it. `at`: the first place to fill;
 * `others`: when the registers that are not among the `count` at `list` are ready.
 * @returns how many numbers were listed
 */
export function state(into: StaticArray<i32>, at: i32, list: i32, count: i32, others: i32): i32 {
  let n = at;
  for (let i = 0; i < count; i++) into[n++] = max(0, ready[core.code[list + i]] - cycle);
  into[n++] = max(0, others - cycle);
  for (let p = 0; p < core.portCount; p++) into[n++] = max(0, free[p] - cycle);
  for (let g = 0; g < core.gapCount; g++) {
    into[n++] = max(0, gapFrom[g] + core.tables[g] - cycle);
  }
  const depth = max(1, core.queueDepth);
  for (let q = 0; q < depth; q++) into[n++] = max(0, queue[(queued + q) % depth] - cycle);
  into[n++] = max(0, queueTime - cycle);
  into[n++] = max(0, next - cycle);
  into[n++] = nextCause;
  into[n++] = issuedCount;
  for (let i = 0; i < issuedCount; i++) into[n++] = issued[i];
  return n - at;
}

/** The cycle from which none of the gap rules in `mask` keeps the operation waiting. */
function afterGaps(mask: i32): i32 {
  let from: i32 = 0;
  for (let g = 0; mask !== 0; g++, mask >>>= 1) {
    if ((mask & 1) !== 0) from = max(from, gapFrom[g] + core.tables[g]);
  }
  return from;
}

function startGaps(mask: i32, time: i32): void {
  for (let g = 0; mask !== 0; g++, mask >>>= 1) if ((mask & 1) !== 0) gapFrom[g] = time;
}

/** Whether something that was issued in this cycle may not pair with the operation. */
function clashes(operation: i32): bool {
  const word = core.never + (operation >> 5);
  const bit = 1 << (operation & 31);
  for (let i = 0; i < issuedCount; i++) {
    if ((core.tables[word + issued[i] * core.neverWords] & bit) !== 0) return true;
  }
  return false;
}

/** Takes as many ports as the operation needs at once, from the first cycle in which they are free. */
function takePorts(row: i32, from: i32, busy: i32): i32 {
  const first = core.ports + core.tables[row + layout.portsAt];
  const end = first + core.tables[row + layout.portCountAt];
  const units = core.tables[row + layout.unitsAt];
  if (units !== 1) return takeSeveral(first, end, units, from, busy);
  let best = core.tables[first];
  let open = free[best];
  for (let p = first + 1; p < end; p++) {
    const port = core.tables[p];
    const time = free[port];
    if (time < open) {
      open = time;
      best = port;
    }
  }
  const start = max(from, open);
  free[best] = start + busy;
  return start;
}

function takeSeveral(first: i32, end: i32, units: i32, from: i32, busy: i32): i32 {
  let start = from;
  for (let u = 0; u < units; u++) {
    let best: i32 = -1;
    for (let p = first; p < end; p++) {
      const port = core.tables[p];
      let mine = false;
      for (let v = 0; v < u; v++) mine = mine || taken[v] === port;
      if (!mine && (best < 0 || free[port] < free[best])) best = port;
    }
    taken[u] = best;
    start = max(start, free[best]);
  }
  for (let u = 0; u < units; u++) free[taken[u]] = start + busy;
  return start;
}

/** Finds the cycle of issue and charges the wait to its causes, in the order in which they bind. */
function issue(operation: i32, row: i32, cause: i32, data: i32, busy: i32): i32 {
  const before = cycle;
  let time = before;
  if (next > before) {
    causes[nextCause] += next - before;
    time = next;
  }
  if (data > time) {
    causes[op.latency] += data - time;
    time = data;
  }
  if (time === before) {
    const full = issuedCount >= core.width;
    if (full || clashes(operation)) {
      time++;
      causes[full && core.width > 1 ? op.frontEnd : cause] += 1;
    }
  }
  let start = time;
  if (busy > 0) {
    start = takePorts(row, time, busy);
    causes[cause] += start - time;
  }
  if (start > before) {
    cycle = start;
    issuedCount = 0;
  }
  issued[issuedCount++] = operation;
  return start;
}

/** The cycle from which the queue has a place. */
function placeInQueue(): i32 {
  return queued >= core.queueDepth ? queue[queued % core.queueDepth] : 0;
}

/** When an operation that waits in the queue starts: after those before it. */
function leaveQueue(row: i32, issuedAt: i32, data: i32, busy: i32): i32 {
  const start = takePorts(row, max(max(issuedAt, data), queueTime), busy);
  queueTime = start;
  queue[queued % core.queueDepth] = start;
  queued++;
  return start;
}

/** Executes the operations from `at` on, up to the next loop or `end`; where it stopped. */
export function run(at: i32, end: i32): i32 {
  // Places of lists do not change within a run.
  const words = core.code;
  const table = core.tables;
  const times = ready;
  while (at < end) {
    const operation = words[at];
    if (operation < 0) break;
    const row = layout.atRows + (operation << layout.rowShift);
    const flags = words[at + op.atFlags];
    const moves = words[at + op.atRegisters];
    const cycles = table[row + layout.latencyAt];
    const step = table[row + layout.occupancyAt];
    const busy = step * moves;
    const firstTarget = at + op.atLists + words[at + op.atSources];
    const afterTargets = firstTarget + words[at + op.atTargets];
    const cause = flags & op.causeMask;

    let data: i32 = 0;
    // What a guess is about keeps nobody waiting.
    const firstSource = at + op.atLists + ((flags & op.isGuess) !== 0 ? 1 : 0);
    for (let i = firstSource; i < firstTarget; i++) data = max(data, times[words[i]]);
    const accumulator = words[at + op.atAccumulator];
    if (accumulator >= 0)
      data = max(data, times[accumulator] - cycles + table[row + layout.accumulateAt]);
    const waitsFor = table[row + layout.gapsBeforeAt];
    if (waitsFor !== 0) data = max(data, afterGaps(waitsFor));

    let time: i32 = 0;
    let start: i32 = 0;
    if (core.queueDepth > 0 && (flags & op.isFloat) !== 0) {
      time = issue(operation, row, cause, placeInQueue(), 0);
      start = leaveQueue(row, time, data, busy);
    } else {
      time = issue(operation, row, cause, data, busy);
      start = time;
    }
    let done = start + cycles;
    if ((flags & op.isTracked) !== 0) {
      if ((flags & op.isStore) !== 0) put(afterTargets, start);
      else {
        const stored = storedAt(afterTargets);
        if (stored >= 0) done = max(done, stored + core.storeToLoadCycles);
      }
    }
    // The registers of a load arrive one after another.
    const apart = (flags & op.isLoad) !== 0 ? step : 0;
    for (let i = firstTarget; i < afterTargets; i++) {
      times[words[i]] = done;
      done += apart;
    }
    const starts = table[row + layout.gapsAfterAt];
    if (starts !== 0) startGaps(starts, time);
    const hold = table[row + layout.blocksAt] * moves;
    if (hold > 0) {
      next = max(next, time + hold);
      nextCause = cause;
    }
    if ((flags & op.isTaken) !== 0 && core.takenCycles > 0) {
      next = max(next, time + 1 + core.takenCycles);
      nextCause = op.frontEnd;
    }
    executed++;
    at = words[at + op.atNext];
  }
  return at;
}
