/** How often branches that hang on the signal go against their prediction: figures, with how they were counted. */
import { type Figure, rangeOfCost } from '../../units/figure.ts';
import type { Range } from '../../units/range.ts';

/** Share of the branches on the sign of LeakyReLU's argument, one for each value. */
export const signBranches: Figure = {
  value: 0.1,
  low: 0.005,
  high: 0.28,
  kind: 'estimate',
  source:
    'counted by tools/sign-branches.ts on an A2 container of NeuralAmpModelerCore, both widths, in blocks of 64: a table behind the last 12 outcomes misses 6 % on plucked strings and 0.7 to 1 % on a sweep, a single counter of two bits 28 % of the lite width; a predictor of five tagged tables and 128 branches of history misses 2 to 15 % of those of traced builds, 10 % in the mean of five; which of them a core is near is not published',
};

/** Of one value each; worst is the most. */
export const signMispredicts: Range = rangeOfCost(signBranches);

/** Of the branches around a short column, whose vector loops are jumped over, those that are taken. */
export const skippingBranches: Figure = {
  value: 0.7,
  low: 0.6,
  high: 0.8,
  kind: 'measured',
  source:
    'traces of NAM Core with one channel, GCC 12.2 for AArch64, less the closers of its loops',
};
