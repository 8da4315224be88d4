/**
 * What the library functions execute, by range of argument. Counted by single-stepping glibc 2.36 for
 * AArch64 in a user-mode emulator, one call per range; newlib's float functions are of the same
 * family (fdlibm's reduction and polynomial). Knows nothing of cores.
 */
import type { LibraryFunction } from './instruction.ts';
import { addCounts, type InstructionClass, noCounts } from './instruction-class.ts';

type Body = Readonly<Partial<Record<InstructionClass, number>>>;

export interface ArgumentRange {
  /** The range holds |x| below this (and above the limit of the range before it). */
  readonly below: number;
  readonly body: Body;
}

/** Shares of the calls whose |argument| falls into each range of the function; they sum to 1. */
export type ArgumentDistribution = Readonly<Record<LibraryFunction, readonly number[]>>;

/**
 * In both tanh: exp(2|x|) - 1, whose steps depend on k, the multiple of ln 2 nearest to 2|x|: k = 0, 1, more;
 * for floats another path from 2|x| = 27 ln 2 on, for doubles another order of sums from k = 20.
 */
export const argumentRanges: Readonly<Record<LibraryFunction, readonly ArgumentRange[]>> = {
  tanhf: [
    // Silence: |x| below 2^-26.
    {
      below: 1.4901161e-8,
      body: {
        int: 24,
        branch: 13,
        fp_move: 7,
        scalar_fparith: 9,
        scalar_fcmp_sel: 2,
        scalar_fdiv: 1,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 0.1732868,
      body: {
        int: 32,
        branch: 13,
        fp_move: 14,
        scalar_fparith: 10,
        scalar_fma: 8,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 1,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 0.5198604,
      body: {
        int: 38,
        branch: 17,
        fp_move: 17,
        scalar_fparith: 16,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 1,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 1,
      body: {
        int: 45,
        branch: 18,
        fp_move: 20,
        scalar_fparith: 20,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 2,
        scalar_fcvt: 2,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 9.3574867,
      body: {
        int: 50,
        branch: 19,
        fp_move: 21,
        scalar_fparith: 19,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 2,
        scalar_fcvt: 2,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 22,
      body: {
        int: 44,
        branch: 18,
        fp_move: 20,
        scalar_fparith: 21,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 1,
        scalar_fcvt: 2,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: Infinity,
      body: {
        int: 9,
        branch: 3,
        fp_move: 4,
        scalar_fparith: 2,
        scalar_fcmp_sel: 1,
        load_int: 2,
        store_int: 2,
      },
    },
  ],
  tanh: [
    {
      below: 2.7755575e-17,
      body: {
        int: 11,
        branch: 7,
        fp_move: 4,
        scalar_fparith: 3,
        scalar_fcmp_sel: 1,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 0.1732868,
      body: {
        int: 30,
        branch: 13,
        fp_move: 9,
        scalar_fparith: 12,
        scalar_fma: 8,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 1,
        load_fp64: 5,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 0.5198604,
      body: {
        int: 34,
        branch: 17,
        fp_move: 10,
        scalar_fparith: 18,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 1,
        load_fp64: 7,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 1,
      body: {
        int: 42,
        branch: 18,
        fp_move: 13,
        scalar_fparith: 22,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 2,
        scalar_fcvt: 2,
        load_fp64: 8,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 6.758185,
      body: {
        int: 47,
        branch: 19,
        fp_move: 14,
        scalar_fparith: 22,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 2,
        scalar_fcvt: 2,
        load_fp64: 8,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: 22,
      body: {
        int: 46,
        branch: 20,
        fp_move: 14,
        scalar_fparith: 23,
        scalar_fma: 9,
        scalar_fdiv: 2,
        scalar_fcmp_sel: 2,
        scalar_fcvt: 2,
        load_fp64: 8,
        load_int: 2,
        store_int: 2,
      },
    },
    {
      below: Infinity,
      body: {
        int: 9,
        branch: 3,
        fp_move: 3,
        scalar_fparith: 2,
        scalar_fcmp_sel: 1,
        load_fp64: 1,
        load_int: 2,
        store_int: 2,
      },
    },
  ],
  expf: [
    {
      below: 87,
      body: {
        int: 5,
        branch: 2,
        fp_move: 3,
        scalar_fparith: 4,
        scalar_fma: 3,
        scalar_fcvt: 4,
        load_fp64: 3,
        load_int: 2,
      },
    },
    {
      below: Infinity,
      body: {
        int: 13,
        branch: 8,
        fp_move: 6,
        scalar_fparith: 4,
        scalar_fma: 3,
        scalar_fcvt: 4,
        scalar_fcmp_sel: 3,
        load_fp64: 3,
        load_int: 2,
      },
    },
  ],
  exp: [
    { below: 5.5511151e-17, body: { int: 3, branch: 3, fp_move: 2, scalar_fparith: 1 } },
    {
      below: Infinity,
      body: {
        int: 8,
        branch: 3,
        fp_move: 2,
        scalar_fparith: 5,
        scalar_fma: 7,
        scalar_fcvt: 1,
        load_fp64: 5,
        load_int: 2,
      },
    },
  ],
};

/** Where the activations of a trained A1 standard network fall on plucked strings. */
export const defaultArguments: ArgumentDistribution = {
  tanhf: [0, 0.1546, 0.2002, 0.1414, 0.496, 0.0078, 0],
  tanh: [0, 0.1546, 0.2002, 0.1414, 0.4668, 0.037, 0],
  expf: [1, 0],
  exp: [0, 1],
};

/** The index of the range that holds `x`. */
export const rangeOfArgument = (fn: LibraryFunction, x: number): number => {
  const size = Math.abs(x);
  const index = argumentRanges[fn].findIndex((range) => size < range.below);
  return index < 0 ? argumentRanges[fn].length - 1 : index;
};

/** Shares from counted calls per range; a function without calls keeps its default shares. */
export const distributionOf = (
  counted: Readonly<Partial<Record<LibraryFunction, readonly number[]>>>,
): ArgumentDistribution => {
  const shares = (fn: LibraryFunction): readonly number[] => {
    const calls = counted[fn];
    const total = calls?.reduce((sum, count) => sum + count, 0) ?? 0;
    if (!calls || total === 0) return defaultArguments[fn];
    return argumentRanges[fn].map((_, index) => (calls[index] ?? 0) / total);
  };
  return { tanhf: shares('tanhf'), tanh: shares('tanh'), expf: shares('expf'), exp: shares('exp') };
};

/** Mean instructions of the body of one call, the branch to it not included. */
export const libraryBody = (
  fn: LibraryFunction,
  distribution: ArgumentDistribution = defaultArguments,
): Record<InstructionClass, number> => {
  const total = noCounts();
  argumentRanges[fn].forEach((range, index) => {
    addCounts(total, range.body, distribution[fn][index] ?? 0);
  });
  return total;
};
