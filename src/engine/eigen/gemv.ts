/**
 * A product with one row of weights: Eigen's row-major matrix-vector kernel over the transposed
 * block. Eight frames at a time share each vector of weights and are reduced at the end.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts, counts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { multiplyAdd, runsOf, writeOverhead } from './gebp.ts';
import type { ProductOperands, ProductShape } from './product-shape.ts';

interface GemvCode {
  readonly call: Counts;
  /** Eight frames: addresses, reduction, result. */
  readonly group: Counts;
  readonly step: Counts;
  readonly rest: Counts;
  /** gemv_dense_selector and the dispatch before it: the weights are copied if not contiguous. */
  readonly selector: Counts;
}

const aarch64: GemvCode = {
  call: counts('int 35 branch 6 load_int 7 store_int 6'),
  group: counts(
    'int 15 branch 3 load_int 1 load_fp32 8 scalar_fma 8 store_fp32 8 vec_fparith 16 vec_other 8',
  ),
  step: counts('load_vec 9 vec_fma 8 int 2 branch 1'),
  rest: counts('load_fp32 9 scalar_fma 8 int 2 branch 1'),
  selector: counts('int 47 branch 21 load_int 30 load_vec 13 store_int 20 store_vec 15'),
};
const armv7: GemvCode = {
  call: counts('int 37 branch 6 load_int 18 store_int 31 load_fp64 1 store_fp64 1'),
  group: counts(
    'int 38 branch 3 fp_move 5 load_fp32 8 load_int 29 scalar_fma 8 store_fp32 8 store_int 12 vec_fparith 8 vec_other 16',
  ),
  step: counts('load_vec 9 vec_fma 8 int 11 branch 1'),
  rest: counts('load_fp32 9 scalar_fma 8 int 1 branch 1'),
  selector: counts('int 48 branch 18 load_int 50 store_int 48 fp_move 3'),
};
const thumb2: GemvCode = {
  call: counts('int 29 branch 7 load_int 8 store_int 16 load_fp64 1 store_fp64 1'),
  group: counts(
    'int 21 branch 2 fp_move 7 load_fp32 9 load_int 13 scalar_fma 8 store_fp32 8 store_int 2',
  ),
  step: {},
  rest: counts('load_fp32 9 scalar_fma 8 int 1 branch 1'),
  selector: counts('int 52 branch 20 load_int 40 store_int 36'),
};

/** Too few values for a vector, in code that may reassociate: every sum is a chain in memory. */
const shortWithFastMath: GemvCode = {
  ...aarch64,
  call: counts('int 51 branch 6 load_int 16 store_int 24 load_fp64 1 store_fp64 1'),
  group: counts(
    'int 32 branch 6 load_int 23 store_int 8 load_fp32 8 scalar_fma 8 store_fp32 8 fp_move 7 vec_other 1',
  ),
};

const gemvCode = (target: Target, depth: number): GemvCode => {
  if (target.isa === 'aarch64' && target.fastMath && depth < target.lanes) return shortWithFastMath;
  if (target.lanes === 1) return thumb2;
  return target.isa === 'armv7-neon' ? armv7 : aarch64;
};

/** Slots: stack, weights, block, result. */
const writeGemv = (b: KernelBuilder, target: Target, shape: ProductShape): void => {
  const code = new Code(b);
  const own = gemvCode(target, shape.depth);
  const weights = b.slot('weights');
  const block = b.slot('block');
  const result = b.slot('result');
  const { depth, columns, weightStride, blockStride, resultStride } = shape;
  code.body(own.call);
  const lanes = target.lanes;
  // The row of weights is contiguous (a single row, or copied by the selector).
  const vectors = lanes > 1 && weightStride === 1 ? Math.floor(depth / lanes) : 0;
  for (const [first, rows, groups] of runsOf(columns, [8, 4, 2, 1])) {
    b.loop(groups, (group) => {
      const sums = b.registerList(rows);
      const scalars = b.registerList(rows);
      const width: Lanes = vectors > 0 ? lanes : 1;
      const base = first * blockStride;
      const share = (total: Counts): Counts => (rows === 8 ? total : {});
      const [before, after] = code.pieces(share(own.group), [
        () => {
          for (const r of vectors > 0 ? sums : []) b.const(0, width, r);
          for (const r of scalars) b.const(0, 1, r);
        },
        () => {
          for (let r = 0; r < rows; r++) {
            let sum = scalars[r] as Register;
            if (vectors > 0) {
              sum = b.binary('add', reduce(b, sums[r] as Register, width), sum, 1);
            }
            const at = b.at(result, (first + r) * resultStride, group.times(rows * resultStride));
            b.store(b.binary('add', b.load(at, 1), sum, 1), at, 1);
          }
        },
      ]);
      before?.();
      b.loop(vectors, (k) =>
        code.body(share(own.step), () => {
          const w = b.load(b.at(weights, 0, k.times(lanes)), lanes);
          sums.forEach((sum, r) => {
            const at = b.at(
              block,
              base + r * blockStride,
              group.times(rows * blockStride),
              k.times(lanes),
            );
            multiplyAdd(b, target, b.load(at, lanes), w, sum, lanes);
          });
        }),
      );
      const done = vectors * lanes;
      b.loop(depth - done, (k) =>
        code.body(share(own.rest), () => {
          const w = b.load(b.at(weights, done * weightStride, k.times(weightStride)), 1);
          scalars.forEach((sum, r) => {
            const at = b.at(
              block,
              base + r * blockStride + done,
              group.times(rows * blockStride),
              k.times(1),
            );
            multiplyAdd(b, target, b.load(at, 1), w, sum, 1);
          });
        }),
      );
      after?.();
    });
  }
};

/** The sum of all lanes, by halves. */
const reduce = (b: KernelBuilder, register: Register, lanes: Lanes): Register => {
  let sum = register;
  for (let half = lanes / 2; half >= 1; half /= 2) {
    const pattern = Array.from({ length: lanes }, (_, l) => (l + half) % lanes);
    sum = b.binary('add', sum, b.shuffle(sum, sum, lanes, pattern), lanes);
  }
  return sum;
};

export const appendGemv = (
  lowering: Lowering,
  place: Place,
  shape: ProductShape,
  { weights, block, result }: ProductOperands,
): void => {
  const { target } = lowering;
  lowering.kernel(
    { ...place, kind: 'product driver' },
    lowering.template('eigen/gemv-selector', (b) =>
      writeOverhead(b, gemvCode(target, shape.depth).selector),
    ),
    [],
    { costOnly: true },
  );
  const { depth, columns, weightStride, blockStride, resultStride } = shape;
  lowering.kernel(
    place,
    lowering.template(
      `eigen/gemv/${depth}x${columns}/${weightStride},${blockStride},${resultStride}`,
      (b) => writeGemv(b, target, shape),
    ),
    [weights, block, result],
  );
};
