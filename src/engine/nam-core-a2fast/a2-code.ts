/** What compilers made of a2_fast.cpp: counts of each loop body, in compiled-code.json. */
import type { Target } from '../../kernel/lowered.ts';
import type { Counts } from '../common/code.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import data from './compiled-code.json' with { type: 'json' };

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
  /** Frames pass the tail a vector at once, their LeakyReLU a comparison and a select. */
  readonly vectorTail: boolean;
  /** What the compiler puts into half vectors of the tail: two of the three channels at once. */
  readonly pairedHeadSum: boolean;
  readonly paired1x1: boolean;
}

interface FullCode {
  readonly layer: Counts;
  readonly tap: Counts;
  /** The same where the block is so short that the product is unrolled in place. */
  readonly shortTap: Counts;
  /** Four frames of z += bias. */
  readonly bias: Counts;
  readonly vectorBias: boolean;
  readonly outer: Counts;
  readonly outerCall: Counts;
  readonly select: Counts;
  readonly vectorSelect: boolean;
  readonly headSum: Counts;
}

interface A2Code {
  readonly lite: LiteCode;
  readonly full: FullCode;
  /** One frame of the head: everything but its taps. */
  readonly headFrame: Counts;
  /** One of its taps, beside the products. */
  readonly headTap: Counts;
}

const builds: Readonly<Record<'inOrder' | 'outOfOrder' | 'apple' | 'armv7' | 'thumb2', A2Code>> =
  data.code;

const buildOf = (target: Target): A2Code => {
  if (target.lanes === 1) return builds.thumb2;
  if (target.isa === 'armv7-neon') return builds.armv7;
  const group = tuneGroupOf(target);
  if (group === 'apple') return builds.apple;
  return group === 'in-order' ? builds.inOrder : builds.outOfOrder;
};

export const a2Code = (target: Target): A2Code => {
  const build = buildOf(target);
  const { isa, fastMath, compiler } = target;
  const vectorises = isa === 'aarch64' && target.lanes > 1 && compiler !== 'gcc-13';
  if (!fastMath || !vectorises || build === builds.apple) return build;
  return { ...build, lite: { ...build.lite, ...data.code.fastMathLite } };
};
