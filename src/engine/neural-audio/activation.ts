/** Activations as flat loops over a chunk: the rational tanh by fours, LeakyReLU without a branch. */
import type { Register } from '../../kernel/instruction.ts';
import type { Reference } from '../../kernel/lowered.ts';
import type { Activation } from '../../nam/network.ts';
import { counts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { appendActivation, formulaOf, resolveTanh } from '../eigen/activations.ts';
import { appendPass } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import type { Calls } from './build.ts';

export const appendChunkActivation = (
  lowering: Lowering,
  place: Place,
  floats: number,
  activation: Activation,
  tanh: TanhKind,
  at: Reference,
  calls: Calls,
): void => {
  const { target } = lowering;
  const resolved = resolveTanh(activation, tanh);
  const leaky = resolved.type === 'LeakyReLU';
  const operand = { at, stride: floats };
  const shape = { rows: floats, columns: 1 };
  const vectorised =
    target.lanes >= 4 && (resolved.type === 'Fasttanh' || (leaky && target.fastMath));
  if (!vectorised) {
    appendActivation(lowering, place, shape, resolved, operand, operand);
    return;
  }
  const formula = formulaOf(target, resolved);
  const vector = leaky
    ? counts('load_vec 1 vec_fparith 1 vec_other 2 store_vec 1 int 1 branch 1')
    : counts(
        'load_vec 1 vec_fparith 8 vec_fma 4 vec_fdiv 1 vec_other 3 store_vec 1 int 1 branch 1',
      );
  appendPass(
    lowering,
    { ...place, kind: 'activation' },
    {
      name: `neural-audio ${resolved.type} ${resolved.negativeSlopes?.[0] ?? ''}`,
      shape,
      loop: { vector, scalar: counts('int 1 branch 1') },
      call: calls.activation,
      lanes: 4,
      constants: formula.constants,
    },
    [operand],
    operand,
    (b, [x], lanes, held) => formula.apply(b, x as Register, held, lanes),
  );
};
