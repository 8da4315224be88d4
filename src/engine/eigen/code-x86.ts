/**
 * Eigen 5.0.1's product code for vector units without a lane operand (SSE, AVX and others): tiles of
 * three vectors of rows with fused multiply-add, of two without, four columns. Tile overheads are
 * those of the same tiles on ARMv7, with values broadcast by a load.
 */
import { counts } from '../common/code.ts';
import type { ProductCode, TileCode } from './product-code.ts';

const tileCode = (vectors: number, columns: number): TileCode => {
  const accumulators = vectors * columns;
  // Without spills: accumulators are zeroed, the tile of the result is read, updated and stored.
  const tile = counts(
    `vec_fma ${accumulators} vec_other ${accumulators + 1} load_vec ${accumulators} ` +
      `store_vec ${accumulators} load_int 10 store_int 5 int 32 branch 5 prefetch 4`,
  );
  const loads = vectors + columns;
  return {
    tile,
    deepTile: tile,
    step: counts(`vec_fma ${accumulators} load_vec ${loads} int 3 branch 1`),
    step8: counts(`vec_fma ${accumulators * 8} load_vec ${loads * 8} int 4 branch 1 prefetch 2`),
  };
};

export const x86Products = (lanes: number, fma: boolean): ProductCode => {
  const full = fma ? [3, 2, 1] : [2, 1];
  const rows = [...full.map((vectors) => vectors * lanes)];
  for (let half = lanes / 2; half >= 4; half /= 2) rows.push(half);
  rows.push(1);
  const columns = [4, 1];
  const tiles: Record<string, TileCode> = {};
  for (const row of rows) {
    for (const column of columns) {
      tiles[`${row}x${column}`] = tileCode(Math.max(1, row / lanes), column);
    }
  }
  const panel = counts('load_int 14 store_int 10 int 36 branch 4');
  const perRows = <T>(make: (rows: number) => T): Record<number, T> =>
    Object.fromEntries(rows.map((row) => [row, make(row)]));
  return {
    rows,
    columns,
    blockRows: (full[0] ?? 1) * lanes,
    broadcast: 'load',
    rowAcrossColumns: lanes === 4,
    tiles,
    call: counts('load_int 10 store_int 12 int 62 branch 6'),
    rowPanel: perRows(() => panel),
    packRhs: {
      call: counts('load_int 5 store_int 6 int 24 branch 4'),
      panels: {
        4: {
          panel: counts('load_int 5 store_int 3 int 26 branch 4'),
          step: counts('load_fp32 4 store_fp32 4 int 4 branch 1'),
          step4: counts('vec_other 8 load_vec 4 store_vec 4 int 6 branch 1'),
        },
        1: {
          panel: counts('int 10 branch 3'),
          step: counts('load_fp32 1 store_fp32 1 int 2 branch 1'),
          step4: counts('load_vec 1 store_vec 1 int 2 branch 1'),
        },
      },
    },
    packLhs: {
      call: counts('load_int 4 store_int 4 int 36 branch 7'),
      panels: perRows((row) => ({
        panel: counts('int 14 branch 2'),
        step: counts(
          row === 1
            ? 'load_fp32 1 store_fp32 1 int 2 branch 1'
            : `load_vec ${Math.max(1, row / lanes)} store_vec ${Math.max(1, row / lanes)} load_int 1 int 6 branch 1`,
        ),
      })),
    },
    driver: counts('load_int 44 store_int 36 int 97 branch 22'),
    nextBlock: counts('load_int 18 store_int 11 int 42 branch 6'),
    blockingSmall: counts('load_int 12 store_int 4 int 16 branch 4'),
    blocking: counts('load_int 12 store_int 5 int 58 branch 14'),
    dispatch: counts('load_int 23 store_int 11 int 20 branch 10'),
  };
};
