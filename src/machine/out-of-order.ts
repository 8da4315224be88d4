/**
 * The scoreboard of an out-of-order core: micro-operations enter in program order, at most `width` a
 * cycle and `window` instructions ahead of the oldest; they start when sources and a port are free,
 * oldest first, and leave in order.
 */
import { addressAt } from './address.ts';
import type { CoreParameters } from './core-parameters.ts';
import {
  accumulateAt,
  alsoPortCountAt,
  alsoPortsAt,
  blocksAt,
  figuresOf,
  latencyAt,
  microOpsAt,
  occupancyAt,
  portCountAt,
  portsAt,
  rowShift,
  unitsAt,
} from './figures.ts';
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
  isLoad,
  isStore,
  isTaken,
  isTracked,
  latency as latencyCause,
  loadStore,
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
  /** Instructions executed. */
  executed = 0;
  private readonly rows: Int32Array;
  private readonly ports: Int32Array;
  private readonly width: number;
  private readonly window: number;
  private readonly retireWidth: number;
  private readonly takenCycles: number;
  private readonly storeToLoadCycles: number;
  private ready: Int32Array = new Int32Array(0);
  /** Why a register is late: the cause that its producer waited for. */
  private why: Uint8Array = new Uint8Array(0);
  /** booked[port * horizon + cycle mod horizon] === cycle + stamp: taken. */
  private readonly booked: Int32Array;
  /** For a booked cycle: one from which on the port may be free; all before it are booked. */
  private readonly beyond: Int32Array;
  /** Larger than any booking of earlier templates, so that nobody need clear 300 KB for the next one. */
  private stamp = 1;
  private lastBooked = 0;
  private readonly retired: Int32Array;
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
    const { rows, ports } = figuresOf(core);
    this.rows = rows;
    this.ports = ports;
    this.width = core.width;
    this.window = core.window;
    this.retireWidth = core.retireWidth;
    this.takenCycles = core.takenCycles;
    this.storeToLoadCycles = core.storeToLoadCycles;
    this.booked = new Int32Array(core.portCount * horizonCycles);
    this.beyond = new Int32Array(core.portCount * horizonCycles);
    this.retired = new Int32Array(core.window);
  }

  /** Back to the start, for a template with so many registers. */
  reset(registers: number): void {
    this.causes.fill(0);
    this.executed = 0;
    if (this.ready.length < registers) {
      this.ready = new Int32Array(registers * 2);
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
    return this.dispatch * this.width + this.used;
  }

  get progressPerCycle(): number {
    return this.width;
  }

  forgetStores(): void {
    this.stores.clear();
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
    const { rows, ready, why } = this;
    // Rows and operations have all their words; registers as the template says.
    const row = (code[at] as number) << rowShift;
    const flags = code[at + atFlags] as number;
    const moves = code[at + atRegisters] as number;
    let cause = this.enter((rows[row + microOpsAt] as number) * moves);
    const lat = rows[row + latencyAt] as number;
    const firstTarget = at + atLists + (code[at + atSources] as number);
    const targets = code[at + atTargets] as number;

    let data = this.dispatch;
    for (let i = at + atLists; i < firstTarget; i++) {
      const source = code[i] as number;
      const time = ready[source] as number;
      if (time > data) {
        data = time;
        cause = why[source] as number;
      }
    }
    const accumulator = code[at + atAccumulator] as number;
    if (accumulator >= 0) {
      const time = (ready[accumulator] as number) - lat + (rows[row + accumulateAt] as number);
      if (time > data) {
        data = time;
        cause = why[accumulator] as number;
      }
    }

    const units = rows[row + unitsAt] as number;
    const busy = rows[row + occupancyAt] as number;
    const also = rows[row + alsoPortCountAt] as number;
    const visible =
      (flags & isTracked) === 0 ? -1 : this.forwarded(code, flags, firstTarget + targets, counters);
    let last = data;
    let done = data + lat;
    for (let r = 0; r < moves; r++) {
      for (let u = 0; u < units; u++) {
        const start = this.book(
          rows[row + portsAt] as number,
          rows[row + portCountAt] as number,
          data,
          busy,
        );
        if (start > last) last = start;
      }
      if (also > 0)
        last = Math.max(last, this.book(rows[row + alsoPortsAt] as number, also, data, 1));
      done = last + lat;
      if (visible > done) {
        done = visible;
        cause = loadStore;
      }
      if (r < targets) ready[code[firstTarget + r] as number] = done;
    }
    if (last > data) cause = flags & causeMask;
    const reason = cause === frontEnd ? latencyCause : cause;
    for (let i = 0; i < targets; i++) why[code[firstTarget + i] as number] = reason;
    if ((flags & isTracked) !== 0 && (flags & isStore) !== 0) {
      const from = firstTarget + targets;
      const address = addressAt(code, from + 1, counters);
      this.stores.put(code[from] as number, address, code[from + 2] as number, last);
    }
    if (done > this.latest) this.latest = done;
    this.leave(done, cause);
    const hold = (rows[row + blocksAt] as number) * moves;
    if (hold > 0) {
      this.next = Math.max(this.next, this.dispatch + hold);
      this.nextCause = flags & causeMask;
    }
    if ((flags & isTaken) !== 0 && this.takenCycles > 0) {
      this.next = Math.max(this.next, this.dispatch + 1 + this.takenCycles);
      this.nextCause = frontEnd;
    }
  }

  /** When a load gets what was stored where it reads: its address is at `from`. -1: nothing was. */
  private forwarded(code: Int32Array, flags: number, from: number, counters: Int32Array): number {
    if ((flags & isLoad) === 0) return -1;
    const address = addressAt(code, from + 1, counters);
    const stored = this.stores.latest(code[from] as number, address, code[from + 2] as number);
    return stored < 0 ? -1 : stored + this.storeToLoadCycles;
  }

  /** Dispatch: in order, `width` micro-operations a cycle, as the window allows. */
  private enter(microOps: number): number {
    const { width } = this;
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
    while (this.used + left > width) {
      left -= width - this.used;
      this.dispatch++;
      this.used = 0;
    }
    this.used += left;
    return cause;
  }

  private leave(done: number, cause: number): void {
    const { causes } = this;
    if (done > this.retire) {
      causes[cause] = (causes[cause] as number) + done - this.retire;
      this.retire = done;
      this.leaving = 1;
    } else if (this.leaving >= this.retireWidth) {
      this.retire++;
      this.leaving = 1;
      causes[frontEnd] = (causes[frontEnd] as number) + 1;
    } else this.leaving++;
    this.retired[this.place] = this.retire;
    this.place = this.place + 1 === this.window ? 0 : this.place + 1;
  }

  /** The first cycle from `from` in which one of so many ports is free for `busy` cycles; takes it. */
  private book(first: number, count: number, from: number, busy: number): number {
    if (busy === 0) return from;
    const { ports } = this;
    let best = -1;
    let chosen = 0;
    for (let p = first; p < first + count; p++) {
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
