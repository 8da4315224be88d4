/** Instructions of LSTMCell::process_ beside its arithmetic, per loop level. */
import type { Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, counts } from '../common/code.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import type { TanhKind } from '../engine.ts';

export interface LstmCode {
  /** Vectors of rows that share an input in the matrix-vector kernel. */
  readonly rowVectors: number;
  /** The loops over the hidden state are vectorised (fast tanh only). */
  readonly vectorised: boolean;
  /** Once per sample: the temporary (malloc, memset, free), the calls, the head. */
  readonly sample: Counts;
  column(vectors: number, lanes: Lanes): Counts;
  readonly rowEnd: Counts;
  /** Eigen's product adds its sums, times one, to the cleared result before the bias comes. */
  readonly scaledSums: boolean;
  update(lanes: Lanes): Counts;
  /** Registers copied in each of the two loops over the hidden state. */
  readonly copies: number;
}

export const lstmCode = (target: Target, tanh: TanhKind): LstmCode => {
  const scalar = target.lanes === 1;
  const vectorised = target.isa !== 'armv7-neon' && !scalar && tanh === 'fast';
  // GCC tunes these for vectors of two in the rests of loops, and tests for them before each loop.
  const halfVectors = vectorised && tuneGroupOf(target) === 'in-order';
  // Multiply-adds overwrite their sums: the constants of the fast tanh are copied, four an activation.
  const copies = scalar && tanh === 'fast' ? 10 : 0;
  return {
    rowVectors: 8,
    vectorised,
    sample: counts(
      scalar
        ? 'int 90 branch 55 load_int 65 store_int 45'
        : `int ${halfVectors ? 215 : 145} branch 60 load_int 55 store_int 20`,
    ),
    column: (vectors, lanes) =>
      counts(
        lanes > 1
          ? `vec_fma ${vectors} load_vec ${target.isa === 'aarch64' ? Math.ceil(vectors * 0.75) : vectors} load_fp32 1 int 3 branch 1`
          : `scalar_fma ${vectors} load_fp32 ${vectors + 1} int 1 branch 1`,
      ),
    rowEnd: counts(scalar ? 'int 4 branch 1 load_fp32 3' : 'int 4 branch 1'),
    scaledSums: scalar && target.fma,
    update: () => counts(`int 6 branch 2 fp_move ${copies}`),
    copies,
  };
};
