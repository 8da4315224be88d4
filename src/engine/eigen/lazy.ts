/**
 * Eigen's coefficient-based product: column by column, every coefficient a dot product, nothing
 * packed. Weights are read again for each column, since the result might alias them.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Address, Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { multiplyAdd } from './gebp.ts';
import { fixedLazyCode, type LazyCode, lazyCode } from './lazy-code.ts';
import type { ProductOperands, ProductShape } from './product-shape.ts';

/** Rows of a column from `start` on, in whole vectors, the others one by one. */
const rowRuns = (rows: number, start: number, lanes: number): [number, Lanes][] => {
  const runs: [number, Lanes][] = [];
  for (let row = 0; row < rows; ) {
    const width = lanes > 1 && row >= start && rows - row >= lanes ? lanes : 1;
    runs.push([row, width as Lanes]);
    row += width;
  }
  return runs;
};

type Value = (step: number) => Register;

/** One float in all lanes. */
const spread = (b: KernelBuilder, own: LazyCode, at: Address, lanes: Lanes): Register => {
  if (lanes === 1) return b.load(at, 1);
  if (!own.general) return b.load(at, lanes, { form: 'dup' });
  const value = b.load(at, 1, { general: true });
  return b.shuffle(
    value,
    value,
    lanes,
    Array.from({ length: lanes }, () => 0),
  );
};

const chainSum = (
  b: KernelBuilder,
  target: Target,
  depth: number,
  weight: Value,
  value: Value,
  lanes: Lanes,
): Register => {
  const sum = b.binary('mul', weight(0), value(0), lanes);
  for (let k = 1; k < depth; k++) multiplyAdd(b, target, weight(k), value(k), sum, lanes);
  return sum;
};

const pairSum = (
  b: KernelBuilder,
  target: Target,
  depth: number,
  weight: Value,
  value: Value,
): Register => {
  const sums: Register[] = [];
  for (let k = 0; k < depth; k += 2) {
    sums.push(
      chainSum(
        b,
        target,
        Math.min(2, depth - k),
        (step) => weight(k + step),
        (step) => value(k + step),
        1,
      ),
    );
  }
  while (sums.length > 1) {
    const [first, second] = sums.splice(0, 2) as [Register, Register];
    sums.push(b.binary('add', first, second, 1));
  }
  return sums[0] as Register;
};

/** Slots: stack, weights, block, result. */
const writeLazy = (b: KernelBuilder, target: Target, shape: ProductShape, own: LazyCode): void => {
  const code = new Code(b);
  const weights = b.slot('weights');
  const block = b.slot('block');
  const result = b.slot('result');
  const { rows, depth, columns, weightStride, blockStride, resultStride } = shape;
  const { lanes } = target;
  code.body(own.call);
  // Vectors begin where a column is aligned, which moves from column to column.
  const startOf = (column: number): number =>
    lanes > 1 ? (lanes - ((column * resultStride) % lanes)) % lanes : 0;
  let period = 1;
  while (startOf(period) !== 0) period++;
  const write = (column: number, terms: ReturnType<KernelBuilder['at']>['terms']): void => {
    const strides = (stride: number) => terms.map((t) => ({ ...t, stride: t.stride * stride }));
    const value = (k: number) => b.at(block, k + column * blockStride, ...strides(blockStride));
    code.body(own.column);
    for (const [row, width] of rowRuns(rows, startOf(column), lanes)) {
      const at = b.at(result, row + column * resultStride, ...strides(resultStride));
      code.body(own.run(width, depth), () => {
        const weight = (k: number) => b.load(b.at(weights, k * weightStride + row), width);
        const sum =
          own.tree && width === 1
            ? pairSum(b, target, depth, weight, (k) => b.load(value(k), 1))
            : chainSum(b, target, depth, weight, (k) => spread(b, own, value(k), width), width);
        b.store(b.binary('add', b.load(at, width), sum, width), at, width);
      });
    }
  };
  const rounds = Math.floor(columns / period);
  b.loop(rounds, (i) => {
    for (let c = 0; c < period; c++) write(c, [i.times(period)]);
  });
  for (let c = rounds * period; c < columns; c++) write(c, []);
};

export interface LazyOptions {
  /** Rows and depth are constants of the source: every loop is unrolled. @default false */
  readonly fixed?: boolean;
}

/** dst += weights * block. */
export const appendLazyProduct = (
  lowering: Lowering,
  place: Place,
  shape: ProductShape,
  { weights, block, result }: ProductOperands,
  { fixed = false }: LazyOptions = {},
): void => {
  const { target } = lowering;
  const { rows, depth, columns, weightStride, blockStride, resultStride } = shape;
  lowering.kernel(
    place,
    lowering.template(
      `eigen/lazy/${rows}x${depth}x${columns}/${weightStride},${blockStride},${resultStride}/${fixed}`,
      (b) => writeLazy(b, target, shape, fixed ? fixedLazyCode(target) : lazyCode(target)),
    ),
    [weights, block, result],
  );
};
