/**
 * Virtual vector instructions: what a timing model can cost, an interpreter can execute and a
 * compiler can turn into WebAssembly. Floating point and memory instructions carry their meaning;
 * integer, branch and prefetch instructions only cost (addresses are affine, so nobody needs to
 * compute them), which is why a kernel lists them explicitly.
 */
import type { Range } from '../units/range.ts';

/** A virtual register of a template. Each holds up to 16 float32 lanes. */
export type Register = number;
export type Registers = readonly Register[];

/** Lanes of 32 bits that one instruction works on. */
export type Lanes = 1 | 2 | 4 | 8 | 16;

/**
 * slot base + offset + sum of loop counter x stride, all in floats (4 bytes). A slot is a formal
 * parameter of the template; a step binds it to a buffer.
 */
export interface Address {
  readonly slot: number;
  readonly offset: number;
  readonly terms: readonly { readonly loop: number; readonly stride: number }[];
}

/**
 * How one memory instruction moves its registers:
 * plain: one register of `lanes` consecutive floats.
 * pair, multi: registers follow one another in memory (ldp; ldm, ld1 with several registers).
 * dup: one float, copied to all lanes.
 * structure: n registers from n-way interleaved memory: register r lane l = memory[l * n + r] (ld3, ld4).
 */
export type MemoryForm = 'plain' | 'pair' | 'multi' | 'dup' | 'structure';

export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'cmpgt'
  | 'cmpge'
  | 'cmplt'
  | 'cmple';
export type UnaryOp = 'neg' | 'abs' | 'sqrt' | 'mov' | 'round';
/** Operations on the bits of float32 lanes as int32, for exponent arithmetic. */
export type BitOp = 'and' | 'or' | 'xor' | 'iadd' | 'isub' | 'shl' | 'shr';

export type LibraryFunction = 'tanhf' | 'expf' | 'tanh' | 'exp';

/** What an instruction is, the registers that it names and the lanes that it works on. */
type Of<Op extends string, Registers extends string> = {
  readonly op: Op;
  readonly lanes: Lanes;
} & Readonly<Record<Registers, Register>>;

interface Moved {
  readonly at: Address;
  readonly lanes: Lanes;
  readonly form: MemoryForm;
  /** Costed as one of doubles (NAM's double interface); values are float32 all the same. */
  readonly wide?: boolean | undefined;
  /** One float through a general register: costed as that of an integer. */
  readonly general?: boolean | undefined;
}

export type Instruction =
  | (Moved & { readonly op: 'load'; readonly dst: readonly Register[] })
  | (Moved & { readonly op: 'store'; readonly src: readonly Register[] })
  /**
   * dst = c + a * b, or c - a * b when `negate`. With `element`, b's that lane is used for all lanes.
   * `fused`: rounded once.
   */
  | (Of<'fma', 'dst' | 'a' | 'b' | 'c'> & {
      readonly element?: number | undefined;
      readonly negate?: boolean | undefined;
      readonly fused: boolean;
    })
  | (Of<'binary', 'dst' | 'a' | 'b'> & {
      readonly fn: BinaryOp;
      readonly element?: number | undefined;
    })
  | (Of<'unary', 'dst' | 'a'> & { readonly fn: UnaryOp })
  /**
   * dst lane = mask lane is true ? a : b. Masks come from comparisons (all bits set or none).
   * `jump`: one value, chosen by a branch over what computes b: it costs that branch, and nobody waits
   * for the mask but the share of values that is mispredicted.
   */
  | (Of<'select', 'dst' | 'mask' | 'a' | 'b'> & {
      readonly jump?: { readonly mispredict: Range };
    })
  /** dst lane l = pattern[l] < lanes ? a[pattern[l]] : b[pattern[l] - lanes]. dup is pattern [k,k,..]. */
  | (Of<'shuffle', 'dst' | 'a' | 'b'> & { readonly pattern: readonly number[] })
  | (Of<'const', 'dst'> & { readonly value: number })
  /** `b`: a register, or an immediate int32 for all lanes. */
  | (Of<'bits', 'dst' | 'a'> & {
      readonly fn: BitOp;
      readonly b: { readonly register: Register } | { readonly immediate: number };
    })
  /** int32 to float32 and back (truncating), lane by lane. `wide`: float64 to float32 of one value. */
  | (Of<'convert', 'dst' | 'a'> & { readonly to: 'float' | 'int' | 'narrow' | 'widen' })
  /** A call into libm for one value. Its cost depends on the range of the argument. */
  | (Omit<Of<'call', 'dst' | 'a'>, 'lanes'> & { readonly fn: LibraryFunction })
  | CostOnly;

/** Instructions without a value: `count` of them, independent unless `chained`. */
export interface CostOnly {
  readonly op: 'cost';
  readonly kind: CostKind;
  readonly count: number;
  /** Each depends on the one before: an address computed in steps. */
  readonly chained?: boolean | undefined;
  /** For branches: the share that is mispredicted, where it depends on data. @default 0 */
  readonly mispredict?: Range | undefined;
  /** For branches: the share of them that are taken. @default that of overhead in general */
  readonly taken?: number | undefined;
  /** What such a branch decides on. */
  readonly on?: Register | undefined;
}

/**
 * int: arithmetic, moves and compares on general registers. loadInt/storeInt: pointers, sizes,
 * saved registers. libraryCall: the call and return of a library function whose body is listed too.
 */
export type CostKind =
  | 'int'
  | 'intMul'
  | 'intDiv'
  | 'branch'
  | 'loadInt'
  | 'storeInt'
  | 'prefetch'
  | 'it'
  | 'moveFpInt'
  | 'compareFp'
  | 'libraryCall';
