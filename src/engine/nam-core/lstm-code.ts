/** Instructions of LSTMCell::process_ beside its arithmetic, per loop level. */
import type { Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, counts } from '../common/code.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import type { TanhKind } from '../engine.ts';

export interface LstmCode {
  /** Vectors of rows that share an input in the matrix-vector kernel. */
  readonly rowVectors: number;
  /** Widths of the loops over the hidden state: the first for all it can, the next for what is left. */
  readonly widths: readonly Lanes[];
  /** Once per sample, beside what each layer takes: the loop over samples, the head's call. */
  readonly sample: Counts;
  /** Once per sample and layer: the temporary, the calls of the product, the tests before loops. */
  readonly cell: Counts;
  column(vectors: number, lanes: Lanes): Counts;
  rowEnd(lanes: Lanes): Counts;
  /** Eigen's product adds its sums, times one, to the cleared result before the bias comes. */
  readonly scaledSums: boolean;
  /** The loop of the cell, then that of the hidden state. */
  readonly update: Counts;
  /** Registers copied in each of the two: multiply-adds overwrite their sums, so that constants are. */
  readonly copies: readonly [number, number];
  /** A round of the head's dot product, whose sum is folded in order: a vector, then a value. */
  readonly head: { readonly vector: Counts; readonly scalar: Counts };
}

const noHead = { vector: {}, scalar: {} };

const thumb2 = (tanh: TanhKind): LstmCode => ({
  rowVectors: 8,
  widths: [1],
  sample: {},
  cell: counts('int 90 branch 55 load_int 65 store_int 45'),
  column: (vectors) => counts(`scalar_fma ${vectors} load_fp32 ${vectors + 1} int 1 branch 1`),
  rowEnd: () => counts('int 4 branch 1 load_fp32 3'),
  scaledSums: true,
  update: counts(`int 6 branch 2 fp_move ${tanh === 'fast' ? 10 : 0}`),
  copies: tanh === 'fast' ? [10, 10] : [0, 0],
  head: noHead,
});

/** ARMv7 and x86: vectors in the product; a compiler for ARMv7 vectorises no loop of its own. */
const others = (vectors: Lanes): LstmCode => ({
  ...thumb2('libm'),
  widths: vectors > 1 ? [vectors, 1] : [1],
  cell: counts('int 145 branch 60 load_int 55 store_int 20'),
  column: (vectors, lanes) =>
    counts(
      lanes > 1
        ? `vec_fma ${vectors} load_vec ${vectors} load_fp32 1 int 3 branch 1`
        : `scalar_fma ${vectors} load_fp32 ${vectors + 1} int 1 branch 1`,
    ),
  rowEnd: () => counts('int 4 branch 1'),
  scaledSums: false,
});

const aarch64 = (tanh: TanhKind, inOrder: boolean, whole: boolean): LstmCode => ({
  rowVectors: 8,
  // GCC tunes vectors of two for what is left on the cores that issue in order.
  widths: tanh === 'libm' ? [1] : inOrder ? [4, 2, 1] : [4, 1],
  sample: counts('int 51 branch 29 load_int 21 store_int 4 store_vec 6'),
  cell: counts(
    `int ${inOrder || whole ? 193 : 143} branch 48 load_int 38 store_int 15 load_vec 10 vec_other 7 store_fp64 2 load_fp64 2 fp_move 2 store_vec 6`,
  ),
  column: (vectors, lanes) =>
    counts(
      lanes > 1
        ? `vec_fma ${vectors} load_vec ${Math.ceil(vectors / 2)} load_fp32 1 int 4 branch 1`
        : `scalar_fma ${vectors} load_fp32 ${vectors + 1} int 1 branch 1`,
    ),
  rowEnd: (lanes) =>
    counts(
      lanes > 1
        ? 'vec_fma 1 vec_fparith 1 load_vec 2 store_vec 2 int 2 branch 1 vec_other 2'
        : 'int 4 branch 1',
    ),
  scaledSums: true,
  update: counts(tanh === 'fast' ? 'int 2 branch 1' : 'int 6 branch 2'),
  copies: tanh === 'fast' ? [12, 8] : [0, 0],
  head: {
    vector: counts('load_vec 2 vec_fparith 1 scalar_fparith 4 int 5 branch 1'),
    scalar: counts('load_fp32 2 scalar_fma 1'),
  },
});

export const lstmCode = (target: Target, tanh: TanhKind, hiddenSize: number): LstmCode => {
  if (target.lanes === 1) return thumb2(tanh);
  if (target.isa === 'aarch64') {
    return aarch64(tanh, tuneGroupOf(target) === 'in-order', hiddenSize % target.lanes === 0);
  }
  return others(target.isa !== 'armv7-neon' && tanh === 'fast' ? target.lanes : 1);
};
