/**
 * Writes loop bodies whose instruction counts are known from compiled code. A body states its
 * arithmetic and memory accesses; address arithmetic, branches, spills and moves are added until the
 * counts of each class are reached, spread between the stated instructions as a compiler does.
 */
import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import { classOf } from '../../kernel/classify.ts';
import type { CostKind, Instruction, Lanes, Register } from '../../kernel/instruction.ts';
import type { InstructionClass, InstructionCounts } from '../../kernel/instruction-class.ts';
import { instructionClasses, noCounts } from '../../kernel/instruction-class.ts';
import type { Node } from '../../kernel/template.ts';
import type { TargetBuilder } from './target-builder.ts';

/** Instructions by class, of one execution of a body. */
export type Counts = Readonly<Partial<InstructionCounts>>;

/** Counts as a part of a template's name. */
export const nameOfCounts = (of: Counts): string => JSON.stringify(of);

/** One loop: its body for a whole vector and for a single value. */
export type LoopCode = Readonly<Record<'vector' | 'scalar', Counts>>;

/** a + b x times. */
export const plus = (a: Counts, b: Counts, times = 1): Counts => {
  const result: Partial<Record<InstructionClass, number>> = { ...a };
  for (const name of instructionClasses) {
    const count = b[name];
    if (count) result[name] = (result[name] ?? 0) + count * times;
  }
  return result;
};

/** Classes that stand in for each other when a body states more of one than the code has. */
const families: readonly (readonly InstructionClass[])[] = [
  ['load_vec', 'load_fp64', 'load_fp32', 'load_int'],
  ['store_vec', 'store_fp64', 'store_fp32', 'store_int'],
  ['vec_other', 'fp_move', 'int'],
  ['vec_fma', 'vec_fparith', 'vec_other'],
  ['scalar_fma', 'scalar_fparith', 'fp_move'],
  ['scalar_fcmp_sel', 'it', 'fp_move', 'vec_other', 'int'],
];

/** What `stated` leaves to add of `total`, by class. */
const missing = (stated: readonly Instruction[], total: Counts): Counts => {
  const rest = { ...noCounts(), ...total };
  for (const instruction of stated) {
    rest[classOf(instruction)] -= instruction.op === 'cost' ? instruction.count : 1;
  }
  for (const family of families) {
    for (const name of family) {
      let excess = -rest[name];
      if (excess <= 0) continue;
      for (const other of family) {
        const spare = Math.max(0, rest[other]);
        const taken = Math.min(spare, excess);
        if (taken === 0) continue;
        rest[other] = spare - taken;
        rest[name] += taken;
        excess -= taken;
      }
    }
  }
  return rest;
};

const costOnly = (kind: CostKind): Instruction => {
  return { op: 'cost', kind, count: 1, chained: undefined, mispredict: undefined };
};

/** What is added of the classes that compute nothing. */
const costFillers: Readonly<Partial<Record<InstructionClass, Instruction>>> = {
  int: costOnly('int'),
  branch: costOnly('branch'),
  it: costOnly('it'),
  prefetch: costOnly('prefetch'),
  load_int: costOnly('loadInt'),
  store_int: costOnly('storeInt'),
  fp_move: costOnly('moveFpInt'),
  scalar_fcmp_sel: costOnly('compareFp'),
};

/** Lanes of what moves between registers and the stack. */
const spillLanes: Readonly<Partial<Record<InstructionClass, Lanes>>> = {
  load_vec: 4,
  load_fp64: 2,
  load_fp32: 1,
  store_vec: 4,
  store_fp64: 2,
  store_fp32: 1,
};

const sumOf = (dst: Register, of: Register, lanes: Lanes): Instruction => {
  return { op: 'binary', fn: 'add', dst, a: of, b: of, lanes, element: undefined };
};

type Sweep = (offset: number, at: Term, lanes: Lanes) => void;

/** Lines of what only costs, in this order. */
export const costs = (
  b: KernelBuilder,
  ...lines: readonly (readonly [kind: CostKind, count: number])[]
): void => {
  for (const [kind, count] of lines) b.cost(kind, count);
};

export class Code<B extends KernelBuilder = KernelBuilder> {
  /** Slot 0 of every template: the stack frame, for spills. */
  readonly stack: number;
  private spare: Register | null = null;

  readonly b: B;

  constructor(b: B) {
    this.b = b;
    this.stack = b.slot('stack');
  }

  /** A register whose value nobody needs. */
  private scratch(): Register {
    this.spare ??= this.b.register();
    return this.spare;
  }

  private filler(name: InstructionClass): Instruction | null {
    const r = this.scratch();
    const { b } = this;
    switch (name) {
      case 'vec_other':
        return { op: 'unary', fn: 'mov', dst: r, a: r, lanes: 4 };
      case 'vec_fparith':
        return sumOf(b.register(), r, 4);
      case 'scalar_fparith':
        return sumOf(b.register(), r, 1);
      case 'scalar_fcvt':
        return { op: 'convert', to: 'widen', dst: b.register(), a: r, lanes: 1 };
      default: {
        const lanes = spillLanes[name];
        if (lanes !== undefined) return this.spill(name.startsWith('load'), r, lanes);
        // Arithmetic is stated by the body, never added.
        return costFillers[name] ?? null;
      }
    }
  }

  private spill(loads: boolean, register: Register, lanes: Lanes): Instruction {
    const at = this.b.at(this.stack);
    const how = { at, lanes, form: 'plain', wide: undefined, general: undefined } as const;
    return loads
      ? { op: 'load', dst: [register], ...how }
      : { op: 'store', src: [register], ...how };
  }

  /**
   * A body in several pieces (before and after an inner loop) that together count `total`. Returns
   * one function per piece, which places it.
   */
  private pieces(total: Counts, writers: readonly (() => void)[]): (() => void)[] {
    const parts = writers.map((write) => instructionsOf(this.b.capture(write)));
    const stated = parts.flat();
    if (stated.length === 0) {
      const lines = instructionsOf(this.b.capture(() => this.bulk(total)));
      return parts.map((_, piece) => () => this.place(piece === 0 ? lines : [], []));
    }
    const rest = missing(stated, total);
    const middle: Instruction[][] = parts.map(() => []);
    const last: Instruction[][] = parts.map(() => []);
    for (const name of instructionClasses) {
      const whole = Math.round(rest[name] ?? 0);
      for (let i = 0; i < whole; i++) {
        const filler = this.filler(name);
        if (!filler) break;
        (name === 'branch' ? last : middle)[i % parts.length]?.push(filler);
      }
    }
    return parts.map((part, piece) => () => {
      this.place(part, middle[piece] ?? []);
      for (const branch of last[piece] ?? []) this.b.emit(branch);
    });
  }

  /** `added` spread evenly behind the instructions that are stated. */
  private place(stated: readonly Instruction[], added: readonly Instruction[]): void {
    let placed = 0;
    for (const [i, instruction] of stated.entries()) {
      this.b.emit(instruction);
      const due = Math.floor(((i + 1) * added.length) / stated.length);
      for (const filler of added.slice(placed, due)) this.b.emit(filler);
      placed = due;
    }
    for (const filler of added.slice(placed)) this.b.emit(filler);
  }

  /** One piece; without stated instructions there is nothing to mix with. */
  body(total: Counts, write?: () => void, taken?: number): void {
    if (write === undefined) this.bulk(total, taken);
    else for (const place of this.pieces(total, [write])) place();
  }

  /** A body around an inner loop: what is before and behind it counts `total` together. */
  around(total: Counts, before: () => void, inner: () => void, after: () => void): void {
    const [placeBefore, placeAfter] = this.pieces(total, [before, after]);
    placeBefore?.();
    inner();
    placeAfter?.();
  }

  /** A loop over `count` values: whole vectors as far as they go, then value by value. */
  sweep(loop: LoopCode, count: number, lanes: Lanes, write: Sweep): void {
    const vectors = lanes > 1 ? Math.floor(count / lanes) : 0;
    const done = vectors * lanes;
    this.b.loop(vectors, (i) => this.body(loop.vector, () => write(0, i.times(lanes), lanes)));
    this.b.loop(count - done, (i) => this.body(loop.scalar, () => write(done, i.times(1), 1)));
  }

  /** A line for each class, the branches last. */
  private bulk(total: Counts, taken?: number): void {
    for (const name of instructionClasses) if (name !== 'branch') this.line(name, total[name]);
    this.b.cost('branch', Math.round(total.branch ?? 0), taken === undefined ? {} : { taken });
  }

  private line(name: InstructionClass, count = 0): void {
    const whole = Math.round(count);
    const filler = whole > 0 ? this.filler(name) : null;
    if (filler === null) return;
    if (filler.op === 'cost') this.b.emit({ ...filler, count: whole });
    else for (let i = 0; i < whole; i++) this.b.emit(filler);
  }
}

const instructionsOf = (nodes: readonly Node[]): Instruction[] => {
  const instructions: Instruction[] = [];
  for (const node of nodes) {
    if (node.op === 'loop') throw new RangeError('Expected a body without inner loops.');
    instructions.push(node);
  }
  return instructions;
};

/** Where instructions are of one target. */
export type TargetCode = Code<TargetBuilder>;
