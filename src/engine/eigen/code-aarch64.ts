/** Eigen 5.0.1's product code as GCC 12.2 compiles it for AArch64 (NEON, nr = 8): instructions by class of each loop level. */
import { counts } from '../common/code.ts';
import { type ProductCode, tilesOf } from './product-code.ts';

const tiles = tilesOf({
  '12x8': {
    tile: 'vec_fma 24 vec_other 27 load_vec 16 load_int 12 store_vec 16 store_int 5 int 44 branch 5 prefetch 10',
    deepTile:
      'vec_fma 24 vec_other 27 load_vec 16 load_int 13 store_vec 16 store_int 5 int 44 branch 4 prefetch 10',
    step: 'vec_fma 24 load_vec 3 int 4 branch 1',
    step8: 'vec_fma 192 vec_other 7 load_vec 24 int 4 branch 1',
  },
  '12x4': {
    tile: 'vec_fma 12 vec_other 16 load_vec 8 load_int 9 store_vec 8 store_int 2 int 33 branch 6 prefetch 6',
    deepTile:
      'vec_fma 12 vec_other 16 load_vec 8 load_int 9 store_vec 8 store_int 2 int 34 branch 5 prefetch 6',
    step: 'vec_fma 12 load_vec 3 int 4 branch 1 prefetch 1',
    step8: 'vec_fma 96 load_vec 24 int 12 branch 1 prefetch 9',
  },
  '12x1': {
    tile: 'vec_fma 3 vec_other 5 load_vec 2 load_int 2 store_vec 2 int 19 branch 5 prefetch 2',
    deepTile: 'vec_fma 3 vec_other 5 load_vec 2 load_int 2 store_vec 2 int 19 branch 4 prefetch 2',
    step: 'vec_fma 3 load_vec 2 load_fp32 1 int 2 branch 1',
    step8: 'vec_fma 24 load_vec 17 load_fp32 7 int 4 branch 1',
  },
  '8x8': {
    tile: 'vec_fma 16 vec_other 23 load_vec 16 load_int 10 store_vec 16 store_int 6 int 51 branch 5 prefetch 10',
    deepTile:
      'vec_fma 16 vec_other 23 load_vec 16 load_int 12 store_vec 16 store_int 6 int 53 branch 4 prefetch 10',
    step: 'vec_fma 16 load_vec 2 int 4 branch 1',
    step8: 'vec_fma 128 vec_other 3 load_vec 16 int 4 branch 1',
  },
  '8x4': {
    tile: 'vec_fma 8 vec_other 11 load_vec 8 load_int 10 store_vec 8 store_int 4 int 40 branch 6 prefetch 6',
    deepTile:
      'vec_fma 8 vec_other 11 load_vec 8 load_int 10 store_vec 8 store_int 4 int 41 branch 5 prefetch 6',
    step: 'vec_fma 8 load_vec 2 int 3 branch 1',
    step8: 'vec_fma 64 load_vec 16 int 5 branch 1 prefetch 2',
  },
  '8x1': {
    tile: 'vec_fma 2 vec_other 3 load_vec 2 load_int 1 store_vec 2 int 21 branch 5 prefetch 2',
    deepTile: 'vec_fma 2 vec_other 3 load_vec 2 load_int 1 store_vec 2 int 23 branch 4 prefetch 2',
    step: 'vec_fma 2 load_vec 2 load_fp32 1 int 2 branch 1',
    step8: 'vec_fma 16 load_vec 9 load_fp32 7 int 4 branch 1',
  },
  '4x8': {
    tile: 'vec_fma 8 vec_other 12 load_vec 8 load_int 1 store_vec 8 int 47 branch 4 prefetch 10',
    deepTile:
      'vec_fma 8 vec_other 12 load_vec 8 load_int 1 store_vec 8 int 50 branch 3 prefetch 10',
    step: 'vec_fma 8 load_vec 2 int 3 branch 1',
    step8: 'vec_fma 64 load_vec 16 int 4 branch 1',
  },
  '4x4': {
    tile: 'vec_fma 4 vec_other 6 load_vec 4 load_int 1 store_vec 4 int 29 branch 4 prefetch 6',
    deepTile:
      'vec_fma 4 vec_fparith 4 vec_other 10 load_vec 4 load_int 1 store_vec 4 int 31 branch 3 prefetch 6',
    step: 'vec_fma 4 load_vec 2 int 2 branch 1',
    step8: 'vec_fma 32 load_vec 16 int 5 branch 1 prefetch 2',
  },
  '4x1': {
    tile: 'vec_fma 1 vec_other 1 load_vec 1 load_int 1 store_vec 1 int 12 branch 4 prefetch 1',
    deepTile: 'vec_fma 1 vec_other 1 load_vec 1 load_int 1 store_vec 1 int 14 branch 3 prefetch 1',
    step: 'vec_fma 1 load_vec 1 load_fp32 1 int 2 branch 1',
    step8: 'vec_fma 8 load_vec 9 load_fp32 7 int 4 branch 1',
  },
  '2x8': {
    tile: 'vec_fma 8 vec_other 12 load_fp64 8 load_int 1 store_fp64 8 int 48 branch 4 prefetch 10',
    deepTile:
      'vec_fma 8 vec_other 12 load_fp64 8 load_int 1 store_fp64 8 int 50 branch 3 prefetch 10',
    step: 'vec_fma 8 load_vec 1 load_fp32 4 load_fp64 1 int 3 branch 1',
    step8: 'vec_fma 64 load_vec 1 load_fp32 32 load_fp64 8 int 4 branch 1',
  },
  '2x4': {
    tile: 'vec_fma 4 vec_other 6 load_fp64 4 load_int 2 store_fp64 4 store_int 1 int 28 branch 4 prefetch 6',
    deepTile:
      'vec_fma 4 vec_fparith 4 vec_other 10 load_fp64 4 load_int 2 store_fp64 4 store_int 1 int 30 branch 3 prefetch 6',
    step: 'vec_fma 4 load_vec 1 load_fp32 2 load_fp64 1 int 3 branch 1',
    step8: 'vec_fma 32 load_fp32 16 load_fp64 8 int 5 branch 1 prefetch 2',
  },
  '2x1': {
    tile: 'vec_fma 1 vec_other 1 load_fp64 1 load_int 1 store_fp64 1 int 10 branch 4 prefetch 1',
    deepTile:
      'vec_fma 1 vec_other 1 load_fp64 1 load_int 1 store_fp64 1 int 12 branch 3 prefetch 1',
    step: 'vec_fma 1 load_fp32 1 load_fp64 1 int 2 branch 1',
    step8: 'vec_fma 8 load_vec 1 load_fp32 7 load_fp64 8 int 4 branch 1',
  },
  '1x8': {
    tile: 'vec_other 1 scalar_fma 8 fp_move 7 load_fp32 8 load_int 1 store_fp32 8 int 22 branch 3 prefetch 1',
    deepTile:
      'vec_other 1 scalar_fma 8 fp_move 7 load_fp32 8 load_int 1 store_fp32 8 int 22 branch 3 prefetch 1',
    step: 'scalar_fma 8 load_fp32 5 int 2 branch 1',
    step8: 'scalar_fma 64 load_fp32 40 int 16 branch 8',
  },
  '1x4': {
    tile: 'vec_fma 1 vec_other 3 load_vec 3 load_fp32 1 load_int 4 store_vec 3 store_fp32 1 int 40 branch 5 prefetch 1',
    deepTile:
      'vec_fma 1 vec_fparith 3 vec_other 6 load_vec 3 load_fp32 1 load_int 4 store_vec 3 store_fp32 1 int 42 branch 4 prefetch 1',
    step: 'vec_fma 1 load_vec 1 load_fp32 1 int 2 branch 1',
    step8: 'vec_fma 8 load_vec 6 load_fp32 4 int 8 branch 2',
  },
  '1x1': {
    tile: 'vec_other 1 scalar_fma 1 load_fp32 1 store_fp32 1 int 13 branch 4 prefetch 1',
    deepTile: 'vec_other 1 scalar_fma 1 load_fp32 1 store_fp32 1 int 15 branch 5 prefetch 1',
    step: 'scalar_fma 1 load_fp32 2 int 4 branch 1',
    step8: 'vec_fparith 2 vec_other 6 scalar_fparith 8 load_vec 4 int 4 branch 2',
  },
});

export const aarch64Products = (): ProductCode => ({
  rows: [12, 8, 4, 2, 1],
  columns: [8, 4, 1],
  blockRows: 12,
  broadcast: 'element',
  rowAcrossColumns: false,
  tiles,
  call: counts(
    'vec_other 1 fp_move 1 load_fp64 4 load_int 8 store_fp64 4 store_int 10 int 69 branch 7',
  ),
  rowPanel: {
    12: counts('load_int 17 store_int 17 int 45 branch 4'),
    8: counts('load_int 18 store_int 13 int 40 branch 5'),
    4: counts('load_int 12 store_int 7 int 38 branch 4'),
    2: counts('load_int 11 store_int 7 int 38 branch 4'),
    1: counts('load_int 4 int 17 branch 3'),
  },
  packRhs: {
    call: counts('load_int 3 store_int 3 int 26 branch 4'),
    panels: {
      8: {
        panel: counts('load_int 1 int 33 branch 4'),
        step: counts('load_fp32 8 store_fp32 8 int 4 branch 1'),
        step4: counts('vec_other 16 load_vec 8 store_vec 4 int 3 branch 1'),
      },
      4: {
        panel: counts('load_int 4 store_int 3 int 29 branch 4'),
        step: counts('load_fp32 4 store_fp32 4 int 3 branch 1'),
        step4: counts('vec_other 8 load_vec 4 store_vec 2 int 3 branch 1'),
      },
      1: {
        panel: counts('int 8 branch 3'),
        step: counts('load_fp32 1 store_fp32 1 int 2 branch 1'),
        step4: counts('load_vec 1 store_vec 1 int 2 branch 1'),
      },
    },
  },
  packLhs: {
    call: counts('int 35 branch 7'),
    panels: {
      12: {
        panel: counts('int 10 branch 1'),
        step: counts('load_vec 3 load_int 1 store_vec 2 int 10 branch 1'),
      },
      8: {
        panel: counts('int 17 branch 2'),
        step: counts('load_vec 2 load_int 1 store_vec 1 int 8 branch 1'),
      },
      4: {
        panel: counts('int 15 branch 2'),
        step: counts('load_vec 1 load_int 1 store_vec 1 int 4 branch 1'),
      },
      2: {
        panel: counts('int 16 branch 2'),
        step: counts('load_fp64 1 load_int 1 store_fp64 1 int 4 branch 1'),
      },
      1: {
        panel: counts('load_int 1 int 12 branch 2'),
        step: counts('load_fp32 1 store_fp32 1 int 2 branch 1'),
      },
    },
  },
  driver: counts('fp_move 2 load_fp64 1 load_int 42 store_fp64 1 store_int 34 int 97 branch 22'),
  nextBlock: counts('fp_move 1 load_int 18 store_int 11 int 45 branch 6'),
  blockingSmall: counts('load_int 10 store_int 4 int 15 branch 4'),
  blocking: counts('load_int 10 store_int 5 int 57 branch 14'),
  dispatch: counts(
    'fp_move 1 load_fp32 1 load_fp64 1 load_int 22 store_fp64 1 store_int 9 int 16 branch 10',
  ),
});
