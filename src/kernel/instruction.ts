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

export type Instruction =
  | {
      readonly op: 'load';
      readonly dst: readonly Register[];
      readonly at: Address;
      readonly lanes: Lanes;
      readonly form: MemoryForm;
      /** Costed as a load of doubles (NAM's double interface); values are float32 all the same. */
      readonly wide?: boolean | undefined;
      /** One float through a general register: costed as a load of an integer. */
      readonly general?: boolean | undefined;
    }
  | {
      readonly op: 'store';
      readonly src: readonly Register[];
      readonly at: Address;
      readonly lanes: Lanes;
      readonly form: MemoryForm;
      readonly wide?: boolean | undefined;
      readonly general?: boolean | undefined;
    }
  /**
   * dst = c + a * b, or c - a * b when `negate`. With `element`, b's that lane is used for all lanes.
   * `fused`: rounded once.
   */
  | {
      readonly op: 'fma';
      readonly dst: Register;
      readonly a: Register;
      readonly b: Register;
      readonly c: Register;
      readonly lanes: Lanes;
      readonly element?: number | undefined;
      readonly negate?: boolean | undefined;
      readonly fused: boolean;
    }
  | {
      readonly op: 'binary';
      readonly fn: BinaryOp;
      readonly dst: Register;
      readonly a: Register;
      readonly b: Register;
      readonly lanes: Lanes;
      readonly element?: number | undefined;
    }
  | {
      readonly op: 'unary';
      readonly fn: UnaryOp;
      readonly dst: Register;
      readonly a: Register;
      readonly lanes: Lanes;
    }
  /**
   * dst lane = mask lane is true ? a : b. Masks come from comparisons (all bits set or none).
   * `jump`: one value, chosen by a branch over what computes b: it costs that branch, and nobody waits
   * for the mask but the share of values that is mispredicted.
   */
  | {
      readonly op: 'select';
      readonly dst: Register;
      readonly mask: Register;
      readonly a: Register;
      readonly b: Register;
      readonly lanes: Lanes;
      readonly jump?: { readonly mispredict: Range };
    }
  /** dst lane l = pattern[l] < lanes ? a[pattern[l]] : b[pattern[l] - lanes]. dup is pattern [k,k,..]. */
  | {
      readonly op: 'shuffle';
      readonly dst: Register;
      readonly a: Register;
      readonly b: Register;
      readonly lanes: Lanes;
      readonly pattern: readonly number[];
    }
  | { readonly op: 'const'; readonly dst: Register; readonly value: number; readonly lanes: Lanes }
  | {
      readonly op: 'bits';
      readonly fn: BitOp;
      readonly dst: Register;
      readonly a: Register;
      /** A register, or an immediate int32 for all lanes. */
      readonly b: { readonly register: Register } | { readonly immediate: number };
      readonly lanes: Lanes;
    }
  /** int32 to float32 and back (truncating), lane by lane. `wide`: float64 to float32 of one value. */
  | {
      readonly op: 'convert';
      readonly to: 'float' | 'int' | 'narrow' | 'widen';
      readonly dst: Register;
      readonly a: Register;
      readonly lanes: Lanes;
    }
  /** A call into libm for one value. Its cost depends on the range of the argument. */
  | {
      readonly op: 'call';
      readonly fn: LibraryFunction;
      readonly dst: Register;
      readonly a: Register;
    }
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
