/**
 * dst (rows x columns) += weights (rows x depth) * block (depth x columns), all column-major, as
 * Eigen 5 evaluates it: by coefficients where the three sizes sum below 20, by gemv where there is
 * one column or one row, else by choosing block sizes, packing both sides and running the micro kernel.
 */
import { offsetBy } from '../../kernel/lowered.ts';
import { plus } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { writeGebp } from './gebp.ts';
import { appendColumnProduct, appendRowProduct } from './gemv.ts';
import { appendLazyProduct } from './lazy.ts';
import { writePackLhs, writePackRhs } from './pack.ts';
import type { ProductCode, ProductOperands, ProductPath, ProductShape } from './product-code.ts';
import { productCode } from './product-code.ts';

/** Below this sum of the three sizes Eigen evaluates products coefficient by coefficient. */
export const coefficientThreshold = 20;

const defaultL1Bytes = 32 * 1024;
const actualL2Bytes = 1572864;

/**
 * Rows per call of the micro kernel: Eigen's heuristic, of which below 48 in every direction nothing
 * remains, and otherwise whole multiples of mr, evened out so that the last block is not small.
 */
const rowBlocks = (product: ProductCode, { rows, depth, columns }: ProductShape) => {
  let block = rows;
  if (Math.max(rows, depth, columns) >= 48) {
    const mr = product.blockRows;
    const cache = depth * columns * 4 <= 1024 ? defaultL1Bytes : actualL2Bytes;
    let fit = Math.max(1, Math.min(Math.floor(cache / (3 * depth * 4)), rows));
    if (fit > mr) fit -= fit % mr;
    block =
      rows % fit === 0
        ? fit
        : fit - mr * Math.floor((fit - (rows % fit)) / (mr * (Math.floor(rows / fit) + 1)));
  }
  const blocks: number[] = [];
  for (let at = 0; at < rows; at += block) blocks.push(Math.min(block, rows - at));
  return blocks;
};

/** dst += weights * block, by the path that Eigen takes for these sizes. */
export const appendProduct: ProductPath = (low, place, shape, operands) => {
  const { rows, depth, columns } = shape;
  const path =
    rows + depth + columns < coefficientThreshold
      ? appendLazyProduct
      : columns === 1
        ? appendColumnProduct
        : rows === 1
          ? appendRowProduct
          : appendPackedProduct;
  path(low, place, shape, operands);
};

/** Where both sides of a product are packed to, which is the same for all of a network. */
export const packedPanels = (low: Lowering, shape: ProductShape) => {
  const height = Math.max(...rowBlocks(productCode(low.target), shape));
  return {
    packedRows: low.scratch('packed rows', height * shape.depth, 'stack'),
    packedColumns: low.scratch('packed columns', shape.depth * shape.columns, 'stack'),
  };
};

/** Packs and multiplies: the driver general_matrix_matrix_product::run and what it calls. */
export const appendPackedProduct = (
  low: Lowering,
  { layer, kind }: Label,
  shape: ProductShape,
  { weights, block, result }: ProductOperands,
  dispatch = true,
): void => {
  const product = productCode(low.target);
  const { rows, depth, columns, weightStride, blockStride, resultStride } = shape;
  const heights = rowBlocks(product, shape);
  const large = Math.max(rows, depth, columns) >= 48;
  const more = heights.length - 1;
  const called = dispatch ? plus(product.driver, product.dispatch) : product.driver;
  const driver = low.overhead(
    `eigen/driver/${large ? 'large' : 'small'}/${more}/${dispatch}`,
    plus(plus(called, product.nextBlock, more), large ? product.blocking : product.blockingSmall),
  );
  driver({ layer, kind: 'product driver' });
  const { packedRows, packedColumns } = packedPanels(low, shape);
  const packRhs = low.template(`eigen/pack-rhs/${depth}x${columns}/${blockStride}`, (b) =>
    writePackRhs(b, product, { depth, columns, stride: blockStride }),
  );
  let first = 0;
  for (const height of heights) {
    const packLhs = low.template(`eigen/pack-lhs/${height}x${depth}/${weightStride}`, (b) =>
      writePackLhs(b, product, { rows: height, depth, stride: weightStride }),
    );
    const multiply = low.template(`eigen/gebp/${height}x${depth}x${columns}/${resultStride}`, (b) =>
      writeGebp(b, product, { rows: height, depth, columns, resultStride }),
    );
    low.kernel({ layer, kind: 'pack weights' }, packLhs, [offsetBy(weights, first), packedRows]);
    if (first === 0) low.kernel({ layer, kind: 'pack block' }, packRhs, [block, packedColumns]);
    low.kernel({ layer, kind }, multiply, [packedRows, packedColumns, offsetBy(result, first)]);
    first += height;
  }
};
