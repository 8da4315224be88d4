/**
 * The scoreboard of an out-of-order core: micro-operations enter in program order, at most `width` a
 * cycle and `window` instructions ahead of the oldest; they start when sources and a port are free,
 * oldest first, and leave in order.
 */
import type { CoreParameters } from './core-parameters.ts';
import {
  causeCount,
  frontEnd,
  latency as latencyCause,
  loadStore,
  type PreparedOp,
} from './prepared.ts';
import { StoreTable } from './store-table.ts';

/** Cycles for which a port's bookings are remembered; more than the deepest window can span. */
const horizonCycles = 1 << 13;
/** Leaves room for the cycles of one more template below 2^31. */
const stampLimit = 2 ** 30;

export class OutOfOrderCore {
  readonly causes: Float64Array = new Float64Array(causeCount);
  readonly inOrder = false;
  /** The latest completion since the caller set it back to 0. */
  latest = 0;
  private readonly core: CoreParameters;
  private ready: Float64Array = new Float64Array(0);
  /** Why a register is late: the cause that its producer waited for. */
  private why: Uint8Array = new Uint8Array(0);
  /** booked[port * horizon + cycle mod horizon] === cycle + stamp: taken. */
  private readonly booked: Int32Array;
  /** For a booked cycle: one from which on the port may be free; all before it are booked. */
  private readonly beyond: Int32Array;
  /** Larger than any booking of earlier templates, so that nobody need clear 300 KB for the next one. */
  private stamp = 1;
  private lastBooked = 0;
  private readonly retired: Float64Array;
  private readonly stores = new StoreTable();
  /** Of the next instruction among the last `window`. */
  private place = 0;
  private dispatch = 0;
  private used = 0;
  private next = 0;
  private nextCause = frontEnd;
  private retire = 0;
  private leaving = 0;

  constructor(core: CoreParameters) {
    this.core = core;
    this.booked = new Int32Array(core.portCount * horizonCycles);
    this.beyond = new Int32Array(core.portCount * horizonCycles);
    this.retired = new Float64Array(core.window);
  }

  /** Back to the start, for a template with so many registers. */
  reset(registers: number): void {
    this.causes.fill(0);
    if (this.ready.length < registers) {
      this.ready = new Float64Array(registers * 2);
      this.why = new Uint8Array(registers * 2);
    } else this.ready.fill(0);
    this.why.fill(latencyCause);
    this.stamp += this.lastBooked + 1;
    this.lastBooked = 0;
    if (this.stamp > stampLimit) {
      this.booked.fill(0);
      this.stamp = 1;
    }
    this.retired.fill(0);
    this.stores.clear();
    this.latest = 0;
    this.place = 0;
    this.dispatch = 0;
    this.used = 0;
    this.next = 0;
    this.nextCause = frontEnd;
    this.retire = 0;
    this.leaving = 0;
  }

  /** The cycle in which the newest instruction retires. */
  get horizon(): number {
    return this.retire;
  }

  /** Slots of dispatch used so far: finer than cycles, so that a loop's rhythm shows. */
  get progress(): number {
    return this.dispatch * this.core.width + this.used;
  }

  get progressPerCycle(): number {
    return this.core.width;
  }

  forgetStores(): void {
    this.stores.clear();
  }

  execute(op: PreparedOp, address: number): void {
    const { core, ready } = this;
    const o = op.operation;
    const moves = op.registers;
    const stalled = this.enter((core.microOps[o] as number) * moves);
    const entered = this.dispatch;
    const lat = core.latency[o] as number;

    let data = entered;
    let cause = stalled;
    const { sources, accumulator, targets } = op;
    for (let i = 0; i < sources.length; i++) {
      const source = sources[i] as number;
      const time = ready[source] as number;
      if (time > data) {
        data = time;
        cause = this.why[source] as number;
      }
    }
    if (accumulator >= 0) {
      const time = (ready[accumulator] as number) - lat + (core.accumulate[o] as number);
      if (time > data) {
        data = time;
        cause = this.why[accumulator] as number;
      }
    }

    const ports = core.ports[o] as readonly number[];
    const also = core.alsoPorts[o] as readonly number[];
    const bookings = moves * (core.units[o] as number);
    const busy = core.occupancy[o] as number;
    const each = bookings / op.registers;
    let last = data;
    let done = data + lat;
    const stored =
      op.tracked && op.memory === 'load' ? this.stores.latest(op.slot, address, op.floats) : -1;
    for (let r = 0; r < op.registers; r++) {
      for (let i = 0; i < each; i++) last = Math.max(last, this.book(ports, data, busy));
      if (also.length > 0) last = Math.max(last, this.book(also, data, 1));
      done = last + lat;
      if (stored >= 0 && stored + core.storeToLoadCycles > done) {
        done = stored + core.storeToLoadCycles;
        cause = loadStore;
      }
      if (r < targets.length) ready[targets[r] as number] = done;
    }
    if (last > data) cause = op.cause;
    const why = cause === frontEnd ? latencyCause : cause;
    for (let i = 0; i < targets.length; i++) this.why[targets[i] as number] = why;
    if (op.tracked && op.memory === 'store') this.stores.put(op.slot, address, op.floats, last);
    if (done > this.latest) this.latest = done;
    this.leave(done, cause);
    const hold = (core.blocks[o] as number) * moves;
    if (hold > 0) {
      this.next = Math.max(this.next, this.dispatch + hold);
      this.nextCause = op.cause;
    }
    if (op.taken && core.takenCycles > 0) {
      this.next = Math.max(this.next, this.dispatch + 1 + core.takenCycles);
      this.nextCause = frontEnd;
    }
  }

  /** Dispatch: in order, `width` micro-operations a cycle, as the window allows. */
  private enter(microOps: number): number {
    const { core } = this;
    const oldest = this.retired[this.place] as number;
    let cause = this.next > this.dispatch ? this.nextCause : frontEnd;
    let from = Math.max(this.dispatch, this.next);
    if (oldest > from) {
      from = oldest;
      cause = latencyCause;
    }
    if (from > this.dispatch) {
      this.dispatch = from;
      this.used = 0;
    }
    let left = microOps;
    while (this.used + left > core.width) {
      left -= core.width - this.used;
      this.dispatch++;
      this.used = 0;
    }
    this.used += left;
    return cause;
  }

  private leave(done: number, cause: number): void {
    const { core, causes } = this;
    if (done > this.retire) {
      causes[cause] = (causes[cause] as number) + done - this.retire;
      this.retire = done;
      this.leaving = 1;
    } else if (this.leaving >= core.retireWidth) {
      this.retire++;
      this.leaving = 1;
      causes[frontEnd] = (causes[frontEnd] as number) + 1;
    } else this.leaving++;
    this.retired[this.place] = this.retire;
    this.place = this.place + 1 === core.window ? 0 : this.place + 1;
  }

  /** The first cycle from `from` in which one of the ports is free for `busy` cycles; takes it. */
  private book(ports: readonly number[], from: number, busy: number): number {
    if (busy === 0) return from;
    let best = -1;
    let chosen = 0;
    for (let p = 0; p < ports.length; p++) {
      const base = (ports[p] as number) * horizonCycles;
      let start = this.free(base, from);
      if (busy > 1) start = this.freeFor(base, start, busy);
      if (best < 0 || start < best) {
        best = start;
        chosen = base;
        if (start === from) break;
      }
    }
    const { booked, beyond, stamp } = this;
    const end = best + busy;
    for (let cycle = best; cycle < end; cycle++) {
      const place = chosen + (cycle & (horizonCycles - 1));
      booked[place] = cycle + stamp;
      beyond[place] = end;
    }
    if (end > this.lastBooked) this.lastBooked = end;
    return best;
  }

  /** The first cycle from `from` that is not booked. Shortens the way for the next that asks. */
  private free(base: number, from: number): number {
    const { booked, beyond, stamp } = this;
    let cycle = from;
    let place = base + (cycle & (horizonCycles - 1));
    if (booked[place] !== cycle + stamp) return from;
    while (booked[place] === cycle + stamp) {
      cycle = beyond[place] as number;
      place = base + (cycle & (horizonCycles - 1));
    }
    for (let passed = from; passed !== cycle; ) {
      const at = base + (passed & (horizonCycles - 1));
      passed = beyond[at] as number;
      beyond[at] = cycle;
    }
    return cycle;
  }

  /** The first cycle from `from` with so many free ones in a row. */
  private freeFor(base: number, from: number, busy: number): number {
    const { booked, stamp } = this;
    let start = from;
    for (let run = 1; run < busy; run++) {
      const cycle = start + run;
      if (booked[base + (cycle & (horizonCycles - 1))] !== cycle + stamp) continue;
      start = this.free(base, cycle);
      run = 0;
    }
    return start;
  }
}
