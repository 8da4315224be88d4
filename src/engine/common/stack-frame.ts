/** A compiled function's stack frame: saved registers, then places for vectors that no register holds. */
import type { Address, Lanes, Register, Registers } from '../../kernel/instruction.ts';
import { Code, type Counts, costs } from './code.ts';

/** Vector registers that do not fit, in instructions: [written to, read from the stack, copied]. */
export type Spill = readonly number[];

/** Floats of the frame, and of them what saved registers take. */
export const frameFloats = 1024;
const savedFloats = 32;
/** Where halves of vectors are spilled. */
const halvesAt = 64;
const lanes: Lanes = 4;

export class StackFrame extends Code {
  private next = savedFloats;

  /**
   * What a compiler puts beside the arithmetic, in one place and not mixed with it: saved registers
   * (store_fp64, load_fp64), address code, branches last.
   */
  overhead(of: Counts): void {
    const { b, stack } = this;
    const { store_fp64: saved = 0, load_fp64: restored = 0 } = of;
    for (let i = 0; i < saved; i++) b.store(b.register(), b.at(stack, 2 * i), 2);
    b.cost('storeInt', of.store_int ?? 0);
    costs(b, ['loadInt', of.load_int ?? 0], ['int', of.int ?? 0], ['moveFpInt', of.fp_move ?? 0]);
    for (let i = 0; i < restored; i++) b.load(b.at(stack, 2 * i), 2);
    b.cost('branch', of.branch ?? 0);
  }

  /** A fresh place for one vector. */
  home(): number {
    this.next += lanes;
    return this.next - lanes;
  }

  store(register: Register, place: number): void {
    this.b.store(register, this.b.at(this.stack, place), lanes);
  }

  load(place: number, into?: Register): Register {
    return this.b.load(this.b.at(this.stack, place), lanes, {}, into);
  }

  /** Spills of values that are not named here: written after, read before their use, copied. */
  spills([stores = 0, loads = 0, moves = 0]: Spill, values: Registers): void {
    const value = (i: number): Register => values[i % Math.max(1, values.length)] ?? 0;
    const placeOf = (i: number): number => this.next + lanes * (i % 32);
    for (let i = 0; i < stores; i++) this.store(value(i), placeOf(i));
    for (let i = 0; i < loads; i++) this.load(placeOf(i));
    for (let i = 0; i < moves; i++) this.b.unary('mov', value(i), lanes);
  }

  /** Spills of halves of vectors: [written, read]. */
  halves([stores = 0, loads = 0]: Spill): void {
    const value = this.b.register();
    const placeOf = (i: number): Address => this.b.at(this.stack, halvesAt + 2 * (i % 64));
    for (let i = 0; i < stores; i++) this.b.store(value, placeOf(i), 2);
    for (let i = 0; i < loads; i++) this.b.load(placeOf(i), 2);
  }
}
