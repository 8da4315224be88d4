/**
 * What GCC 12.2 -O3 (on Apple's cores Clang) made of a2_fast.cpp: instructions of each loop body,
 * beside what it states.
 */
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, counts } from '../common/code.ts';
import { tuneGroupOf } from '../common/tune-group.ts';

export interface LiteCode {
  /** Taps are vectorised over frames, with de-interleaving loads. */
  readonly vectorised: boolean;
  readonly layer: Counts;
  /** Weights into registers, the masked base of the ring. */
  readonly tapSetup: Counts;
  /** The same with the bias. */
  readonly firstTapSetup: Counts;
  /** The same where the block is shorter than a vector: nothing is spread, and no overlap looked for. */
  readonly shortTapSetup: Counts;
  readonly firstTap: Counts;
  readonly tap: Counts;
  readonly tail: Counts;
  /** -ffast-math: the products of a tap are summed before they are added to what was there. */
  readonly reassociated: boolean;
  /** Lanes of the tail: frames that pass it at once, their LeakyReLU a comparison and a select. */
  readonly tailLanes: 1 | 'vector';
  /** What the compiler puts into half vectors of the tail: two of the three channels at once. */
  readonly pairs: 'none' | 'head sum' | 'head sum and 1x1';
}

export interface FullCode {
  readonly layer: Counts;
  readonly tap: Counts;
  /** The same where the block is so short that the product is unrolled in place. */
  readonly shortTap: Counts;
  /** Four frames of z += bias. */
  readonly bias: Counts;
  readonly biasLanes: 1 | 'vector';
  readonly outer: Counts;
  readonly outerCall: Counts;
  readonly select: Counts;
  readonly selectLanes: 1 | 'vector';
  readonly headSum: Counts;
}

export interface A2Code {
  readonly lite: LiteCode;
  readonly full: FullCode;
  /** One frame of the head: everything but its taps. */
  readonly headFrame: Counts;
  readonly headTapInt: number;
  /** The loop over the head's taps is unrolled: no counter, no branch. */
  readonly headUnrolled: boolean;
}

const aarch64: A2Code = {
  lite: {
    vectorised: true,
    layer: counts('int 25 branch 6 load_int 33 store_int 8 load_fp32 13 load_fp64 4 store_fp32 2'),
    tapSetup: counts('int 16 branch 4 load_fp32 5 vec_other 9 fp_move 2'),
    firstTapSetup: counts('int 16 branch 4 load_fp32 7 vec_other 12 fp_move 2'),
    shortTapSetup: counts('int 4 branch 2 load_fp32 5'),
    firstTap: counts('load_vec 1 vec_other 6 vec_fma 9 store_vec 1 int 2 branch 1'),
    tap: counts('load_vec 2 vec_other 6 vec_fma 9 store_vec 1 int 1 branch 1'),
    // Every multiplication by the slope counts, though the branch over it skips about half of them.
    tail: counts(
      'load_fp32 7 load_fp64 2 scalar_fma 15 vec_fma 3 scalar_fcmp_sel 3 branch 4 vec_other 5 fp_move 1 vec_fparith 2 scalar_fparith 5 store_fp64 2 store_fp32 2 int 6',
    ),
    reassociated: false,
    tailLanes: 1,
    pairs: 'head sum and 1x1',
  },
  full: {
    layer: counts('int 71 branch 17 load_fp32 8 load_int 32 load_vec 2 store_int 18 vec_other 16'),
    tap: counts('int 19 branch 6 load_int 12 store_int 8 fp_move 1'),
    shortTap: counts('int 8 branch 2 load_int 1'),
    bias: counts('load_vec 4 store_vec 4 vec_fparith 8 vec_other 56 int 1 branch 1'),
    biasLanes: 'vector',
    outer: counts('load_fp32 1 load_int 1 load_vec 4 vec_fma 2 store_vec 2 int 4 branch 2'),
    outerCall: counts('branch 2 int 11 load_int 3 store_int 4'),
    select: counts('load_vec 2 vec_fparith 2 vec_other 4 store_vec 2 int 2 branch 1'),
    selectLanes: 'vector',
    headSum: counts('load_vec 2 vec_fparith 2 store_vec 1 int 1 branch 1'),
  },
  headFrame: counts('int 6 branch 1'),
  headTapInt: 6,
  headUnrolled: false,
};

const thumb2: A2Code = {
  lite: {
    vectorised: false,
    layer: counts('int 25 branch 4 load_int 12 store_int 4 load_fp32 18'),
    tapSetup: counts('int 7 branch 1 load_int 2 load_fp32 9'),
    firstTapSetup: counts('int 7 branch 1 load_int 2 load_fp32 12'),
    shortTapSetup: {},
    firstTap: counts('load_fp32 3 scalar_fma 9 store_fp32 3 fp_move 3 int 3 branch 1'),
    tap: counts('load_fp32 6 scalar_fma 9 store_fp32 3 int 3 branch 1'),
    tail: counts(
      'load_fp32 13 scalar_fma 21 scalar_fparith 9 scalar_fcmp_sel 6 fp_move 6 store_fp32 6 int 6 branch 1',
    ),
    reassociated: false,
    tailLanes: 1,
    pairs: 'none',
  },
  full: {
    layer: counts('int 60 branch 8 it 1 load_int 30 store_int 12'),
    tap: counts('int 18 branch 7 fp_move 1 load_int 12 store_int 7 store_fp64 1'),
    shortTap: counts('int 8 branch 2 load_int 1'),
    bias: counts('load_fp32 64 scalar_fparith 32 store_fp32 32 int 20 branch 12'),
    biasLanes: 1,
    outer: counts('load_fp32 17 scalar_fma 8 store_fp32 8 int 3 branch 1'),
    outerCall: counts('branch 3 int 9 load_int 8 store_int 9'),
    select: counts(
      'load_fp32 8 scalar_fparith 8 scalar_fcmp_sel 8 it 8 fp_move 8 store_fp32 8 int 5 branch 4',
    ),
    selectLanes: 1,
    headSum: counts('load_fp32 16 scalar_fparith 8 store_fp32 8 int 6 branch 8'),
  },
  headFrame: counts('int 5 branch 1 fp_move 1 load_int 1 store_int 1'),
  headTapInt: 5,
  headUnrolled: false,
};

const armv7: A2Code = {
  ...thumb2,
  full: {
    ...thumb2.full,
    bias: counts(
      'load_fp32 16 load_vec 4 vec_fparith 4 store_vec 4 scalar_fparith 16 store_fp32 16 store_int 8 fp_move 24 int 32 branch 4',
    ),
    biasLanes: 1,
    outer: counts('load_vec 5 vec_fparith 4 store_vec 2 load_int 1 int 5 branch 2'),
    outerCall: counts('branch 1 int 7 load_int 6 store_int 8'),
    select: counts(
      'load_fp32 8 load_fp64 4 scalar_fparith 8 scalar_fcmp_sel 8 it 8 fp_move 8 store_fp32 8 store_int 4 vec_other 4 int 14 branch 1',
    ),
    selectLanes: 1,
    headSum: counts('load_vec 4 vec_fparith 2 store_vec 2 int 2 branch 1'),
  },
  headFrame: counts('int 5 branch 1 scalar_fcvt 1'),
};

/** -mcpu of an out-of-order core: a vector of two costs more to assemble than it saves in the 1x1. */
const wideAarch64: A2Code = {
  ...aarch64,
  lite: {
    ...aarch64.lite,
    layer: counts('int 26 branch 6 load_int 32 store_int 7 load_fp32 14 store_fp32 1'),
    tapSetup: counts('int 18 branch 4 load_fp32 5 vec_other 9'),
    firstTapSetup: counts('int 18 branch 4 load_fp32 7 vec_other 12'),
    tail: counts(
      'load_fp32 8 load_fp64 1 scalar_fma 21 scalar_fcmp_sel 3 branch 4 vec_other 1 fp_move 1 vec_fparith 1 scalar_fparith 7 store_fp64 1 store_fp32 3 int 6',
    ),
    pairs: 'head sum',
  },
};

/**
 * Clang 14 -O3 -mcpu=apple-m1, as close to Apple's as there is for Linux: it turns the conditional of
 * LeakyReLU into a select and with it vectorises the fused tail, whose constants it keeps on the stack.
 */
const clang: A2Code = {
  lite: {
    ...aarch64.lite,
    tapSetup: counts('int 9 branch 1 load_int 4 load_fp32 9 vec_other 9'),
    firstTapSetup: counts('int 9 branch 1 load_int 4 load_fp32 12 vec_other 12'),
    firstTap: counts('load_vec 1 vec_other 3 vec_fma 9 store_vec 1 int 1 branch 1'),
    tap: counts('load_vec 2 vec_fma 9 store_vec 1 int 1 branch 1'),
    layer: counts(
      'int 52 branch 7 load_int 18 store_int 9 load_fp32 24 vec_other 24 store_vec 21 fp_move 2',
    ),
    tail: counts('load_vec 25 vec_fma 21 vec_fparith 9 vec_other 7 store_vec 2 int 1 branch 1'),
    tailLanes: 'vector',
    pairs: 'none',
  },
  full: {
    ...aarch64.full,
    bias: counts('load_vec 12 store_vec 8 vec_fparith 8 int 2 branch 1'),
    outer: counts('load_fp32 1 load_vec 5 vec_fparith 4 store_vec 2 int 1 branch 1'),
    select: counts('load_vec 2 vec_fparith 2 vec_other 4 store_vec 2 int 1 branch 1'),
    headSum: counts('load_vec 4 vec_fparith 2 store_vec 2 int 1 branch 1'),
  },
  headFrame: counts('int 4 branch 1'),
  headTapInt: 3,
  headUnrolled: true,
};

/**
 * -ffast-math: without a branch in LeakyReLU, GCC vectorises the fused tail over four frames, its
 * constants on the stack (counted for A53 and A76 with GCC 12.2, which hardly differ). GCC 13 is not counted:
 * both machines that were measured with it take as long as selects in the scalar tail do, and half as long
 * again as this.
 */
const withFastMath = (code: A2Code): A2Code => ({
  ...code,
  lite: {
    ...code.lite,
    layer: counts(
      'int 64 vec_other 35 load_fp32 23 load_int 15 store_vec 12 store_fp32 12 branch 4 load_fp64 8 load_vec 5 store_fp64 4 fp_move 2',
    ),
    tapSetup: counts('int 15 branch 4 load_fp32 5 vec_other 9'),
    firstTapSetup: counts('int 16 branch 4 load_fp32 7 vec_other 12'),
    firstTap: counts('load_vec 1 vec_other 3 vec_fma 6 vec_fparith 6 store_vec 1 int 1 branch 1'),
    tap: counts('load_vec 2 vec_other 3 vec_fma 6 vec_fparith 6 store_vec 1 int 1 branch 1'),
    tail: counts('load_vec 13 vec_fma 18 vec_fparith 15 vec_other 10 store_vec 2 int 1 branch 1'),
    reassociated: true,
    tailLanes: 'vector',
    pairs: 'none',
  },
});

export const a2Code = (target: Target): A2Code => {
  if (target.lanes === 1) return thumb2;
  if (target.isa === 'armv7-neon') return armv7;
  const group = tuneGroupOf(target);
  if (group === 'apple') return clang;
  const code = group === 'in-order' ? aarch64 : wideAarch64;
  const vectorises = target.isa === 'aarch64' && target.compiler !== 'gcc-13';
  return target.fastMath && vectorises ? withFastMath(code) : code;
};
