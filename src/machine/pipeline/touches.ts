/**
 * Which memory a template touches, in the order of first touch: runs of consecutive floats per slot.
 * What is touched again within one execution is taken to be in the level-1 cache still.
 */
import type { Address, Instruction } from '../../kernel/instruction.ts';
import type { Node, Template } from '../../kernel/template.ts';

/** Numbers of one run of floats, relative to its slot's base. */
export const runNumbers = 4;
export const atSlot = 0;
export const atLow = 1;
/** Exclusive. */
export const atHigh = 2;
/** 1: something in it is written. */
export const atWrite = 3;

export interface Touches {
  readonly runs: Int32Array;
  /** Memory instructions executed per slot, for memories that make every access wait. */
  readonly accesses: Float64Array;
  /** Slots that are both read and written. */
  readonly shared: ReadonlySet<number>;
}

export type MemoryInstruction = Extract<Instruction, { op: 'load' | 'store' }>;

const registersOf = (node: MemoryInstruction): readonly number[] =>
  node.op === 'load' ? node.dst : node.src;

/** Consecutive floats that an instruction reads or writes. */
export const floatsOf = (node: MemoryInstruction): number =>
  node.op === 'load' && node.form === 'dup'
    ? 1
    : Math.max(1, registersOf(node).length) * node.lanes;

/** Touches this close to a run belong to it: a cache line of 16 floats. */
const near = 16;

interface OpenRun {
  readonly slot: number;
  readonly low: number;
  high: number;
  write: boolean;
  /** The run of its slot that was opened before it. */
  readonly before: OpenRun | null;
  /** Where it would end if a loop went on, and the access that would lead it there. */
  reach: number;
  leader: Access | null;
  /** How far the next trip has left it. */
  left: number;
}

interface Access {
  readonly at: Address;
  readonly floats: number;
  readonly write: boolean;
  /** In which it landed; null where loops took it to several. */
  run: OpenRun | null;
  /** In a loop its lowest and highest start in the trip just walked, and how far a trip takes it. */
  first: number;
  last: number;
  stride: number;
}

interface Nest {
  readonly loop: number;
  readonly trips: number;
  readonly body: readonly (Access | Nest)[];
  /** Those in it, those of inner loops included. */
  readonly accesses: readonly Access[];
  /** Whether its trips move an access. */
  readonly moving: boolean;
}

class Walk {
  readonly runs: OpenRun[] = [];
  readonly accesses: Access[] = [];
  readonly times: Float64Array;
  /** Of each loop: its trips; while it is walked; the trip at which it stands. */
  private readonly trips: number[];
  private readonly open: boolean[];
  private readonly counters: number[];
  /** Of each slot: its run that was opened last. */
  private readonly newest: (OpenRun | null)[];
  /** Slots of which further trips of a loop only lengthen the runs; those of the innermost loop last. */
  private readonly settled: number[] = [];

  constructor({ body, slots, loopCount }: Template) {
    this.times = new Float64Array(slots.length);
    this.trips = new Array<number>(loopCount).fill(0);
    this.open = new Array<boolean>(loopCount).fill(false);
    this.counters = new Array<number>(loopCount).fill(0);
    this.newest = new Array<OpenRun | null>(slots.length).fill(null);
    this.walk(this.collect(body, 1));
  }

  /** The accesses among nodes that are executed so many times. */
  private collect(nodes: readonly Node[], times: number): (Access | Nest)[] {
    const body: (Access | Nest)[] = [];
    for (const node of nodes) {
      if (node.op === 'load' || node.op === 'store') body.push(this.access(node, times));
      else if (node.op === 'loop' && node.trips > 0) {
        const { loop, trips } = node;
        const from = this.accesses.length;
        this.trips[loop] = trips;
        const inner = this.collect(node.body, times * trips);
        const accesses = this.accesses.slice(from);
        const isMoved = ({ at }: Access): boolean => at.terms.some((term) => term.loop === loop);
        const moving = trips > 1 && accesses.some(isMoved);
        if (accesses.length > 0) body.push({ loop, trips, body: inner, accesses, moving });
      }
    }
    return body;
  }

  private access(node: MemoryInstruction, times: number): Access {
    const { at, op } = node;
    this.times[at.slot] = (this.times[at.slot] as number) + times;
    const place = { first: 0, last: 0, stride: 0 };
    const access = { at, floats: floatsOf(node), write: op === 'store', run: null, ...place };
    this.accesses.push(access);
    return access;
  }

  private counter(loop: number): number {
    return this.counters[loop] as number;
  }

  private isOpen({ at }: Access): boolean {
    return !this.settled.includes(at.slot);
  }

  private newestOf({ at }: Access): OpenRun | null {
    return this.newest[at.slot] ?? null;
  }

  private touch(access: Access): void {
    if (!this.isOpen(access)) return;
    const { at, floats, write } = access;
    let start = at.offset;
    for (const { loop, stride } of at.terms) start += this.counter(loop) * stride;
    let run = this.newestOf(access);
    while (run !== null && (start < run.low || start > run.high + near)) run = run.before;
    access.run = run ?? this.openRun(access, start);
    access.run.high = Math.max(access.run.high, start + floats);
    access.run.write ||= write;
  }

  private openRun(access: Access, low: number): OpenRun {
    const { slot } = access.at;
    const [before, ahead] = [this.newestOf(access), { reach: 0, leader: null, left: 0 }];
    const run = { slot, low, high: low, write: false, before, ...ahead };
    this.newest[slot] = run;
    this.runs.push(run);
    return run;
  }

  /** Finds where the trip at which a loop stands takes an access, and how far the next one. */
  private spread(access: Access, inner: number): void {
    access.first = access.last = access.at.offset;
    access.stride = 0;
    for (const { loop, stride } of access.at.terms) {
      if (loop === inner) access.stride += stride;
      const far =
        stride * (this.open[loop] ? this.counter(loop) : (this.trips[loop] as number) - 1);
      if (this.open[loop] || far < 0) access.first += far;
      if (this.open[loop] || far >= 0) access.last += far;
    }
  }

  /** How far each run would reach at the end of a loop, and which access would lead it there. */
  private projectReach(loop: number, accesses: readonly Access[], further: number): void {
    for (const run of this.runs) {
      run.reach = run.high;
      run.leader = null;
      run.left = Number.NEGATIVE_INFINITY;
    }
    for (const access of accesses) {
      this.spread(access, loop);
      const { run, last, stride, floats } = access;
      if (run === null) continue;
      run.reach = Math.max(run.reach, last + stride * further + floats);
      const quicker = run.leader === null ? 1 : stride - run.leader.stride;
      if (quicker > 0 || (quicker === 0 && last > (run.leader?.last ?? 0))) run.leader = access;
    }
  }

  /** Whether an access lands in its run in every further trip. Asked of one after another. */
  private staysIn(access: Access, further: number): boolean {
    const { run, stride, first, last, floats } = access;
    if (run === null || run.leader === null || stride < 0) return false;
    const { leader } = run;
    // Where the trip before has left the run, by its own touch or by that of one at least as quick; or
    // where those before it in the same trip leave it.
    const end = Math.max(last + floats, leader.last + leader.floats, run.left);
    if (stride === leader.stride) run.left = Math.max(run.left, first + stride + floats);
    if (last + stride > end + near) return false;
    // Of several runs, the one that was opened last is taken.
    for (let newer = this.newestOf(access); newer !== run; newer = newer.before) {
      if (newer === null) return false;
      if (last + stride * further >= newer.low && first + stride <= newer.reach + near)
        return false;
    }
    return true;
  }

  /**
   * Where all further trips of a loop touch the runs of a slot that the trip just walked touched, each access
   * its own, they lengthen these runs, which needs no walk: such slots are settled.
   */
  private settle({ loop, trips, accesses }: Nest): void {
    const further = trips - 1 - this.counter(loop);
    const open = accesses.filter((access) => this.isOpen(access));
    this.projectReach(loop, open, further);
    const staying = new Set(open.map(({ at }) => at.slot));
    for (const access of open) if (!this.staysIn(access, further)) staying.delete(access.at.slot);
    for (const run of this.runs) if (staying.has(run.slot)) run.high = run.reach;
    this.settled.push(...staying);
  }

  private walkLoop(nest: Nest): void {
    const { loop, trips, body, accesses } = nest;
    this.open[loop] = true;
    this.counters[loop] = 0;
    this.walk(body);
    if (nest.moving) {
      const outer = this.settled.length;
      this.settle(nest);
      const soon = this.settled.length;
      for (let i = 1; i < trips && accesses.some((access) => this.isOpen(access)); i++) {
        this.counters[loop] = i;
        this.walk(body);
        // What landed beside a run that the first trip opened later lands in that one now.
        if (i === 1) this.settle(nest);
      }
      this.settled.length = soon;
      for (const access of accesses) if (this.isOpen(access)) access.run = null;
      this.settled.length = outer;
    }
    this.open[loop] = false;
  }

  private walk(body: readonly (Access | Nest)[]): void {
    for (const step of body) {
      if ('body' in step) this.walkLoop(step);
      else this.touch(step);
    }
  }
}

export const touchesOf = (template: Template): Touches => {
  const { runs, accesses, times } = new Walk(template);
  const written = new Set(accesses.filter(({ write }) => write).map(({ at }) => at.slot));
  const read = accesses.filter(({ write }) => !write).map(({ at }) => at.slot);
  return {
    runs: Int32Array.from(
      runs.flatMap(({ slot, low, high, write }) => [slot, low, high, write ? 1 : 0]),
    ),
    accesses: times,
    shared: new Set(read.filter((slot) => written.has(slot))),
  };
};
