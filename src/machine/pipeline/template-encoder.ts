/**
 * Encodes a template for simulation (`code-layout.ts`), and finds what its time has beside one: registers
 * numbered by their first use, cost-only instructions one by one, addresses only where a load may wait for a
 * store.
 */
import type { Address, CostOnly, Instruction } from '../../kernel/instruction.ts';
import type { Node, Template } from '../../kernel/template.ts';
import type { Figure } from '../../units/figure.ts';
import { type Range, scaleRange } from '../../units/range.ts';
import * as op from './code-layout.ts';
import {
  families,
  operationCount,
  operationIndex,
  operationNames,
  operationOf,
  widths,
} from './operation.ts';
import type { Term } from './prepared.ts';
import { floatsOf, type MemoryInstruction } from './touches.ts';

const causeOfFamily = {
  fp: op.arithmetic,
  load: op.loadStore,
  store: op.loadStore,
  int: op.frontEnd,
} as const;

/** What an operation is, whatever the instruction: its cause and whether it is floating point. */
const flagsOfOperation = Int32Array.from({ length: operationCount }, (_, operation) => {
  const name = operationNames[Math.floor(operation / widths.length)];
  const family = name === undefined ? 'int' : families[name];
  return causeOfFamily[family] | (family === 'fp' ? op.isFloat : 0);
});

/** Of the branches of overhead, those that are taken: the closers of loops are beside them. */
export const takenShare: Figure = {
  value: 0.45,
  low: 0.34,
  high: 0.65,
  kind: 'measured',
  source: 'traces of NAM Core and NeuralAudio, GCC 12.2 for AArch64, less the closers of our loops',
};

const branchOperation = operationIndex('branch', 's');

/** A library call is a call and a return. */
const timesOf = (node: CostOnly) => (node.kind === 'libraryCall' ? node.count * 2 : node.count);

/** An instruction of a run that only costs. */
interface Cost {
  readonly operation: number;
  readonly flags: number;
  readonly count: number;
  readonly isBranch: boolean;
  /** The register through which its executions depend on each other; -1: none. */
  readonly chain: number;
  /** Executions that have their place in the run. */
  placed: number;
  /** Where the next one comes in the run, from 0 to 1. */
  next: number;
}

/** Where the next execution of an instruction of the run comes in it; 2: nowhere. */
const comes = ({ count, placed, isBranch }: Cost): number => {
  if (placed >= count) return 2;
  // Straight stretches of compiled code are of all lengths; the golden ratio spreads them.
  const within = isBranch ? (0.5 + 0.6180339887498949 * placed) % 1 : 0.5;
  return (placed + within) / count;
};

/** Spreads the executions of a run evenly among one another, as compiled code mixes them. */
const spread = (run: readonly Cost[]): Cost[] => {
  const [only] = run;
  if (only === undefined) return [];
  if (run.length === 1) return new Array<Cost>(only.count).fill(only);
  const mixed: Cost[] = [];
  const all = run.reduce((sum, { count }) => sum + count, 0);
  while (mixed.length < all) {
    let first = only;
    for (const other of run) if (other.next < first.next) first = other;
    first.placed++;
    first.next = comes(first);
    mixed.push(first);
  }
  return mixed;
};

const none: readonly number[] = [];

const addressWords = ({ slot, offset, terms }: Address, floats: number): number[] => {
  const words = [slot, offset, floats, terms.length];
  for (const { loop, stride } of terms) words.push(loop, stride);
  return words;
};

/** How often a guess is wrong, at each corner. */
const shares = ({ best, expected, worst }: Range): number[] =>
  [best, expected, worst].map((share) => Math.round(share * op.surelyWrong));

/** Where encoders write, one after another: templates are some thousand words each. */
let memory = new Int32Array(1 << 14);

export class TemplateEncoder {
  readonly code: Int32Array;
  /** In the order of the template. */
  readonly terms: Term[] = [];
  /** Lanes of the widest instruction. */
  lanes = 1;
  /** Operations in the code. */
  size = 0;
  /** Of all operations. */
  flags = 0;
  /** Words written so far. */
  private length = 0;
  private readonly shared: ReadonlySet<number>;
  /** Numbers of the template's registers, and after them of chains; -1 before their first use. */
  private readonly numbers: number[];
  /** Of each number, where in the code its last use is. */
  private readonly lastUses: number[] = [];
  /** Instructions that only cost, since the last one of another kind. */
  private run: Cost[] = [];
  /** Branches executed so far, and how much of a taken one those of overhead have left over. */
  private branches = 0;
  private taken = 0.5;
  /** Of the value that is written, by their count: most of a template, which would leave two lists each. */
  private readonly sources: readonly number[][] = [[], [0], [0, 0], [0, 0, 0]];
  private readonly targets = [0];

  /** @param shared the slots that are both read and written */
  constructor(template: Template, shared: ReadonlySet<number>) {
    this.shared = shared;
    this.numbers = new Array<number>(template.registerCount).fill(-1);
    this.nodes(template.body, 1);
    this.endRun(false);
    this.code = memory.slice(0, this.length);
  }

  get registerCount(): number {
    return this.lastUses.length;
  }

  private nodes(list: readonly Node[], times: number): void {
    for (const node of list) {
      if (node.op === 'loop') {
        this.terms.push({ kind: 'loop', trips: node.trips, times });
        if (node.trips > 0) this.loop(node.loop, node.trips, node.body, times);
      } else if (node.op === 'cost') {
        this.cost(node);
        if (node.mispredict) {
          const mispredicts = scaleRange(node.mispredict, times * node.count);
          this.terms.push({ kind: 'branch', mispredicts });
        }
      } else this.op(node, times);
    }
  }

  private loop(loop: number, trips: number, body: readonly Node[], times: number): void {
    this.endRun(false);
    const { branches, flags } = this;
    const start = this.length;
    for (const word of [op.loopMark, 0, loop, trips, 0, 0, 0]) this.write(word);
    this.flags = 0;
    this.nodes(body, times * trips);
    // The branch of a loop that runs once falls through.
    this.endRun(trips > 1);
    const inside = this.branches - branches;
    this.branches = branches + trips * inside;
    memory[start + op.atLoopTracked] = this.flags & op.isTracked ? 1 : 0;
    memory[start + op.atBodyEnd] = this.length;
    memory[start + op.atLoopBranches] = inside;
    const countAt = this.length;
    this.write(0);
    for (let register = 0; register < this.lastUses.length; register++) {
      if ((this.lastUses[register] as number) > start) this.write(register);
    }
    memory[countAt] = this.length - countAt - 1;
    memory[start + op.atNext] = this.length;
    this.flags |= flags;
  }

  private write(word: number): void {
    if (this.length === memory.length) {
      const larger = new Int32Array(memory.length * 2);
      larger.set(memory);
      memory = larger;
    }
    memory[this.length++] = word;
  }

  private numberOf(register: number): number {
    if ((this.numbers[register] as number) < 0) this.numbers[register] = this.lastUses.length;
    const number = this.numbers[register] as number;
    this.lastUses[number] = this.length;
    return number;
  }

  /** An operation; `tail`: its address or its shares, after its registers. */
  private emit(
    operation: number,
    flags: number,
    sources: readonly number[] = none,
    targets: readonly number[] = none,
    tail: readonly number[] = none,
    moved = 1,
    accumulator = -1,
  ): void {
    const next = this.length + op.atLists + sources.length + targets.length + tail.length;
    const accumulated = accumulator < 0 ? -1 : this.numberOf(accumulator);
    this.write(operation);
    this.write(next);
    this.write(flags);
    this.write(moved);
    this.write(accumulated);
    this.write(sources.length);
    this.write(targets.length);
    for (let i = 0; i < sources.length; i++) this.write(this.numberOf(sources[i] as number));
    for (let i = 0; i < targets.length; i++) this.write(this.numberOf(targets[i] as number));
    for (let i = 0; i < tail.length; i++) this.write(tail[i] as number);
    this.flags |= flags;
    this.size++;
  }

  /** An operation that is not of a run. */
  private head(
    operation: number,
    flags: number,
    sources: readonly number[],
    targets: readonly number[],
    tail?: readonly number[],
    moved?: number,
    accumulator?: number,
  ): void {
    this.endRun(false);
    const all = (flagsOfOperation[operation] as number) | flags;
    this.emit(operation, all, sources, targets, tail, moved, accumulator);
  }

  private cost(node: CostOnly): void {
    if (node.kind !== 'branch') {
      this.addCost(node, node.kind === 'libraryCall' ? op.isTaken | op.isCall : 0, timesOf(node));
      return;
    }
    this.branches += node.count;
    if (node.mispredict) this.guess(node, node.mispredict);
    else {
      const taken = this.takenOf(node.count, node.taken);
      if (taken < node.count) this.addCost(node, 0, node.count - taken);
      if (taken > 0) this.addCost(node, op.isJump, taken);
    }
  }

  private addCost(node: CostOnly, more: number, count: number): void {
    const operation = operationOf(node);
    const flags = (flagsOfOperation[operation] as number) | more;
    const chain = node.chained ? this.numbers.push(-1) - 1 : -1;
    const isBranch = node.kind === 'branch';
    const cost: Cost = { operation, flags, count, isBranch, chain, placed: 0, next: 0 };
    cost.next = comes(cost);
    this.run.push(cost);
  }

  /** Writes the run at hand. `last`: a loop's body ends with it, and so its last branch goes back. */
  private endRun(last: boolean): void {
    const { run } = this;
    if (run.length === 0) return;
    this.run = [];
    const mixed = spread(run);
    const final = run.at(-1);
    const back = last && final?.isBranch ? final : null;
    if (back !== null) {
      const left = mixed.findLastIndex(({ operation }) => operation === back.operation);
      mixed.splice(left, left < 0 ? 0 : 1);
      // The branch back counts beside the one that it stands for.
      this.size++;
    }
    for (const { operation, flags, chain } of mixed) {
      const lists = chain < 0 ? none : [chain];
      this.emit(operation, flags, lists, lists);
    }
    if (back !== null) this.emit(back.operation, back.flags | op.isTaken);
  }

  /** How many of so many branches of overhead are taken. */
  private takenOf(count: number, share: number = takenShare.value): number {
    this.taken += count * share;
    const whole = Math.floor(this.taken);
    this.taken -= whole;
    return whole;
  }

  private guess({ count, on = -1 }: CostOnly, share: Range): void {
    const tail = shares(share);
    for (let i = 0; i < count; i++)
      this.head(branchOperation, op.isGuess, on < 0 ? none : [on], none, tail);
  }

  private memory(
    node: MemoryInstruction,
    flags: number,
    sources: readonly number[],
    targets: readonly number[],
  ): void {
    // What goes through the integer side goes at once: a line that is cleared is one store.
    const moved = node.general ? 1 : Math.max(1, sources.length + targets.length);
    const tracked = this.shared.has(node.at.slot);
    const tail = tracked ? addressWords(node.at, floatsOf(node)) : none;
    const all = tracked ? flags | op.isTracked : flags;
    this.head(operationOf(node), all, sources, targets, tail, moved);
  }

  private op(node: Exclude<Instruction, CostOnly>, times: number): void {
    if (node.op !== 'call' && node.lanes > this.lanes) this.lanes = node.lanes;
    switch (node.op) {
      case 'load':
        this.memory(node, op.isLoad, none, node.dst);
        return;
      case 'store':
        this.memory(node, op.isStore, node.src, none);
        return;
      case 'fma':
        this.value(node, node.dst, node.a, node.b, -1, node.c);
        return;
      case 'binary':
      case 'shuffle':
        this.value(node, node.dst, node.a, node.b);
        return;
      case 'unary':
        // A move onto itself stands for a rearrangement without a value: it takes its port, no chain.
        this.value(node, node.dst, node.dst === node.a ? -1 : node.a);
        return;
      case 'convert':
        this.value(node, node.dst, node.a);
        return;
      case 'const':
        this.value(node, node.dst);
        return;
      case 'bits':
        this.value(node, node.dst, node.a, 'register' in node.b ? node.b.register : -1);
        return;
      case 'call':
        this.terms.push({ kind: 'call', fn: node.fn, times });
        this.value(node, node.dst, node.a);
        return;
      case 'select':
        if (node.jump === undefined) this.value(node, node.dst, node.mask, node.a, node.b);
        else {
          const mispredicts = scaleRange(node.jump.mispredict, times);
          this.terms.push({ kind: 'branch', mispredicts });
          this.choice(node, node.jump.mispredict);
        }
    }
  }

  /** A value chosen by a branch, which alone waits for the mask. */
  private choice({ dst, mask, a, b }: Extract<Instruction, { op: 'select' }>, share: Range): void {
    this.branches++;
    this.head(branchOperation, op.isGuess, [mask, a, b], [dst], shares(share));
  }

  /** An instruction that makes a value of up to three others, as a pipeline waits for them; -1: none further. */
  private value(node: Instruction, target: number, a = -1, b = -1, c = -1, accumulator = -1): void {
    const { targets } = this;
    // There is one of each length.
    const sources = this.sources[a < 0 ? 0 : b < 0 ? 1 : c < 0 ? 2 : 3] as number[];
    if (a >= 0) sources[0] = a;
    if (b >= 0) sources[1] = b;
    if (c >= 0) sources[2] = c;
    targets[0] = target;
    const taken = node.op === 'call' ? op.isTaken | op.isCall : 0;
    this.head(operationOf(node), taken, sources, targets, none, 1, accumulator);
  }
}
