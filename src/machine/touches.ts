/**
 * Which memory a template touches, in the order of first touch: runs of consecutive floats per slot.
 * What is touched again within one execution is taken to be in the level-1 cache still.
 */
import type { Address } from '../kernel/instruction.ts';
import type { Node, Template } from '../kernel/template.ts';

/** Floats from `low` to `high` (exclusive) relative to the slot's base. */
export interface Run {
  readonly slot: number;
  readonly low: number;
  readonly high: number;
  readonly write: boolean;
}

export interface Touches {
  readonly runs: readonly Run[];
  /** Memory instructions executed per slot, for memories that make every access wait. */
  readonly accesses: readonly number[];
}

/** Touches this close to a run belong to it: a cache line of 16 floats. */
const near = 16;

interface OpenRun {
  slot: number;
  low: number;
  high: number;
  write: boolean;
  /** Where it would end if a loop went on, the access that would lead it there, and how far the next trip is. */
  reach: number;
  ahead: Access | null;
  left: number;
}

/** What a template does to memory, and nothing else. */
interface Access {
  readonly at: Address;
  readonly floats: number;
  readonly write: boolean;
  /** The run in which it landed; null where loops took it to several. */
  run: OpenRun | null;
  /** In a loop: its lowest and highest start in the trip just walked, and how far a trip takes it. */
  first: number;
  last: number;
  stride: number;
}

interface AccessLoop {
  readonly loop: number;
  readonly trips: number;
  readonly body: readonly (Access | AccessLoop)[];
  /** Everything in the body and its loops. */
  readonly inside: readonly Access[];
  /** Trips that touch the same addresses are walked once. */
  readonly moves: boolean;
}

const isMovedBy = ({ at }: Access, loop: number): boolean =>
  at.terms.some((term) => term.loop === loop);

class Walk {
  readonly runs: OpenRun[] = [];
  readonly accesses: number[];
  private readonly bySlot: OpenRun[][];
  private readonly counters: Int32Array;
  private readonly trips: Int32Array;
  /** 1 while a loop is walked. */
  private readonly open: Uint8Array;
  /** 1 while a loop is walked whose further trips only lengthen the runs of a slot. */
  private readonly settled: Uint8Array;

  constructor(template: Template) {
    this.accesses = template.slots.map(() => 0);
    this.bySlot = template.slots.map(() => []);
    const loops = Math.max(1, template.loopCount);
    this.counters = new Int32Array(loops);
    this.trips = new Int32Array(loops);
    this.open = new Uint8Array(loops);
    this.settled = new Uint8Array(template.slots.length);
  }

  /** The accesses among nodes that are executed so many times; `inside` gathers those of all loops. */
  collect(nodes: readonly Node[], times: number, inside: Access[]): AccessLoop['body'] {
    const body: (Access | AccessLoop)[] = [];
    for (const node of nodes) {
      if (node.op === 'loop') {
        const { loop, trips } = node;
        if (trips === 0) continue;
        const own: Access[] = [];
        const list = this.collect(node.body, times * trips, own);
        if (own.length === 0) continue;
        const moves = trips > 1 && own.some((access) => isMovedBy(access, loop));
        this.trips[loop] = trips;
        body.push({ loop, trips, body: list, inside: own, moves });
        for (const access of own) inside.push(access);
      } else if (node.op === 'load' || node.op === 'store') {
        const { at } = node;
        const moved = node.op === 'load' ? node.dst.length : node.src.length;
        const floats = node.op === 'load' && node.form === 'dup' ? 1 : moved * node.lanes;
        const write = node.op === 'store';
        const access = { at, floats, write, run: null, first: 0, last: 0, stride: 0 };
        this.accesses[at.slot] = (this.accesses[at.slot] ?? 0) + times;
        body.push(access);
        inside.push(access);
      }
    }
    return body;
  }

  all(list: AccessLoop['body']): void {
    for (const access of list) {
      if ('body' in access) this.loop(access);
      else this.touch(access);
    }
  }

  private loop({ loop, trips, body, inside, moves }: AccessLoop): void {
    this.open[loop] = 1;
    this.counters[loop] = 0;
    this.all(body);
    if (moves) {
      const settled: number[] = [];
      const rest = this.settle(inside, loop, trips, settled);
      let others = rest;
      for (let i = 1; i < trips && others.length > 0; i++) {
        this.counters[loop] = i;
        this.all(body);
        // What landed beside a run that the first trip opened later lands in that one now.
        if (i === 1) others = this.settle(others, loop, trips, settled);
      }
      for (const slot of settled) this.settled[slot] = 0;
      for (const access of rest) access.run = null;
    }
    this.open[loop] = 0;
  }

  /** Lengthens what it can to the end of a loop; gives the accesses that are to be walked still. */
  private settle(
    inside: readonly Access[],
    loop: number,
    trips: number,
    settled: number[],
  ): readonly Access[] {
    const others = inside.filter(({ at }) => this.settled[at.slot] === 0);
    const further = trips - 1 - (this.counters[loop] as number);
    for (const slot of this.lengthen(others, loop, further)) {
      this.settled[slot] = 1;
      settled.push(slot);
    }
    return others.filter(({ at }) => this.settled[at.slot] === 0);
  }

  private touch(access: Access): void {
    const { at, floats, write } = access;
    if (this.settled[at.slot] === 1) return;
    let start = at.offset;
    for (const term of at.terms) start += (this.counters[term.loop] ?? 0) * term.stride;
    const { slot } = at;
    const open = this.bySlot[slot] ?? [];
    for (let i = open.length - 1; i >= 0; i--) {
      const run = open[i];
      if (run === undefined || start < run.low || start > run.high + near) continue;
      if (start + floats > run.high) run.high = start + floats;
      if (write) run.write = true;
      access.run = run;
      return;
    }
    const run = { slot, low: start, high: start + floats, write, reach: 0, ahead: null, left: 0 };
    open.push(run);
    this.runs.push(run);
    access.run = run;
  }

  /** Finds where the trip at which a loop stands takes an access, and how far the next one. */
  private spread(access: Access, loop: number): void {
    let [first, last, own] = [access.at.offset, access.at.offset, 0];
    for (const term of access.at.terms) {
      const { stride } = term;
      if (term.loop === loop) own += stride;
      if (this.open[term.loop] === 1) {
        const start = (this.counters[term.loop] as number) * stride;
        first += start;
        last += start;
      } else {
        const reach = stride * ((this.trips[term.loop] as number) - 1);
        if (reach < 0) first += reach;
        else last += reach;
      }
    }
    access.first = first;
    access.last = last;
    access.stride = own;
  }

  /**
   * Where all further trips of a loop touch the runs of a slot that the trip just walked touched, each
   * access its own, they lengthen these runs, which needs no walk. Says of which slots.
   */
  private lengthen(inside: readonly Access[], loop: number, further: number): readonly number[] {
    for (const run of this.runs) {
      run.reach = run.high;
      run.ahead = null;
      run.left = Number.NEGATIVE_INFINITY;
    }
    for (const access of inside) {
      this.spread(access, loop);
      const { run, last, stride, floats } = access;
      if (run === null) continue;
      run.reach = Math.max(run.reach, last + stride * further + floats);
      const { ahead } = run;
      if (ahead === null || (stride - ahead.stride || last - ahead.last) > 0) run.ahead = access;
    }
    const slots = new Set(inside.map(({ at }) => at.slot));
    for (const access of inside) {
      if (!this.staysIn(access, further)) slots.delete(access.at.slot);
    }
    for (const run of this.runs) if (slots.has(run.slot)) run.high = run.reach;
    return [...slots];
  }

  /** Whether an access lands in its run in every further trip. Asked of one after another. */
  private staysIn(access: Access, further: number): boolean {
    const { at, run, first, last, stride, floats } = access;
    if (run === null || run.ahead === null || stride < 0) return false;
    const { ahead } = run;
    // Where the trip before has left the run, by its own touch or by that of one at least as quick; or
    // where those before it in the same trip leave it.
    const left = Math.max(last + floats, ahead.last + ahead.floats, run.left);
    if (stride === ahead.stride) run.left = Math.max(run.left, first + stride + floats);
    if (last + stride > left + near) return false;
    // Of several runs, the one that was opened last is taken.
    const open = this.bySlot[at.slot] ?? [];
    for (let i = open.length - 1; open[i] !== run; i--) {
      const newer = open[i];
      if (newer === undefined) return false;
      if (last + stride * further >= newer.low && first + stride <= newer.reach + near) {
        return false;
      }
    }
    return true;
  }
}

const known = new WeakMap<Template, Touches>();

export const touchesOf = (template: Template): Touches => {
  const memo = known.get(template);
  if (memo) return memo;
  const walk = new Walk(template);
  walk.all(walk.collect(template.body, 1, []));
  const result: Touches = {
    runs: walk.runs.map(({ slot, low, high, write }) => ({ slot, low, high, write })),
    accesses: walk.accesses,
  };
  known.set(template, result);
  return result;
};
