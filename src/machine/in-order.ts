/**
 * The scoreboard of an in-order core: instructions issue in program order, several a cycle where
 * their kinds may pair, each once its sources and a port are ready. Optionally floating point waits
 * in a queue of its own while the rest goes on.
 */
import type { CoreParameters } from './core-parameters.ts';
import { operationCount } from './operation.ts';
import { causeCount, frontEnd, latency as latencyCause, type PreparedOp } from './prepared.ts';
import { StoreTable } from './store-table.ts';

export class InOrderCore {
  readonly inOrder = true;
  /** Cycles by cause; the sum is what `horizon` has advanced. */
  readonly causes: Float64Array = new Float64Array(causeCount);
  /** In order, nothing piles up behind the issue. */
  latest = 0;
  private readonly core: CoreParameters;
  private ready: Float64Array = new Float64Array(0);
  private readonly free: Float64Array;
  private readonly stores = new StoreTable();
  /** Operations of the current cycle. */
  private readonly issued: Int32Array;
  private issuedCount = 0;
  private readonly taken: number[] = [];
  /** When an operation that starts a gap last issued, for each gap rule. */
  private readonly gapFrom: Float64Array;
  private readonly queue: Float64Array;
  private queued = 0;
  private queueTime = 0;
  private cycle = -1;
  private next = 0;
  private nextCause = frontEnd;

  constructor(core: CoreParameters) {
    this.core = core;
    this.free = new Float64Array(core.portCount);
    this.queue = new Float64Array(Math.max(1, core.queueDepth));
    this.gapFrom = new Float64Array(core.gaps.length);
    this.issued = new Int32Array(core.width + 1);
  }

  /** Back to the start, for a template with so many registers. */
  reset(registers: number): void {
    this.causes.fill(0);
    this.latest = 0;
    if (this.ready.length < registers) this.ready = new Float64Array(registers * 2);
    else this.ready.fill(0);
    this.free.fill(0);
    this.stores.clear();
    this.issuedCount = 0;
    this.gapFrom.fill(Number.NEGATIVE_INFINITY);
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

  /** Places that `state` may fill. */
  mostState(registers: number): number {
    return (
      registers + this.free.length + this.queue.length + this.gapFrom.length + this.core.width + 5
    );
  }

  /**
   * Lists what of the past still matters, in cycles from now: results and ports that are not ready, the
   * queue, what has been issued in this cycle. Stores are not part of it.
   * @returns how many numbers were listed
   */
  state(into: Float64Array, registers: number): number {
    const { cycle, ready, free, queue, gapFrom, core } = this;
    let n = 0;
    for (let r = 0; r < registers; r++) {
      const wait = (ready[r] as number) - cycle;
      into[n++] = Math.max(0, wait);
    }
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

  execute(op: PreparedOp, address: number): void {
    const { core, ready } = this;
    const o = op.operation;
    // Tables are as long as there are operations; registers as the template says.
    const lat = core.latency[o] as number;
    const moves = op.registers;
    const busy = (core.occupancy[o] as number) * moves;
    let data = 0;
    const { sources, targets } = op;
    for (let i = 0; i < sources.length; i++) {
      data = Math.max(data, ready[sources[i] as number] as number);
    }
    if (op.accumulator >= 0) {
      const late = lat - (core.accumulate[o] as number);
      data = Math.max(data, (ready[op.accumulator] as number) - late);
    }
    for (let g = 0; g < core.gaps.length; g++) {
      const gap = core.gaps[g];
      // One start for each gap rule.
      if (gap?.before[o]) data = Math.max(data, (this.gapFrom[g] as number) + gap.cycles);
    }
    const waits = core.queueDepth > 0 && op.fp ? this.enqueue() : data;
    const time = this.issue(op, waits, core.queueDepth > 0 && op.fp ? 0 : busy);
    const start = core.queueDepth > 0 && op.fp ? this.drain(op, time, data, busy) : time;
    let done = start + lat;
    if (op.tracked) {
      if (op.memory === 'store') this.stores.put(op.slot, address, op.floats, start);
      else {
        const stored = this.stores.latest(op.slot, address, op.floats);
        if (stored >= 0) done = Math.max(done, stored + core.storeToLoadCycles);
      }
    }
    const step = core.occupancy[o] as number;
    for (let i = 0; i < targets.length; i++) {
      ready[targets[i] as number] = done + (op.memory === 'load' ? i * step : 0);
    }
    for (let g = 0; g < core.gaps.length; g++) if (core.gaps[g]?.after[o]) this.gapFrom[g] = time;
    const hold = (core.blocks[o] as number) * moves;
    if (hold > 0) {
      this.next = Math.max(this.next, time + hold);
      this.nextCause = op.cause;
    }
    if (op.taken && core.takenCycles > 0) {
      this.next = Math.max(this.next, time + 1 + core.takenCycles);
      this.nextCause = frontEnd;
    }
  }

  /** Finds the cycle of issue and charges the wait to its causes, in the order in which they bind. */
  private issue(op: PreparedOp, data: number, busy: number): number {
    const { core, causes } = this;
    const before = this.cycle;
    const open = Math.max(before, this.next);
    causes[this.nextCause] = (causes[this.nextCause] as number) + open - before;
    const withData = Math.max(open, data);
    causes[latencyCause] = (causes[latencyCause] as number) + withData - open;
    let time = withData;
    if (time === this.cycle) {
      const full = this.issuedCount >= core.width;
      let clash = false;
      for (let i = 0; i < this.issuedCount && !clash; i++) {
        const other = this.issued[i] as number;
        clash = core.never[other * operationCount + op.operation] === 1;
      }
      if (full || clash) {
        time++;
        const cause = full && core.width > 1 ? frontEnd : op.cause;
        causes[cause] = (causes[cause] as number) + 1;
      }
    }
    const start = busy > 0 ? this.takePorts(op.operation, time, busy) : time;
    causes[op.cause] = (causes[op.cause] as number) + start - time;
    if (start > before) {
      this.cycle = start;
      this.issuedCount = 0;
    }
    this.issued[this.issuedCount++] = op.operation;
    return start;
  }

  /** Takes as many ports as the operation needs at once, from the first cycle in which they are free. */
  private takePorts(operation: number, from: number, busy: number): number {
    const { core, free } = this;
    const ports = core.ports[operation] as readonly number[];
    const units = core.units[operation] as number;
    const { taken } = this;
    let start = from;
    for (let u = 0; u < units; u++) {
      let best = -1;
      for (let p = 0; p < ports.length; p++) {
        const port = ports[p] as number;
        if (u > 0 && taken.indexOf(port) >= 0 && taken.indexOf(port) < u) continue;
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

  private drain(op: PreparedOp, issued: number, data: number, busy: number): number {
    const from = Math.max(issued, data, this.queueTime);
    const start = this.takePorts(op.operation, from, busy);
    this.queueTime = start;
    this.queue[this.queued++ % this.queue.length] = start;
    return start;
  }
}
