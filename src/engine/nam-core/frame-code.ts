/**
 * What NAM Core does frame by frame: gates, FiLM, batch norm and copies of some rows of a matrix. Eigen
 * goes through a block of strided columns one at a time and looks for the aligned part of each: beside
 * its loops, a column costs that search (GCC 12.2 -O3, counted per call, column and round).
 */
import type { Target } from '../../kernel/lowered.ts';
import type { LoopCode } from '../common/code.ts';
import { type Counts, counts } from '../common/code.ts';

export interface StridedPass {
  readonly call: Counts;
  readonly column: Counts;
  readonly loop: LoopCode;
}

export interface FrameCode {
  readonly filmShift: StridedPass;
  readonly filmScale: StridedPass;
  /** FiLM in place: its own output goes back to where its input was. */
  readonly filmBack: StridedPass;
  /** The upper rows of a gated layer, to the head. */
  readonly copyRows: StridedPass;
  /** Two statements a column: times the scale, plus the offset. */
  readonly batchNorm: StridedPass;
  /** Gates copy the halves of a column, apply an activation to each and combine them. */
  readonly gated: StridedPass;
  readonly blended: StridedPass;
  readonly copy: LoopCode;
  /** Activation::apply of a matrix: one more virtual call. */
  readonly applyMatrix: Counts;
  /** ConvNetBlock::Process, and what ConvNet::process does for each block. */
  readonly convnetBlock: Counts;
  readonly convnetHead: Counts;
  /** malloc and free of a matrix that is too large for the allocator's short lists. */
  readonly heap: Counts;
}

const vectorCopy: LoopCode = {
  vector: counts('load_vec 1 store_vec 1 int 2 branch 1'),
  scalar: counts('load_fp32 1 store_fp32 1 int 2 branch 1'),
};
const rowSearch = counts('int 26 branch 4');

const withVectors: FrameCode = {
  filmShift: {
    call: counts('int 61 branch 16 load_int 18 store_int 9'),
    column: counts('int 28 branch 4 load_int 2'),
    loop: {
      vector: counts('load_vec 3 vec_fma 1 store_vec 1 int 2 branch 1'),
      scalar: counts('load_fp32 3 scalar_fma 1 store_fp32 1 int 2 branch 1'),
    },
  },
  filmScale: {
    call: counts('int 45 branch 13 load_int 15 store_int 5'),
    column: counts('int 30 branch 4'),
    loop: {
      vector: counts('load_vec 2 vec_fparith 1 store_vec 1 int 2 branch 1'),
      scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 2 branch 1'),
    },
  },
  filmBack: {
    call: counts('int 38 branch 7 load_int 10 store_int 7'),
    column: rowSearch,
    loop: vectorCopy,
  },
  copyRows: { call: {}, column: rowSearch, loop: vectorCopy },
  batchNorm: {
    call: counts('int 3 branch 2'),
    column: counts('int 52 branch 14 load_int 4'),
    loop: {
      vector: counts('load_vec 2 vec_fparith 1 store_vec 1 int 1 branch 1'),
      scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
    },
  },
  gated: {
    call: counts('int 9 branch 2 load_int 7 store_int 7'),
    column: counts('int 57 branch 21 load_int 25'),
    loop: {
      vector: counts('load_vec 2 vec_fparith 1 store_vec 1 int 2 branch 1'),
      scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 2 branch 1'),
    },
  },
  blended: {
    call: counts('int 10 branch 2 load_int 7 store_int 7'),
    column: counts('int 83 branch 33 load_int 32'),
    loop: {
      vector: counts('load_vec 3 vec_fparith 2 vec_fma 1 vec_other 1 store_vec 1 int 2 branch 1'),
      scalar: counts('load_fp32 3 scalar_fparith 2 scalar_fma 1 store_fp32 1 int 2 branch 1'),
    },
  },
  copy: vectorCopy,
  applyMatrix: counts('load_int 4 int 2 branch 1'),
  convnetBlock: counts('int 57 branch 19 load_int 16 store_int 8'),
  convnetHead: counts('int 57 branch 16 load_int 15 store_int 11'),
  heap: counts('int 220 branch 85 load_int 70 store_int 33'),
};

/** One value at a time: nothing is aligned, so that a column costs next to nothing. */
const scalarCopy: LoopCode = {
  vector: {},
  scalar: counts('load_int 1 store_int 1 int 1 branch 1'),
};
const nextColumn = counts('int 7 branch 1');

const scalarOnly: FrameCode = {
  filmShift: {
    call: counts('int 42 branch 18 load_int 13 store_int 5 it 4'),
    column: counts('int 10 branch 1 load_int 4'),
    loop: {
      vector: {},
      scalar: counts('load_fp32 3 scalar_fma 1 store_fp32 1 int 1 branch 1'),
    },
  },
  filmScale: {
    call: counts('int 30 branch 14 load_int 11 store_int 3 it 2'),
    column: counts('int 9 branch 1 load_int 2'),
    loop: {
      vector: {},
      scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
    },
  },
  filmBack: {
    call: counts('int 23 branch 8 load_int 10 store_int 7 it 3'),
    column: nextColumn,
    loop: scalarCopy,
  },
  copyRows: { call: {}, column: nextColumn, loop: scalarCopy },
  batchNorm: {
    call: counts('int 6 branch 1 load_int 3 store_int 1'),
    column: counts('int 10 branch 2 it 1 load_int 1'),
    loop: {
      vector: {},
      scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
    },
  },
  gated: {
    call: counts('int 9 branch 2 load_int 5 store_int 2'),
    column: counts('int 27 branch 18 load_int 24'),
    loop: {
      vector: {},
      scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 1 branch 1'),
    },
  },
  blended: {
    call: counts('int 7 branch 2 load_int 5 store_int 1'),
    column: counts('int 38 branch 24 load_int 29 store_int 2 fp_move 1'),
    loop: {
      vector: {},
      scalar: counts('load_fp32 3 scalar_fparith 2 scalar_fma 1 store_fp32 1 int 1 branch 1'),
    },
  },
  copy: scalarCopy,
  applyMatrix: counts('load_int 5 store_int 1 int 1 branch 1'),
  convnetBlock: counts('int 35 branch 16 load_int 17 store_int 7 it 1'),
  convnetHead: counts('int 47 branch 16 load_int 16 store_int 12'),
  heap: counts('int 120 branch 50 load_int 45 store_int 25'),
};

export const frameCode = (target: Target): FrameCode =>
  target.lanes === 1 ? scalarOnly : withVectors;
