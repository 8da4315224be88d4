/**
 * A product with a single column: Eigen's column-major matrix-vector kernel. Each group of rows is
 * summed over all columns of the weights in registers, then added to the result.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts, counts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { loadRun, multiplyAdd, runsOf, storeRun, writeOverhead } from './gebp.ts';
import type { ProductOperands, ProductShape } from './product-shape.ts';

interface ColumnCode {
  /** Rows that are summed at once, widest first. */
  readonly groups: readonly number[];
  /** generic_product_impl and gemv_dense_selector. */
  readonly dispatch: Counts;
  readonly call: Counts;
  group(vectors: number): Counts;
  step(vectors: number): Counts;
}

const aarch64: ColumnCode = {
  groups: [32, 16, 12, 8, 4, 1],
  dispatch: counts(
    'int 11 branch 8 load_int 10 store_int 5 load_fp32 1 load_fp64 1 store_fp64 1 fp_move 1',
  ),
  call: counts('int 38 branch 13 load_int 8 store_int 6 fp_move 1 vec_other 2'),
  group: (n) =>
    counts(`int ${9 + n} branch 2 load_vec ${n} vec_fma ${n} vec_other ${n} store_vec ${n}`),
  step: (n) => counts(`load_fp32 1 load_vec ${Math.ceil(n / 2)} vec_fma ${n} int 4 branch 1`),
};

const armv7: ColumnCode = {
  groups: [32, 16, 12, 8, 4, 1],
  dispatch: counts(
    'int 13 branch 7 load_int 11 store_int 7 load_fp32 1 load_fp64 1 store_fp64 1 fp_move 1',
  ),
  call: counts(
    'int 38 branch 11 it 1 load_int 23 load_fp64 1 store_int 17 store_fp64 1 fp_move 1 vec_other 2',
  ),
  group: (n) =>
    counts(`int ${9 + n} branch 2 load_vec ${n} vec_fma ${n} vec_other ${n} store_vec ${n}`),
  step: (n) => counts(`load_vec ${n + 1} vec_fma ${n} int ${n + 4} branch 1`),
};

const thumb2: ColumnCode = {
  groups: [8, 4, 2, 1],
  dispatch: counts(
    'int 14 branch 8 load_int 7 store_int 5 load_fp32 1 load_fp64 1 store_fp64 1 fp_move 1',
  ),
  call: counts('int 36 branch 10 it 1 load_int 22 load_fp64 1 store_int 16 store_fp64 1 fp_move 1'),
  group: (n) =>
    counts(`int 9 branch 3 load_fp32 ${n + 1} scalar_fma ${n} fp_move ${n + 2} store_fp32 ${n}`),
  step: (n) => counts(`load_fp32 ${n + 1} scalar_fma ${n} int 2 branch 1`),
};

const columnCode = (target: Target): ColumnCode => {
  if (target.lanes === 1) return thumb2;
  return target.isa === 'armv7-neon' ? armv7 : aarch64;
};

/** Slots: stack, weights, block, result. */
const writeColumnProduct = (b: KernelBuilder, target: Target, shape: ProductShape): void => {
  const code = new Code(b);
  const own = columnCode(target);
  const weights = b.slot('weights');
  const block = b.slot('block');
  const result = b.slot('result');
  const { rows, depth, weightStride } = shape;
  code.body(own.call);
  for (const [first, height, groups] of runsOf(rows, own.groups)) {
    const lanes = Math.min(height, target.lanes) as Lanes;
    const vectors = height / lanes;
    b.loop(groups, (group) => {
      const sums = b.registerList(vectors);
      const alpha = b.register();
      const [before, after] = code.pieces(
        lanes > 1 || target.lanes === 1 ? own.group(vectors) : {},
        [
          () => {
            for (const sum of sums) b.const(0, lanes, sum);
          },
          () => {
            b.const(1, lanes, alpha);
            const at = (v: number) => b.at(result, first + v * lanes, group.times(height));
            const old = b.registerList(vectors);
            loadRun(b, target, old, at, lanes);
            old.forEach((r, v) => {
              multiplyAdd(b, target, sums[v] as Register, alpha, r, lanes);
            });
            storeRun(b, target, old, at, lanes);
          },
        ],
      );
      before?.();
      b.loop(depth, (k) =>
        code.body(own.step(vectors), () => {
          const w = b.registerList(vectors);
          const at = (v: number) =>
            b.at(weights, first + v * lanes, group.times(height), k.times(weightStride));
          loadRun(b, target, w, at, lanes);
          const dup = lanes > 1 && target.isa !== 'aarch64';
          const value = b.at(block, 0, k.times(1));
          const x = dup ? b.load(value, lanes, { form: 'dup' }) : b.load(value, 1);
          const element = lanes > 1 && !dup ? 0 : undefined;
          w.forEach((r, v) => {
            multiplyAdd(b, target, r, x, sums[v] as Register, lanes, element);
          });
        }),
      );
      after?.();
    });
  }
};

/** dst (one column) += weights * block (one column). */
export const appendColumnProduct = (
  lowering: Lowering,
  place: Place,
  shape: ProductShape,
  { weights, block, result }: ProductOperands,
): void => {
  const { target } = lowering;
  lowering.kernel(
    { ...place, kind: 'product driver' },
    lowering.template('eigen/column-dispatch', (b) =>
      writeOverhead(b, columnCode(target).dispatch),
    ),
    [],
    { costOnly: true },
  );
  const { rows, depth, weightStride } = shape;
  lowering.kernel(
    place,
    lowering.template(`eigen/column-product/${rows}x${depth}/${weightStride}`, (b) =>
      writeColumnProduct(b, target, shape),
    ),
    [weights, block, result],
  );
};
