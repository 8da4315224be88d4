/**
 * The scoreboard of an in-order core: instructions issue in program order, several a cycle where
 * their kinds may pair, each once its sources and a port are ready. Optionally floating point waits
 * in a queue of its own while the rest goes on.
 */
import { addressAt } from './address.ts';
import type { CoreParameters } from './core-parameters.ts';
import {
  accumulateAt,
  blocksAt,
  figuresOf,
  gapsAt,
  latencyAt,
  occupancyAt,
  portCountAt,
  portsAt,
  rowShift,
  unitsAt,
} from './figures.ts';
import { operationCount } from './operation.ts';
import {
  atAccumulator,
  atFlags,
  atLists,
  atNext,
  atRegisters,
  atSources,
  atTargets,
  causeCount,
  causeMask,
  frontEnd,
  isFloat,
  isLoad,
  isStore,
  isTaken,
  isTracked,
  latency as latencyCause,
} from './prepared.ts';
import { StoreTable } from './store-table.ts';

/** Before anything that is simulated, and so far from it that no gap reaches over. */
const longAgo = -(2 ** 30);

export class InOrderCore {
  readonly inOrder = true;
  /** Cycles by cause; the sum is what `horizon` has advanced. */
  readonly causes: Float64Array = new Float64Array(causeCount);
  /** In order, nothing piles up behind the issue. */
  latest = 0;
  /** Instructions executed. */
  executed = 0;
  private readonly core: CoreParameters;
  private readonly rows: Int32Array;
  private readonly ports: Int32Array;
  private readonly width: number;
  private readonly queueDepth: number;
  private readonly takenCycles: number;
  private ready: Int32Array = new Int32Array(0);
  private readonly free: Int32Array;
  private readonly stores = new StoreTable();
  /** Operations of the current cycle. */
  private readonly issued: Int32Array;
  private issuedCount = 0;
  private readonly taken: Int32Array;
  /** When an operation that starts a gap last issued, for each gap rule. */
  private readonly gapFrom: Int32Array;
  private readonly queue: Int32Array;
  private queued = 0;
  private queueTime = 0;
  private cycle = -1;
  private next = 0;
  private nextCause = frontEnd;

  constructor(core: CoreParameters) {
    const { rows, ports } = figuresOf(core);
    this.core = core;
    this.rows = rows;
    this.ports = ports;
    this.width = core.width;
    this.queueDepth = core.queueDepth;
    this.takenCycles = core.takenCycles;
    this.free = new Int32Array(core.portCount);
    this.taken = new Int32Array(core.portCount);
    this.queue = new Int32Array(Math.max(1, core.queueDepth));
    this.gapFrom = new Int32Array(core.gaps.length);
    this.issued = new Int32Array(core.width + 1);
  }

  /** Back to the start, for a template with so many registers. */
  reset(registers: number): void {
    this.causes.fill(0);
    this.latest = 0;
    this.executed = 0;
    if (this.ready.length < registers) this.ready = new Int32Array(registers * 2);
    else this.ready.fill(0);
    this.free.fill(0);
    this.stores.clear();
    this.issuedCount = 0;
    this.gapFrom.fill(longAgo);
    this.queue.fill(0);
    this.queued = 0;
    this.queueTime = 0;
    this.cycle = -1;
    this.next = 0;
    this.nextCause = frontEnd;
  }

  /** The cycle of the newest issue; in units of a cycle, as `progress` is. */
  get horizon(): number {
    return this.cycle;
  }

  get progress(): number {
    return this.cycle;
  }

  get progressPerCycle(): number {
    return 1;
  }

  forgetStores(): void {
    this.stores.clear();
  }

  /** Places that `state` may fill, for a loop that uses so many registers. */
  mostState(used: number): number {
    return used + this.free.length + this.queue.length + this.gapFrom.length + this.core.width + 6;
  }

  /** When the last of all registers but those listed is ready: `count` in rising order from `list` of `code` on. */
  othersReady(code: Int32Array, list: number, count: number, registers: number): number {
    const { ready } = this;
    let [last, next] = [0, 0];
    for (let r = 0; r < registers; r++) {
      if (next < count && code[list + next] === r) next++;
      else if ((ready[r] as number) > last) last = ready[r] as number;
    }
    return last;
  }

  /**
   * Lists what of the past still matters, in cycles from now: results and ports that are not ready, the
   * queue, what has been issued in this cycle. Stores are not part of it. `others`: when the registers
   * that are not in the list are ready.
   * @returns how many numbers were listed
   */
  state(into: Int32Array, code: Int32Array, list: number, count: number, others: number): number {
    const { cycle, ready, free, queue, gapFrom, core } = this;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const wait = (ready[code[list + i] as number] as number) - cycle;
      into[n++] = Math.max(0, wait);
    }
    into[n++] = Math.max(0, others - cycle);
    for (let p = 0; p < free.length; p++) {
      const wait = (free[p] as number) - cycle;
      into[n++] = Math.max(0, wait);
    }
    for (let g = 0; g < gapFrom.length; g++) {
      const wait = (gapFrom[g] as number) + (core.gaps[g]?.cycles ?? 0) - cycle;
      into[n++] = Math.max(0, wait);
    }
    for (let q = 0; q < queue.length; q++) {
      const wait = (queue[(this.queued + q) % queue.length] as number) - cycle;
      into[n++] = Math.max(0, wait);
    }
    into[n++] = Math.max(0, this.queueTime - cycle);
    into[n++] = Math.max(0, this.next - cycle);
    into[n++] = this.nextCause;
    into[n++] = this.issuedCount;
    for (let i = 0; i < this.issuedCount; i++) into[n++] = this.issued[i] as number;
    return n;
  }

  /**
   * Executes the operations from `from` on, up to the next loop or `end`; where it stopped. `counters`:
   * of the loops around it.
   */
  run(code: Int32Array, from: number, end: number, counters: Int32Array): number {
    let at = from;
    while (at < end && (code[at] as number) >= 0) {
      this.execute(code, at, counters);
      this.executed++;
      at = code[at + atNext] as number;
    }
    return at;
  }

  private execute(code: Int32Array, at: number, counters: Int32Array): void {
    const { rows, ready } = this;
    const operation = code[at] as number;
    const row = operation << rowShift;
    // Rows and operations have all their words; registers as the template says.
    const lat = rows[row + latencyAt] as number;
    const flags = code[at + atFlags] as number;
    const moves = code[at + atRegisters] as number;
    const step = rows[row + occupancyAt] as number;
    const busy = step * moves;
    const firstTarget = at + atLists + (code[at + atSources] as number);
    let data = 0;
    for (let i = at + atLists; i < firstTarget; i++) {
      const time = ready[code[i] as number] as number;
      if (time > data) data = time;
    }
    const accumulator = code[at + atAccumulator] as number;
    if (accumulator >= 0) {
      const time = (ready[accumulator] as number) - lat + (rows[row + accumulateAt] as number);
      if (time > data) data = time;
    }
    const inGap = rows[row + gapsAt] === 1;
    if (inGap) data = Math.max(data, this.afterGaps(operation));
    const cause = flags & causeMask;
    let start: number;
    let time: number;
    if (this.queueDepth > 0 && (flags & isFloat) !== 0) {
      time = this.issue(operation, row, cause, this.enqueue(), 0);
      start = this.drain(row, time, data, busy);
    } else {
      time = this.issue(operation, row, cause, data, busy);
      start = time;
    }
    let done = start + lat;
    const targets = code[at + atTargets] as number;
    const afterTargets = firstTarget + targets;
    if ((flags & isTracked) !== 0) {
      const [slot, floats] = [code[afterTargets] as number, code[afterTargets + 2] as number];
      const address = addressAt(code, afterTargets + 1, counters);
      if ((flags & isStore) !== 0) this.stores.put(slot, address, floats, start);
      else {
        const stored = this.stores.latest(slot, address, floats);
        if (stored >= 0) done = Math.max(done, stored + this.core.storeToLoadCycles);
      }
    }
    // The registers of a load arrive one after another.
    const apart = (flags & isLoad) !== 0 ? step : 0;
    for (let i = firstTarget; i < afterTargets; i++) {
      ready[code[i] as number] = done + (i - firstTarget) * apart;
    }
    if (inGap) this.startGaps(operation, time);
    const hold = (rows[row + blocksAt] as number) * moves;
    if (hold > 0) {
      this.next = Math.max(this.next, time + hold);
      this.nextCause = cause;
    }
    if ((flags & isTaken) !== 0 && this.takenCycles > 0) {
      this.next = Math.max(this.next, time + 1 + this.takenCycles);
      this.nextCause = frontEnd;
    }
  }

  /** The cycle from which no gap keeps the operation waiting. */
  private afterGaps(operation: number): number {
    const { gaps } = this.core;
    let from = 0;
    for (let g = 0; g < gaps.length; g++) {
      const gap = gaps[g];
      // One start for each gap rule.
      if (gap?.before[operation]) from = Math.max(from, (this.gapFrom[g] as number) + gap.cycles);
    }
    return from;
  }

  private startGaps(operation: number, time: number): void {
    const { gaps } = this.core;
    for (let g = 0; g < gaps.length; g++) if (gaps[g]?.after[operation]) this.gapFrom[g] = time;
  }

  /** Finds the cycle of issue and charges the wait to its causes, in the order in which they bind. */
  private issue(operation: number, row: number, cause: number, data: number, busy: number): number {
    const { causes } = this;
    const before = this.cycle;
    const open = Math.max(before, this.next);
    if (open > before) {
      causes[this.nextCause] = (causes[this.nextCause] as number) + open - before;
    }
    let time = open;
    if (data > open) {
      causes[latencyCause] = (causes[latencyCause] as number) + data - open;
      time = data;
    }
    if (time === before) {
      const full = this.issuedCount >= this.width;
      if (full || this.clashes(operation)) {
        time++;
        const waits = full && this.width > 1 ? frontEnd : cause;
        causes[waits] = (causes[waits] as number) + 1;
      }
    }
    let start = time;
    if (busy > 0) {
      start = this.takePorts(row, time, busy);
      if (start > time) causes[cause] = (causes[cause] as number) + start - time;
    }
    if (start > before) {
      this.cycle = start;
      this.issuedCount = 0;
    }
    this.issued[this.issuedCount++] = operation;
    return start;
  }

  /** Whether something that was issued in this cycle may not pair with the operation. */
  private clashes(operation: number): boolean {
    const { issued, issuedCount } = this;
    const { never } = this.core;
    for (let i = 0; i < issuedCount; i++) {
      if (never[(issued[i] as number) * operationCount + operation] === 1) return true;
    }
    return false;
  }

  /** Takes as many ports as the operation needs at once, from the first cycle in which they are free. */
  private takePorts(row: number, from: number, busy: number): number {
    const { rows, free, ports } = this;
    const first = rows[row + portsAt] as number;
    const end = first + (rows[row + portCountAt] as number);
    const units = rows[row + unitsAt] as number;
    if (units !== 1) return this.takeSeveral(first, end, units, from, busy);
    let best = ports[first] as number;
    for (let p = first + 1; p < end; p++) {
      const port = ports[p] as number;
      if ((free[port] as number) < (free[best] as number)) best = port;
    }
    const start = Math.max(from, free[best] as number);
    free[best] = start + busy;
    return start;
  }

  private takeSeveral(
    first: number,
    end: number,
    units: number,
    from: number,
    busy: number,
  ): number {
    const { free, ports, taken } = this;
    let start = from;
    for (let u = 0; u < units; u++) {
      let best = -1;
      for (let p = first; p < end; p++) {
        const port = ports[p] as number;
        let mine = false;
        for (let v = 0; v < u && !mine; v++) mine = taken[v] === port;
        if (mine) continue;
        if (best < 0 || (free[port] as number) < (free[best] as number)) best = port;
      }
      taken[u] = best;
      start = Math.max(start, free[best] as number);
    }
    for (let u = 0; u < units; u++) free[taken[u] as number] = start + busy;
    return start;
  }

  /** The cycle from which the queue has a place. */
  private enqueue(): number {
    const place = this.queued % this.queue.length;
    return this.queued >= this.queue.length ? (this.queue[place] as number) : 0;
  }

  private drain(row: number, issued: number, data: number, busy: number): number {
    const from = Math.max(issued, data, this.queueTime);
    const start = this.takePorts(row, from, busy);
    this.queueTime = start;
    this.queue[this.queued++ % this.queue.length] = start;
    return start;
  }
}
