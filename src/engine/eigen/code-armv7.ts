/** Eigen 5.0.1's product code as GCC 12.2 compiles it for ARMv7 (NEON, Thumb-2, nr = 4): instructions by class of each loop level. */
import { counts } from '../common/code.ts';
import { type ProductCode, tilesOf } from './product-code.ts';

const tiles = tilesOf({
  '12x4': {
    tile: 'vec_fma 12 vec_other 13 load_vec 14 load_fp64 2 load_int 14 store_vec 14 store_int 5 int 36 branch 5 prefetch 2',
    deepTile:
      'vec_fma 12 vec_other 12 load_vec 13 load_fp64 2 load_int 18 store_vec 13 store_int 7 int 32 branch 4 prefetch 2',
    step: 'vec_fma 12 vec_other 4 load_vec 3 load_int 4 int 6 branch 1 prefetch 2',
    step8:
      'vec_fma 96 vec_other 35 load_vec 30 load_fp64 20 load_int 31 store_vec 5 store_fp64 20 int 27 branch 1 prefetch 17',
  },
  '12x1': {
    tile: 'vec_fma 3 vec_other 3 load_vec 3 load_int 8 store_vec 3 store_int 1 int 16 branch 5 prefetch 1',
    deepTile:
      'vec_fma 3 vec_other 3 load_vec 3 load_int 8 store_vec 3 store_int 1 int 19 branch 4 prefetch 1',
    step: 'vec_fma 3 load_vec 4 int 5 branch 1',
    step8: 'vec_fma 24 vec_other 8 load_vec 24 load_int 8 int 27 branch 1',
  },
  '8x4': {
    tile: 'vec_fma 8 vec_other 8 load_vec 8 load_int 15 store_vec 8 store_int 6 int 29 branch 5 prefetch 2',
    deepTile:
      'vec_fma 8 vec_other 8 load_vec 8 load_int 18 store_vec 8 store_int 6 int 29 branch 4 prefetch 2',
    step: 'vec_fma 8 vec_other 4 load_vec 2 load_int 4 int 5 branch 1',
    step8: 'vec_fma 64 vec_other 36 load_vec 16 load_int 32 int 19 branch 1 prefetch 2',
  },
  '8x1': {
    tile: 'vec_fma 2 vec_other 2 load_vec 2 load_int 8 store_vec 2 store_int 1 int 15 branch 5 prefetch 1',
    deepTile:
      'vec_fma 2 vec_other 2 load_vec 2 load_int 8 store_vec 2 store_int 1 int 19 branch 4 prefetch 1',
    step: 'vec_fma 2 load_vec 3 int 4 branch 1',
    step8: 'vec_fma 16 vec_other 8 load_vec 16 load_int 8 int 19 branch 1',
  },
  '4x4': {
    tile: 'vec_fma 4 vec_fparith 4 vec_other 8 load_vec 4 load_int 5 store_vec 4 store_int 1 int 20 branch 4 prefetch 2',
    deepTile:
      'vec_fma 4 vec_fparith 4 vec_other 8 load_vec 4 load_int 6 store_vec 4 store_int 2 int 20 branch 3 prefetch 2',
    step: 'vec_fma 4 vec_other 4 load_vec 1 load_int 4 int 3 branch 1',
    step8: 'vec_fma 32 vec_other 32 load_vec 8 load_int 32 int 12 branch 1 prefetch 2',
  },
  '4x1': {
    tile: 'vec_fma 1 vec_other 1 load_vec 1 load_int 2 store_vec 1 int 10 branch 4 prefetch 1',
    deepTile: 'vec_fma 1 vec_other 1 load_vec 1 load_int 3 store_vec 1 int 13 branch 3 prefetch 1',
    step: 'vec_fma 1 load_vec 2 int 2 branch 1',
    step8: 'vec_fma 8 vec_other 8 load_vec 8 load_int 8 int 11 branch 1',
  },
  '2x4': {
    tile: 'vec_fma 4 vec_fparith 4 vec_other 7 fp_move 1 load_vec 4 load_int 4 store_vec 4 store_int 1 int 20 branch 4 prefetch 2',
    deepTile:
      'vec_fma 4 vec_fparith 4 vec_other 7 fp_move 1 load_vec 4 load_int 5 store_vec 4 store_int 2 int 20 branch 3 prefetch 2',
    step: 'vec_fma 4 vec_other 4 load_vec 1 load_int 4 int 3 branch 1',
    step8: 'vec_fma 32 vec_other 32 load_vec 8 load_int 32 int 12 branch 1 prefetch 2',
  },
  '2x1': {
    tile: 'vec_fma 1 fp_move 1 load_vec 1 load_int 2 store_vec 1 int 10 branch 4 prefetch 1',
    deepTile: 'vec_fma 1 fp_move 1 load_vec 1 load_int 3 store_vec 1 int 13 branch 3 prefetch 1',
    step: 'vec_fma 1 load_vec 2 int 2 branch 1',
    step8: 'vec_fma 8 vec_other 8 load_vec 8 load_int 8 int 11 branch 1',
  },
  '1x4': {
    tile: 'vec_fma 1 vec_fparith 3 vec_other 4 load_vec 4 load_int 7 store_vec 4 store_int 4 int 19 branch 5 prefetch 1',
    deepTile:
      'vec_fma 1 vec_fparith 3 vec_other 4 load_vec 4 load_int 9 store_vec 4 store_int 4 int 20 branch 4 prefetch 1',
    step: 'vec_fma 1 load_vec 2 int 2 branch 1',
    step8: 'vec_fma 8 load_vec 16 int 20 branch 2',
  },
  '1x1': {
    tile: 'scalar_fma 1 load_fp32 2 load_int 5 store_fp32 1 store_int 2 int 15 branch 3 prefetch 1',
    deepTile:
      'scalar_fma 1 load_fp32 2 load_int 5 store_fp32 1 store_int 2 int 15 branch 3 prefetch 1',
    step: 'scalar_fma 1 load_fp32 2 int 1 branch 1',
    step8: 'scalar_fma 8 load_fp32 16 int 8 branch 8',
  },
});

export const armv7Products = (): ProductCode => ({
  rows: [12, 8, 4, 2, 1],
  columns: [4, 1],
  blockRows: 12,
  broadcast: 'general',
  rowAcrossColumns: true,
  tiles,
  call: counts(
    'vec_other 1 fp_move 1 load_fp64 1 load_int 12 store_fp64 1 store_int 13 int 61 branch 5 it 6',
  ),
  rowPanel: {
    12: counts('load_fp32 1 load_int 15 store_fp32 1 store_int 15 int 36 branch 4 it 1'),
    8: counts('load_int 14 store_int 13 int 31 branch 4 it 1'),
    4: counts('load_int 12 store_int 6 int 21 branch 3 it 1'),
    2: counts('load_int 10 store_int 6 int 19 branch 3'),
    1: counts('load_int 6 store_int 2 int 17 branch 2 it 1'),
  },
  packRhs: {
    call: counts('load_int 6 store_int 11 int 17 branch 2 it 2'),
    panels: {
      4: {
        panel: counts('load_int 9 store_int 5 int 21 branch 3'),
        shallowPanel: counts('load_int 6 store_int 4 int 16 branch 4'),
        step: counts('load_int 8 store_int 4 int 15 branch 2 it 1'),
        rests: {
          2: counts('load_vec 4 load_int 10 store_vec 1 store_int 5 int 62 branch 5 it 9'),
          3: counts('load_vec 4 load_int 18 store_vec 1 store_int 9 int 71 branch 6 it 9'),
        },
        step4: counts('vec_other 4 load_vec 4 store_vec 4 int 11 branch 1'),
      },
      1: {
        panel: counts('load_int 3 store_int 2 int 10 branch 2'),
        step: counts('load_int 1 store_int 1 int 1 branch 1'),
        step4: counts('load_vec 1 store_vec 1 int 1 branch 1'),
      },
    },
  },
  packLhs: {
    call: counts('load_int 5 store_int 5 int 36 branch 6 it 2'),
    panels: {
      12: {
        panel: counts('load_int 5 store_int 4 int 12 branch 1'),
        step: counts('load_vec 3 load_int 1 store_vec 3 int 12 branch 1'),
      },
      8: {
        panel: counts('load_int 2 store_int 3 int 20 branch 2'),
        step: counts('load_vec 2 load_int 1 store_vec 2 int 9 branch 1'),
      },
      4: {
        panel: counts('int 15 branch 2'),
        step: counts('load_vec 1 load_int 2 store_vec 1 int 4 branch 1'),
      },
      2: {
        panel: counts('int 15 branch 2'),
        step: counts('load_vec 1 load_int 1 store_vec 1 int 4 branch 1'),
      },
      1: {
        panel: counts('load_int 1 int 13 branch 2'),
        step: counts('load_int 1 store_int 1 int 2 branch 1'),
      },
    },
  },
  driver: counts(
    'fp_move 2 load_fp64 1 load_int 48 store_fp64 1 store_int 38 int 105 branch 22 it 8',
  ),
  nextBlock: counts('fp_move 1 load_int 23 store_int 14 int 37 branch 6 it 7'),
  blockingSmall: counts('load_int 16 store_int 5 int 17 branch 3 it 2'),
  blocking: counts('load_int 17 store_int 7 int 62 branch 13 it 9'),
  dispatch: counts(
    'fp_move 2 load_fp32 1 load_fp64 1 load_int 23 store_fp64 2 store_int 13 int 19 branch 9',
  ),
});
