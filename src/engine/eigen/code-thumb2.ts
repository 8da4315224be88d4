/** Eigen 5.0.1's product code as GCC 12.2 compiles it for Thumb-2 with a scalar floating-point unit (a tile is one row): instructions by class of each loop level. */
import { counts } from '../common/code.ts';
import { type ProductCode, tilesOf } from './product-code.ts';

const tiles = tilesOf({
  '1x4': {
    tile: 'scalar_fma 4 fp_move 5 load_fp32 5 load_int 4 store_fp32 4 int 20 branch 4 prefetch 2',
    deepTile:
      'scalar_fma 4 scalar_fparith 4 fp_move 10 load_fp32 4 load_int 7 store_fp32 4 int 20 branch 3 prefetch 2',
    step: 'scalar_fma 4 load_fp32 5 int 3 branch 1',
    step8: 'scalar_fma 32 load_fp32 40 int 4 branch 1 prefetch 2',
  },
  '1x1': {
    tile: 'scalar_fma 1 load_fp32 2 load_int 2 store_fp32 1 int 10 branch 4 prefetch 1',
    deepTile: 'scalar_fma 1 load_fp32 2 load_int 4 store_fp32 1 int 12 branch 4 prefetch 1',
    step: 'scalar_fma 1 load_fp32 2 int 2 branch 1',
    step8: 'scalar_fma 8 load_fp32 16 int 4 branch 1',
  },
});

export const thumb2Products = (): ProductCode => ({
  rows: [1],
  columns: [4, 1],
  blockRows: 1,
  broadcast: 'element',
  rowAcrossColumns: false,
  tiles,
  call: counts('fp_move 1 load_fp32 1 load_int 3 store_int 9 int 23 branch 2 it 1'),
  rowPanel: { 1: counts('load_int 8 store_int 3 int 8 branch 3') },
  packRhs: {
    call: counts('load_int 3 store_int 7 int 24 branch 3 it 1'),
    panels: {
      4: {
        panel: counts('load_int 4 int 15 branch 2'),
        step: counts('load_fp32 4 store_fp32 4 int 2 branch 1'),
        step4: null,
      },
      1: {
        panel: counts('int 7 branch 1'),
        step: counts('load_int 1 store_int 1 int 1 branch 1'),
        step4: null,
      },
    },
  },
  packLhs: {
    call: counts('load_int 1 store_int 1 int 9 branch 3'),
    panels: {
      1: { panel: counts('int 6 branch 1'), step: counts('load_int 1 store_int 1 int 2 branch 1') },
    },
  },
  driver: counts(
    'fp_move 3 load_fp64 1 load_int 45 store_fp64 1 store_int 34 int 90 branch 23 it 6',
  ),
  nextBlock: counts('load_int 20 store_int 12 int 40 branch 6'),
  blockingSmall: counts('load_int 11 store_int 1 int 16 branch 4 it 2'),
  blocking: counts('load_int 13 store_int 3 int 55 branch 15 it 5'),
  dispatch: counts(
    'fp_move 1 load_fp32 1 load_fp64 1 load_int 19 store_fp64 1 store_int 11 int 20 branch 10',
  ),
});
