/**
 * Eigen's coefficient-based product: column by column, every coefficient a dot product, nothing
 * packed. Weights are read again for each column, since the result might alias them.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts, counts } from '../code.ts';
import type { Lowering, Place } from '../lowering.ts';
import { multiplyAdd } from './gebp.ts';
import type { ProductOperands, ProductShape } from './product.ts';

export interface LazyOptions {
  /** dst += product; otherwise dst = product. */
  readonly accumulate: boolean;
  /** Address arithmetic and branches per column. */
  readonly column?: Counts;
}

const defaultColumn = counts('int 5 branch 2');

/** Rows in vectors of the widest size that fits: 4, then 2, then 1. */
const rowVectors = (rows: number, target: Target): [number, Lanes][] => {
  const parts: [number, Lanes][] = [];
  let at = 0;
  for (let lanes: number = target.lanes; lanes >= 1; lanes /= 2) {
    for (; rows - at >= lanes; at += lanes) parts.push([at, lanes as Lanes]);
  }
  return parts;
};

/** Slots: stack, weights, block, result. */
const writeLazy = (
  b: KernelBuilder,
  target: Target,
  shape: ProductShape,
  options: LazyOptions,
): void => {
  const code = new Code(b);
  const weights = b.slot('weights');
  const block = b.slot('block');
  const result = b.slot('result');
  const { rows, depth, columns, weightStride, blockStride, resultStride } = shape;
  b.loop(columns, (column) => {
    code.body(options.column ?? defaultColumn);
    const x = Array.from({ length: depth }, (_, k) =>
      b.load(b.at(block, k, column.times(blockStride)), 1),
    );
    for (const [row, lanes] of rowVectors(rows, target)) {
      let sum: Register | null = null;
      for (let k = 0; k < depth; k++) {
        const w = b.load(b.at(weights, k * weightStride + row), lanes);
        const value = x[k] as Register;
        const element = lanes > 1 ? 0 : undefined;
        if (sum === null) {
          sum = b.binary('mul', w, value, lanes, element === undefined ? {} : { element });
        } else multiplyAdd(b, target, w, value, sum, lanes, element);
      }
      const at = b.at(result, row, column.times(resultStride));
      const product = sum as Register;
      const total = options.accumulate
        ? b.binary('add', b.load(at, lanes), product, lanes)
        : product;
      b.store(total, at, lanes);
    }
  });
};

export const appendLazyProduct = (
  lowering: Lowering,
  place: Place,
  shape: ProductShape,
  { weights, block, result }: ProductOperands,
  options: LazyOptions,
): void => {
  const { target } = lowering;
  const { rows, depth, columns, weightStride, blockStride, resultStride } = shape;
  lowering.kernel(
    place,
    lowering.template(
      `eigen/lazy/${rows}x${depth}x${columns}/${weightStride},${blockStride},${resultStride}/${options.accumulate}/${JSON.stringify(options.column ?? defaultColumn)}`,
      (b) => writeLazy(b, target, shape, options),
    ),
    [weights, block, result],
  );
};
