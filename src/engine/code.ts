/**
 * Writes loop bodies whose instruction counts are known from compiled code. A body states its
 * arithmetic and memory accesses; address arithmetic, branches, spills and moves are added until the
 * counts of each class are reached, spread between the stated instructions as a compiler does.
 */
import type { KernelBuilder } from '../kernel/builder.ts';
import { classOf } from '../kernel/classify.ts';
import type { Instruction, Register } from '../kernel/instruction.ts';
import {
  type InstructionClass,
  type InstructionCounts,
  instructionClasses,
} from '../kernel/instruction-class.ts';
import type { Node } from '../kernel/template.ts';

/** Instructions by class, of one execution of a body. */
export type Counts = Readonly<Partial<InstructionCounts>>;

const isClass = (name: string): name is InstructionClass =>
  (instructionClasses as readonly string[]).includes(name);

/** Reads 'int 4 branch 1'. */
export const counts = (text: string): Counts => {
  const result: Partial<Record<InstructionClass, number>> = {};
  const words = text.split(' ').filter((word) => word !== '');
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i] ?? '';
    const count = Number(words[i + 1]);
    if (!isClass(name) || !Number.isFinite(count)) {
      throw new RangeError(`Expected "class count" pairs, got "${text}".`);
    }
    result[name] = (result[name] ?? 0) + count;
  }
  return result;
};

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

const missing = (stated: readonly Instruction[], total: Counts): Map<InstructionClass, number> => {
  const rest = new Map<InstructionClass, number>();
  for (const name of instructionClasses) rest.set(name, total[name] ?? 0);
  for (const instruction of stated) {
    const name = classOf(instruction);
    const count = instruction.op === 'cost' ? instruction.count : 1;
    rest.set(name, (rest.get(name) ?? 0) - count);
  }
  for (const family of families) {
    for (const name of family) {
      let excess = -(rest.get(name) ?? 0);
      if (excess <= 0) continue;
      for (const other of family) {
        const spare = Math.max(0, rest.get(other) ?? 0);
        const taken = Math.min(spare, excess);
        if (taken === 0) continue;
        rest.set(other, spare - taken);
        rest.set(name, (rest.get(name) ?? 0) + taken);
        excess -= taken;
      }
    }
  }
  return rest;
};

export class Code {
  /** Slot 0 of every template: the stack frame, for spills. */
  readonly stack: number;
  private spare: Register | null = null;

  readonly b: KernelBuilder;

  constructor(b: KernelBuilder) {
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
    const at = this.b.at(this.stack, 0);
    switch (name) {
      case 'int':
        return { op: 'cost', kind: 'int', count: 1 };
      case 'branch':
        return { op: 'cost', kind: 'branch', count: 1 };
      case 'it':
        return { op: 'cost', kind: 'it', count: 1 };
      case 'prefetch':
        return { op: 'cost', kind: 'prefetch', count: 1 };
      case 'load_int':
        return { op: 'cost', kind: 'loadInt', count: 1 };
      case 'store_int':
        return { op: 'cost', kind: 'storeInt', count: 1 };
      case 'fp_move':
        return { op: 'cost', kind: 'moveFpInt', count: 1 };
      case 'scalar_fcmp_sel':
        return { op: 'cost', kind: 'compareFp', count: 1 };
      case 'vec_other':
        return { op: 'unary', fn: 'mov', dst: r, a: r, lanes: 4 };
      case 'vec_fparith':
        return { op: 'binary', fn: 'add', dst: this.b.register(), a: r, b: r, lanes: 4 };
      case 'scalar_fparith':
        return { op: 'binary', fn: 'add', dst: this.b.register(), a: r, b: r, lanes: 1 };
      case 'scalar_fcvt':
        return { op: 'convert', to: 'widen', dst: this.b.register(), a: r, lanes: 1 };
      case 'load_vec':
        return { op: 'load', dst: [r], at, lanes: 4, form: 'plain' };
      case 'load_fp64':
        return { op: 'load', dst: [r], at, lanes: 2, form: 'plain' };
      case 'load_fp32':
        return { op: 'load', dst: [r], at, lanes: 1, form: 'plain' };
      case 'store_vec':
        return { op: 'store', src: [r], at, lanes: 4, form: 'plain' };
      case 'store_fp64':
        return { op: 'store', src: [r], at, lanes: 2, form: 'plain' };
      case 'store_fp32':
        return { op: 'store', src: [r], at, lanes: 1, form: 'plain' };
      default:
        // Arithmetic is stated by the body, never added.
        return null;
    }
  }

  /**
   * A body in several pieces (before and after an inner loop) that together count `total`. Returns
   * one function per piece, which places it.
   */
  pieces(total: Counts, writers: readonly (() => void)[]): (() => void)[] {
    const parts = writers.map((write) => instructionsOf(this.b.capture(write)));
    const rest = missing(parts.flat(), total);
    const middle: Instruction[][] = parts.map(() => []);
    const last: Instruction[][] = parts.map(() => []);
    for (const [name, count] of rest) {
      const whole = Math.round(count);
      // Without stated instructions there is nothing to mix with: one line does.
      const bulk = parts.every((part) => part.length === 0);
      const fills = bulk && whole > 1 ? 1 : whole;
      for (let i = 0; i < fills; i++) {
        const filler = this.filler(name);
        if (!filler) break;
        const line = bulk && filler.op === 'cost' ? { ...filler, count: whole } : filler;
        const times = bulk && filler.op !== 'cost' ? whole : 1;
        const piece = i % parts.length;
        const list = (name === 'branch' ? last : middle)[piece];
        for (let t = 0; t < times; t++) list?.push(line);
      }
    }
    return parts.map((stated, piece) => () => {
      const added = middle[piece] ?? [];
      let placed = 0;
      stated.forEach((instruction, i) => {
        this.b.emit(instruction);
        const due = Math.floor(((i + 1) * added.length) / stated.length);
        for (; placed < due; placed++) this.b.emit(added[placed] as Instruction);
      });
      for (; placed < added.length; placed++) this.b.emit(added[placed] as Instruction);
      for (const branch of last[piece] ?? []) this.b.emit(branch);
    });
  }

  /** One piece. */
  body(total: Counts, write: () => void = () => {}): void {
    for (const place of this.pieces(total, [write])) place();
  }
}

const instructionsOf = (nodes: readonly Node[]): Instruction[] =>
  nodes.map((node) => {
    if (node.op === 'loop') throw new RangeError('Expected a body without inner loops.');
    return node;
  });
