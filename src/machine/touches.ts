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

/** What a template does to memory, and nothing else: templates are walked iteration by iteration. */
type Access =
  | { readonly at: Address; readonly floats: number; readonly write: boolean }
  | {
      readonly loop: number;
      readonly trips: number;
      readonly body: readonly Access[];
      /** Iterations that touch the same addresses are walked once. */
      readonly walked: number;
    };

const variesWith = (list: readonly Access[], loop: number): boolean =>
  list.some((access) =>
    'body' in access
      ? variesWith(access.body, loop)
      : access.at.terms.some((term) => term.loop === loop),
  );

const accessesOf = (nodes: readonly Node[]): readonly Access[] =>
  nodes.flatMap((node): Access[] => {
    if (node.op === 'loop') {
      const { loop, trips } = node;
      const body = accessesOf(node.body);
      if (body.length === 0) return [];
      return [{ loop, trips, body, walked: variesWith(body, loop) ? trips : Math.min(1, trips) }];
    }
    if (node.op !== 'load' && node.op !== 'store') return [];
    const moved = node.op === 'load' ? node.dst.length : node.src.length;
    const floats = node.op === 'load' && node.form === 'dup' ? 1 : moved * node.lanes;
    return [{ at: node.at, floats, write: node.op === 'store' }];
  });

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

  all(list: readonly Access[], times: number): void {
    for (const access of list) {
      if ('body' in access) {
        const { loop, trips, walked, body } = access;
        for (let i = 0; i < walked; i++) {
          this.counters[loop] = i;
          this.all(body, (times * trips) / walked);
        }
      } else this.touch(access.at, access.floats, access.write, times);
    }
  }

  private touch(at: Address, floats: number, write: boolean, times: number): void {
    let start = at.offset;
    const { terms } = at;
    for (let t = 0; t < terms.length; t++) {
      const term = terms[t];
      if (term !== undefined) start += (this.counters[term.loop] ?? 0) * term.stride;
    }
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
  walk.all(accessesOf(template.body), 1);
  const result: Touches = { runs: walk.runs, accesses: walk.accesses };
  known.set(template, result);
  return result;
};
