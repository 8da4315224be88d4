/** What a compiler adds around the arithmetic: address code, saved registers, spills and moves. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';

/** Instructions that a piece of compiled code executes beside its arithmetic and its data. */
export interface Glue {
  readonly int?: number;
  readonly loadInt?: number;
  readonly storeInt?: number;
  readonly branch?: number;
  /** Moves between general and float registers. */
  readonly fpMove?: number;
  /** Callee-saved vector registers written to the stack, and read back. */
  readonly save?: number;
  readonly restore?: number;
}

/** Vector registers that do not fit, in instructions: written to, read from the stack, copied. */
export interface Spill {
  readonly stores: number;
  readonly loads: number;
  readonly moves: number;
}

export const noSpill: Spill = { stores: 0, loads: 0, moves: 0 };

/** Floats of the stack frame: saved registers, then spill places. */
export const frameFloats = 1024;
const savedFloats = 32;

/** The stack frame of one template; `slot` must be bound to a stack buffer of `frameFloats`. */
export class Frame {
  private readonly b: KernelBuilder;
  readonly slot: number;
  readonly lanes: Lanes;
  private next = savedFloats;

  constructor(b: KernelBuilder, lanes: Lanes, slot: number = b.slot('stack')) {
    this.b = b;
    this.slot = slot;
    this.lanes = lanes;
  }

  glue(glue: Glue): void {
    const { b } = this;
    for (let i = 0; i < (glue.save ?? 0); i++) b.store(b.register(), b.at(this.slot, 2 * i), 2);
    b.cost('storeInt', glue.storeInt ?? 0);
    b.cost('loadInt', glue.loadInt ?? 0);
    b.cost('int', glue.int ?? 0);
    b.cost('moveFpInt', glue.fpMove ?? 0);
    for (let i = 0; i < (glue.restore ?? 0); i++) b.load(b.at(this.slot, 2 * i), 2);
    b.cost('branch', glue.branch ?? 0);
  }

  /** A fresh place for one vector. */
  place(): number {
    const at = this.next;
    this.next += this.lanes;
    return at;
  }

  store(register: Register, place: number): void {
    this.b.store(register, this.b.at(this.slot, place), this.lanes);
  }

  load(place: number, into?: Register): Register {
    return this.b.load(this.b.at(this.slot, place), this.lanes, {}, into);
  }

  /** Spills of values that are not named here: written after, read before their use, copied. */
  spill(spill: Spill, values: readonly Register[]): void {
    const value = (i: number): Register => values[i % Math.max(1, values.length)] ?? 0;
    const first = this.next;
    for (let i = 0; i < spill.stores; i++) this.store(value(i), first + this.lanes * (i % 32));
    for (let i = 0; i < spill.loads; i++) this.load(first + this.lanes * (i % 32));
    for (let i = 0; i < spill.moves; i++) this.b.unary('mov', value(i), this.lanes);
  }
}
