/** Eigen's matrix-vector kernels: a product with one row of weights, and a product with a single column. */
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts } from '../common/code.ts';
import { type Builds, buildFor, type FormOf, grown } from '../common/compiled-code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import data from './compiled-code.json' with { type: 'json' };
import type { ProductPath, ProductShape } from './product-code.ts';
import { lanesOf, runsOf, zip } from './registers.ts';

type RowCode = FormOf<typeof data.code.gemv.aarch64>;
const rowBuilds: Builds<RowCode> = data.code.gemv;

const rowCode = (target: Target, depth: number): RowCode =>
  target.isa === 'aarch64' && target.fastMath && depth < target.lanes
    ? { ...rowBuilds.aarch64, ...data.code.gemv.shortWithFastMath }
    : buildFor(target, rowBuilds);

/**
 * The row-major kernel over the transposed block: eight frames at a time share each vector of weights
 * and are reduced at the end. Slots: stack, weights, block, result.
 */
const writeRowProduct = (b: TargetBuilder, shape: ProductShape): void => {
  const code = new Code(b);
  const counts = rowCode(b.target, shape.depth);
  const [weights, block, result] = [b.slot('weights'), b.slot('block'), b.slot('result')];
  const { depth, columns, weightStride, blockStride, resultStride } = shape;
  const { lanes } = b.target;
  code.body(counts.call);
  // The row of weights is contiguous (a single row, or copied by the selector).
  const vectors = lanes > 1 && weightStride === 1 ? Math.floor(depth / lanes) : 0;
  const done = vectors * lanes;
  for (const [first, rows, groups] of runsOf(columns, [8, 4, 2, 1])) {
    const share = (total: Counts): Counts => (rows === 8 ? total : {});
    b.loop(groups, (group) => {
      const [sums, scalars] = [b.registerList(rows), b.registerList(rows)];
      const frames = group.times(rows * blockStride);
      const clear = (): void => {
        for (const sum of vectors > 0 ? sums : []) b.const(0, lanes, sum);
        for (const sum of scalars) b.const(0, 1, sum);
      };
      const add = (): void => {
        for (const [r, [vector, scalar]] of zip(sums, scalars).entries()) {
          const sum =
            vectors > 0 ? b.binary('add', b.sumOfLanes(vector, lanes), scalar, 1) : scalar;
          const at = b.at(result, (first + r) * resultStride, group.times(rows * resultStride));
          b.store(b.binary('add', b.load(at, 1), sum, 1), at, 1);
        }
      };
      const products = (width: Lanes, from: number, into: Register[], total: Counts): void =>
        b.loop(width > 1 ? vectors : depth - done, (k) =>
          code.body(share(total), () => {
            const step = width > 1 ? width : weightStride;
            const w = b.load(b.at(weights, from * weightStride, k.times(step)), width);
            for (const [r, sum] of into.entries()) {
              const at = b.at(block, (first + r) * blockStride + from, frames, k.times(width));
              b.multiplyAdd(b.load(at, width), w, sum, width);
            }
          }),
        );
      const steps = (): void => {
        if (lanes > 1) products(lanes, 0, sums, counts.step);
        products(1, done, scalars, counts.rest);
      };
      code.around(share(counts.group), clear, steps, add);
    });
  }
};

/** dst += one row of weights * block. */
export const appendRowProduct: ProductPath = (low, place, shape, operands) => {
  const { weights, block, result } = operands;
  const { target } = low;
  const { depth, columns, weightStride, blockStride, resultStride } = shape;
  const { selector } = rowCode(target, depth);
  low.overhead('eigen/gemv-selector', selector)({ ...place, kind: 'product driver' });
  const name = `eigen/gemv/${depth}x${columns}/${weightStride},${blockStride},${resultStride}`;
  const template = low.template(name, (b) => writeRowProduct(b, shape));
  low.kernel(place, template, [weights, block, result]);
};

type ColumnCode = FormOf<typeof data.code.columnProduct>['aarch64' | 'armv7' | 'thumb2'];
const columnBuilds: Builds<ColumnCode> = data.code.columnProduct;

/**
 * The column-major kernel: each group of rows is summed over all columns of the weights in registers,
 * then added to the result. Slots: stack, weights, block, result.
 */
const writeColumnProduct = (b: TargetBuilder, shape: ProductShape): void => {
  const code = new Code(b);
  const counts = buildFor(b.target, columnBuilds);
  const [weights, block, result] = [b.slot('weights'), b.slot('block'), b.slot('result')];
  const { rows, depth, weightStride } = shape;
  code.body(counts.call);
  for (const [first, height, groups] of runsOf(rows, counts.groups)) {
    const lanes = lanesOf(height, b.target);
    const vectors = height / lanes;
    const dup = lanes > 1 && b.target.isa !== 'aarch64';
    const element = lanes > 1 && !dup ? 0 : undefined;
    b.loop(groups, (group) => {
      const sums = b.registerList(vectors);
      const alpha = b.register();
      const clear = (): void => {
        for (const sum of sums) b.const(0, lanes, sum);
      };
      const steps = (): void =>
        b.loop(depth, (k) =>
          code.body(grown(counts.step, vectors), () => {
            const w = b.registerList(vectors);
            const [down, right] = [group.times(height), k.times(weightStride)];
            b.loadRun(w, (v) => b.at(weights, first + v * lanes, down, right), lanes);
            const value = b.at(block, 0, k.times(1));
            const x = dup ? b.load(value, lanes, { form: 'dup' }) : b.load(value, 1);
            for (const [weight, sum] of zip(w, sums)) b.multiplyAdd(weight, x, sum, lanes, element);
          }),
        );
      const add = (): void => {
        b.const(1, lanes, alpha);
        const at = (v: number) => b.at(result, first + v * lanes, group.times(height));
        const old = b.registerList(vectors);
        b.loadRun(old, at, lanes);
        for (const [sum, into] of zip(sums, old)) b.multiplyAdd(sum, alpha, into, lanes);
        b.storeRun(old, at, lanes);
      };
      const whole = lanes > 1 || b.target.lanes === 1;
      code.around(whole ? grown(counts.group, vectors) : {}, clear, steps, add);
    });
  }
};

/** dst (one column) += weights * block (one column). */
export const appendColumnProduct: ProductPath = (low, place, shape, operands) => {
  const { weights, block, result } = operands;
  const { target } = low;
  const { dispatch } = buildFor(target, columnBuilds);
  low.overhead('eigen/column-dispatch', dispatch)({ ...place, kind: 'product driver' });
  const { rows, depth, weightStride } = shape;
  const name = `eigen/column-product/${rows}x${depth}/${weightStride}`;
  const template = low.template(name, (b) => writeColumnProduct(b, shape));
  low.kernel(place, template, [weights, block, result]);
};
