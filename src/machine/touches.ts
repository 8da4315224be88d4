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
}

const variesWith = (nodes: readonly Node[], loop: number): boolean =>
  nodes.some((node) =>
    node.op === 'loop'
      ? variesWith(node.body, loop)
      : (node.op === 'load' || node.op === 'store') &&
        node.at.terms.some((term) => term.loop === loop),
  );

class Walk {
  readonly runs: OpenRun[] = [];
  readonly accesses: number[];
  private readonly bySlot: OpenRun[][];
  private readonly counters: Int32Array;

  constructor(template: Template) {
    this.accesses = template.slots.map(() => 0);
    this.bySlot = template.slots.map(() => []);
    this.counters = new Int32Array(Math.max(1, template.loopCount));
  }

  nodes(list: readonly Node[], times: number): void {
    for (const node of list) {
      if (node.op === 'loop') {
        // Iterations that touch the same addresses are walked once.
        const trips = variesWith(node.body, node.loop) ? node.trips : Math.min(1, node.trips);
        for (let i = 0; i < trips; i++) {
          this.counters[node.loop] = i;
          this.nodes(node.body, trips === 0 ? 0 : (times * node.trips) / trips);
        }
      } else if (node.op === 'load' || node.op === 'store') {
        const moved = node.op === 'load' ? node.dst.length : node.src.length;
        const floats = node.op === 'load' && node.form === 'dup' ? 1 : moved * node.lanes;
        this.touch(node.at, floats, node.op === 'store', times);
      }
    }
  }

  private touch(at: Address, floats: number, write: boolean, times: number): void {
    let start = at.offset;
    for (const term of at.terms) start += (this.counters[term.loop] ?? 0) * term.stride;
    const { slot } = at;
    this.accesses[slot] = (this.accesses[slot] ?? 0) + times;
    const open = this.bySlot[slot] ?? [];
    for (let i = open.length - 1; i >= 0; i--) {
      const run = open[i];
      if (run === undefined || start < run.low || start > run.high + near) continue;
      if (start + floats > run.high) run.high = start + floats;
      if (write) run.write = true;
      return;
    }
    const run = { slot, low: start, high: start + floats, write };
    open.push(run);
    this.runs.push(run);
  }
}

const known = new WeakMap<Template, Touches>();

export const touchesOf = (template: Template): Touches => {
  const memo = known.get(template);
  if (memo) return memo;
  const walk = new Walk(template);
  walk.nodes(template.body, 1);
  const result: Touches = { runs: walk.runs, accesses: walk.accesses };
  known.set(template, result);
  return result;
};
