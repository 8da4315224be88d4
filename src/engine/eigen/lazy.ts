/**
 * Eigen's coefficient-based product: column by column, every coefficient a dot product, nothing
 * packed. Weights are read again for each column, since the result might alias them.
 */
import type { Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import { Code, type Counts } from '../common/code.ts';
import { type Builds, buildFor, type FormOf, grown } from '../common/compiled-code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import data from './compiled-code.json' with { type: 'json' };
import type { ProductOperands, ProductShape } from './product-code.ts';

type LazyCode = FormOf<typeof data.code.lazy.aarch64>;
const builds: Builds<LazyCode> = data.code.lazy;
const fixedColumns: Builds<Counts> = data.code.fixedLazy;
const nothing = { once: {}, each: {} };

/** Rows of a column from `start` on, in whole vectors, the others one by one. */
const rowRuns = (rows: number, start: number, lanes: Lanes): [number, Lanes][] => {
  const runs: [number, Lanes][] = [];
  for (let row = 0; row < rows; ) {
    const width = row >= start && rows - row >= lanes ? lanes : 1;
    runs.push([row, width]);
    row += width;
  }
  return runs;
};

/** One factor of each step. */
type Value = (step: number) => Register;

/** The sum of products from one step to before another, in their order. */
const chainSum = (
  b: TargetBuilder,
  [first, end]: readonly [number, number],
  weight: Value,
  value: Value,
  lanes: Lanes,
): Register => {
  const sum = b.binary('mul', weight(first), value(first), lanes);
  for (let k = first + 1; k < end; k++) b.multiplyAdd(weight(k), value(k), sum, lanes);
  return sum;
};

/** As a tree of pairs. */
const pairSum = (b: TargetBuilder, depth: number, weight: Value, value: Value): Register => {
  const sums: Register[] = [];
  for (let k = 0; k < depth; k += 2) {
    sums.push(chainSum(b, [k, Math.min(k + 2, depth)], weight, value, 1));
  }
  for (;;) {
    const [first = 0, second] = sums.splice(0, 2);
    if (second === undefined) return first;
    sums.push(b.binary('add', first, second, 1));
  }
};

/** Slots: stack, weights, block, result. */
const writeLazy = (b: TargetBuilder, shape: ProductShape, fixed: boolean): void => {
  const code = new Code(b);
  const [weights, block, result] = [b.slot('weights'), b.slot('block'), b.slot('result')];
  const { rows, depth, columns, weightStride, blockStride, resultStride } = shape;
  const { lanes, isa } = b.target;
  const counts: LazyCode = fixed
    ? { call: {}, column: buildFor(b.target, fixedColumns), vector: nothing, row: nothing }
    : buildFor(b.target, builds);
  // Unrolled, values of the block reach all lanes from a general register, and a row alone is a tree.
  const [general, tree] = [fixed && isa === 'armv7-neon', fixed && lanes === 1];
  code.body(counts.call);
  // Vectors begin where a column is aligned, which moves from column to column.
  const startOf = (column: number): number => (lanes - ((column * resultStride) % lanes)) % lanes;
  let period = 1;
  while (startOf(period) !== 0) period++;
  const writeColumn = (column: number, at: (stride: number) => Term[]): void => {
    code.body(counts.column);
    for (const [row, width] of rowRuns(rows, startOf(column), lanes)) {
      code.body(grown(width > 1 ? counts.vector : counts.row, depth - 1), () => {
        const to = b.at(result, row + column * resultStride, ...at(resultStride));
        const weight: Value = (k) => b.load(b.at(weights, k * weightStride + row), width);
        const value: Value = (k) =>
          b.spread(b.at(block, k + column * blockStride, ...at(blockStride)), width, general);
        const sum =
          tree && width === 1
            ? pairSum(b, depth, weight, value)
            : chainSum(b, [0, depth], weight, value, width);
        b.store(b.binary('add', b.load(to, width), sum, width), to, width);
      });
    }
  };
  const rounds = Math.floor(columns / period);
  b.loop(rounds, (i) => {
    for (let c = 0; c < period; c++) writeColumn(c, (stride) => [i.times(period * stride)]);
  });
  for (let c = rounds * period; c < columns; c++) writeColumn(c, () => []);
};

/** dst += weights * block. `fixed`: rows and depth are constants of the source, and every loop is unrolled. */
export const appendLazyProduct = (
  low: Lowering,
  place: Label,
  shape: ProductShape,
  { weights, block, result }: ProductOperands,
  fixed = false,
): void => {
  const { rows, depth, columns, weightStride, blockStride, resultStride } = shape;
  const name = `eigen/lazy/${rows}x${depth}x${columns}/${weightStride},${blockStride},${resultStride}/${fixed}`;
  const template = low.template(name, (b) => writeLazy(b, shape, fixed));
  low.kernel(place, template, [weights, block, result]);
};
