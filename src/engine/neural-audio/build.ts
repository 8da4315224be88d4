/**
 * What a call of each of NeuralAudio's functions executes beside its loops: GCC 12.2 -O3 -ffast-math
 * for AArch64, arguments and spans passed in memory, glibc 2.36's heap.
 */
import type { Lanes } from '../../kernel/instruction.ts';
import { type Counts, counts } from '../common/code.ts';

export interface Calls {
  /** One tap of a convolution: spans, the virtual GetData, the dispatch of the product. */
  readonly tap: Counts;
  readonly layer: Counts;
  readonly mixin: Counts;
  readonly layer1x1: Counts;
  readonly activation: Counts;
  readonly sum: Counts;
  readonly bias: Counts;
  /** The temporary of a 1x1 with bias: allocated and freed. */
  readonly heap: Counts;
  readonly chunk: Counts;
}

const packed: Calls = {
  tap: counts('int 30 branch 8 load_int 12 store_int 11'),
  layer: counts('int 34 branch 10 load_int 20 store_int 16'),
  mixin: counts('int 20 branch 6 load_int 7 store_int 5'),
  layer1x1: counts('int 17 branch 5 load_int 8 store_int 6'),
  activation: counts('int 16 branch 5 load_int 2 store_int 2 load_vec 2'),
  sum: counts('int 6 branch 4'),
  bias: counts('int 14 branch 6 load_int 3 store_int 3'),
  // calloc and free: not from the thread's cache, with the chunk unlinked and split.
  heap: counts('int 265 branch 110 load_int 95 store_int 50'),
  chunk: counts('int 500 branch 150 load_int 200 store_int 150'),
};

const small: Calls = {
  ...packed,
  tap: counts('int 6 branch 2 load_int 2'),
  layer: counts('int 50 branch 14 load_int 26 store_int 22'),
  layer1x1: counts('int 34 branch 10 load_int 12 store_int 8'),
  sum: counts('int 14 branch 5 load_int 3 store_int 2'),
  // malloc and free from the thread's cache.
  heap: counts('int 70 branch 38 load_int 34 store_int 18'),
};

const hand: Calls = {
  ...packed,
  tap: counts('int 34 branch 5 vec_other 9 load_int 2'),
  layer: counts('int 30 branch 8 load_int 12 store_int 14'),
  mixin: counts('int 22 branch 6 load_int 8 store_int 5 vec_other 3'),
  layer1x1: counts('int 34 branch 5 vec_other 9 load_int 6 store_int 5'),
  sum: counts('int 26 branch 8 load_int 6 store_int 4'),
};

/** The kernels for three channels are vector code; without vectors they are loops like those of other small sizes. */
export const callsOf = (channels: number, lanes: Lanes): Calls =>
  channels === 3 && lanes > 1 ? hand : channels < 8 ? small : packed;

/** Rounds of the sums: four floats, or the tail that three channels leave. */
export const sumRound = (channels: number): Counts =>
  channels % 4 === 0
    ? counts('load_vec 2 vec_fparith 1 store_vec 1 int 1 branch 0.35')
    : counts('load_vec 2 vec_fparith 1 store_vec 1 int 2 branch 1');
