/**
 * What a call of each method of NAM Core costs beside its loops: saved registers, sizes, pointers,
 * checks for aliasing and alignment (GCC 12.2 -O3, counted per call).
 */
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, counts } from '../common/code.ts';

export interface CallCode {
  /** WaveNet::process, once per block. */
  readonly wavenet: Counts;
  /** ConvNet::process with Buffer::_update_buffers_, once per block. */
  readonly convnet: Counts;
  /** Linear::process with Buffer::_update_buffers_, once per block. */
  readonly linear: Counts;
  /** LSTM::process, once per block; what is per sample is part of its loop. */
  readonly samples: Counts;
  /** LayerArray::Process and ProcessInner, once per block and array. */
  readonly array: Counts;
  /** ProcessInner per layer: the head sum. */
  readonly headSum: Counts;
  /** Layer::Process. */
  readonly layer: Counts;
  /** Conv1D::Process without its taps, RingBuffer::Advance included. */
  readonly conv: Counts;
  /** Per tap: RingBuffer::Read and the block expressions of the product. */
  readonly tap: Counts;
  readonly conv1x1: Counts;
  readonly conv1x1Bias: Counts;
  readonly ringWrite: Counts;
  readonly ringRewind: Counts;
}

const aarch64: CallCode = {
  linear: counts('int 58 branch 18 load_int 24 store_int 10'),
  samples: counts('int 10 load_int 7 store_int 6 branch 2'),
  convnet: counts('int 190 branch 62 load_int 70 store_int 30'),
  wavenet: counts('branch 27 int 101 load_fp32 1 load_int 28 store_int 8 vec_other 1'),
  array: counts('branch 11 int 50 load_int 13 store_int 6'),
  headSum: counts('branch 10 int 43 load_int 8'),
  layer: counts('branch 40 int 88 load_int 39 store_int 10'),
  conv: counts('branch 15 int 47 load_int 23 store_int 14'),
  tap: counts(
    'branch 7 fp_move 1 int 31 load_int 20 load_vec 2 store_fp32 1 store_int 13 store_vec 2',
  ),
  conv1x1: counts(
    'branch 11 fp_move 1 int 27 load_int 13 load_vec 1 store_fp32 1 store_fp64 1 store_int 18 store_vec 1',
  ),
  conv1x1Bias: counts('branch 3 int 19 load_int 3'),
  ringWrite: counts('branch 10 int 37 load_int 6 store_int 1'),
  ringRewind: counts('branch 5 int 20 load_int 6 store_int 1'),
};

const armv7: CallCode = {
  linear: counts('int 58 branch 18 load_int 24 store_int 10'),
  samples: counts('int 10 load_int 7 store_int 6 branch 2'),
  convnet: counts('int 190 branch 62 load_int 70 store_int 30'),
  wavenet: counts('branch 24 int 85 it 6 load_fp32 1 load_int 30 store_int 10'),
  array: counts('branch 12 int 43 it 4 load_int 11 store_int 6'),
  headSum: counts('branch 10 int 41 it 4 load_int 9'),
  layer: counts('branch 39 fp_move 1 int 89 it 12 load_int 60 store_fp64 1 store_int 12'),
  conv: counts('branch 14 int 41 it 3 load_fp64 3 load_int 20 store_fp64 1 store_int 15'),
  tap: counts('branch 8 fp_move 2 int 37 it 5 load_int 22 store_fp32 1 store_fp64 1 store_int 14'),
  conv1x1: counts(
    'branch 9 fp_move 3 int 37 it 5 load_int 15 load_vec 1 store_fp32 1 store_fp64 1 store_int 17 store_vec 3',
  ),
  conv1x1Bias: counts('branch 3 int 8 it 1 load_int 4'),
  ringWrite: counts('branch 9 int 33 it 4 load_int 8 store_int 3'),
  ringRewind: counts('branch 5 int 20 it 2 load_int 7 store_int 2'),
};

const thumb2: CallCode = {
  linear: counts('int 58 branch 18 load_int 24 store_int 10'),
  samples: counts('int 10 load_int 7 store_int 6 branch 2'),
  convnet: counts('int 190 branch 62 load_int 70 store_int 30'),
  wavenet: counts(
    'branch 23 int 60 it 1 load_fp32 1 load_fp64 1 load_int 27 store_fp64 1 store_int 7',
  ),
  array: counts('branch 9 int 18 it 1 load_int 10 store_int 7'),
  headSum: counts('branch 8 int 24 load_int 7'),
  layer: counts('branch 38 int 54 it 2 load_int 38 store_int 8'),
  conv: counts('branch 16 int 34 it 1 load_int 21 store_int 9'),
  tap: counts('branch 11 int 27 load_int 23 store_int 18'),
  conv1x1: counts('branch 12 int 30 it 2 load_int 12 store_int 21'),
  conv1x1Bias: counts('branch 4 int 7 load_int 4'),
  ringWrite: counts('branch 10 int 14 it 1 load_int 8 store_int 4'),
  ringRewind: counts('branch 5 int 12 load_int 6 store_int 2'),
};

export const callCode = (target: Target): CallCode => {
  if (target.lanes === 1) return thumb2;
  return target.isa === 'armv7-neon' ? armv7 : aarch64;
};
