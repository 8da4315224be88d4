/**
 * What a compiler made of the passes over a block: instructions by class per call, per vector, per
 * value (GCC 12.2 -O3; without -ffast-math it vectorises no float loop of its own for ARMv7).
 */
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, counts } from '../common/code.ts';

/** One loop: its body for a whole vector and for a single value. */
export interface LoopCode {
  readonly vector: Counts;
  readonly scalar: Counts;
}

export interface PassCode {
  /** dst = a + b. */
  readonly add: LoopCode;
  /** dst += a. */
  readonly accumulate: LoopCode;
  readonly copy: LoopCode;
  /** dst = a * b [+ c], dst = a * scalar. */
  readonly multiply: LoopCode;
  /** dst += weights.asDiagonal() * a, and what a column of such a product costs beside its rows. */
  readonly diagonalAdd: LoopCode;
  readonly diagonalColumn: Counts;
  /** dst += bias, column by column. */
  readonly bias: LoopCode & {
    readonly scalarColumn: Counts;
    readonly vectorColumn: Counts;
    /** Rows from which a column is vectorised. */
    readonly vectorRows: number;
  };
  /** double to float, and back. */
  readonly narrow: LoopCode;
  readonly widen: LoopCode;
}

const vectorLoop = (int: number): PassCode => ({
  add: {
    vector: counts(`load_vec 2 vec_fparith 1 store_vec 1 int ${int} branch 1`),
    scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 2 branch 1'),
  },
  accumulate: {
    vector: counts('load_vec 2 vec_fparith 1 store_vec 1 int 1 branch 1'),
    scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
  },
  copy: {
    vector: counts('load_vec 1 store_vec 1 int 1 branch 1'),
    scalar: counts('load_fp32 1 store_fp32 1 int 1 branch 1'),
  },
  multiply: {
    vector: counts(`load_vec 2 vec_fparith 1 store_vec 1 int ${int} branch 1`),
    scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 2 branch 1'),
  },
  diagonalAdd: {
    vector: counts('load_vec 3 vec_fma 1 store_vec 1 int 2 branch 1'),
    scalar: counts('load_fp32 3 scalar_fma 1 store_fp32 1 int 2 branch 1'),
  },
  diagonalColumn: counts('int 22 branch 6'),
  bias: {
    vector: counts('load_vec 2 vec_fparith 1 store_vec 1 int 2 branch 1'),
    scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 2 branch 1'),
    scalarColumn: counts('int 6 branch 2'),
    vectorColumn: counts('int 9 branch 4'),
    // GCC checks that more than one vector's worth of rows is there.
    vectorRows: 5,
  },
  narrow: {
    vector: counts('load_vec 2 vec_other 2 store_vec 1 int 1 branch 1'),
    scalar: counts('load_fp64 1 scalar_fcvt 1 store_fp32 1 int 2 branch 1'),
  },
  widen: {
    vector: counts('load_vec 1 vec_other 2 store_vec 2 int 1 branch 1'),
    scalar: counts('load_fp32 1 scalar_fcvt 1 store_fp64 1 int 1 branch 1'),
  },
});

const withVectors = vectorLoop(2);

const scalarBias: PassCode['bias'] = {
  vector: {},
  scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
  scalarColumn: counts('int 5 branch 1'),
  vectorColumn: {},
  vectorRows: Number.POSITIVE_INFINITY,
};

const withNeon32: PassCode = {
  ...withVectors,
  diagonalColumn: counts('int 21 it 2 load_int 3 branch 4'),
  copy: {
    vector: counts('load_vec 1 store_vec 1 int 2 branch 1'),
    scalar: counts('load_fp32 1 store_fp32 1 int 2 branch 1'),
  },
  accumulate: {
    vector: counts('load_vec 2 vec_fparith 1 store_vec 1 int 2 branch 1'),
    scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 2 branch 1'),
  },
  bias: scalarBias,
};

const scalarOnly: PassCode = {
  ...withVectors,
  diagonalAdd: {
    vector: {},
    scalar: counts('load_fp32 3 scalar_fma 1 store_fp32 1 int 1 branch 1'),
  },
  diagonalColumn: counts('int 7 branch 1'),
  add: {
    vector: {},
    scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
  },
  multiply: {
    vector: {},
    scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
  },
  // Copies go through general registers.
  copy: { vector: {}, scalar: counts('load_int 1 store_int 1 int 1 branch 1') },
  bias: scalarBias,
  widen: {
    vector: {},
    scalar: counts('load_fp32 1 scalar_fcvt 1 store_fp64 1 int 2 branch 1'),
  },
};

export const passCode = (target: Target): PassCode => {
  if (target.lanes === 1) return scalarOnly;
  return target.isa === 'armv7-neon' ? withNeon32 : withVectors;
};
