/** Activations as flat loops over a chunk: the rational tanh by fours, LeakyReLU without a branch. */
import type { Reference } from '../../kernel/lowered.ts';
import type { Activation } from '../../nam/network.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { appendActivation, formulaOf, resolveTanh } from '../eigen/activation.ts';
import { appendPass } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import type { Calls } from './calls.ts';
import data from './compiled-code.json' with { type: 'json' };

export const appendChunkActivation = (
  low: Lowering,
  place: Place,
  floats: number,
  activation: Activation,
  tanh: TanhKind,
  at: Reference,
  calls: Calls,
): void => {
  const { target } = low;
  const resolved = resolveTanh(activation, tanh);
  const { type, negativeSlopes: [slope = ''] = [] } = resolved;
  const operand = { at, stride: floats };
  const shape = { rows: floats, columns: 1 };
  const vectorised = type === 'Fasttanh' || (type === 'LeakyReLU' && target.fastMath);
  if (!vectorised || target.lanes < 4) {
    appendActivation(low, place, shape, resolved, operand, operand);
    return;
  }
  const { constants, apply } = formulaOf(resolved);
  const { [type]: vector, scalar } = data.code.activations;
  const pass = {
    name: `neural-audio ${type} ${slope}`,
    shape,
    loop: { vector, scalar },
    call: calls.activation,
    lanes: 4,
    constants,
  } as const;
  const of = { ...place, kind: 'activation' };
  appendPass(low, of, pass, [operand], operand, (b, [x], lanes, held) => apply(b, x, held, lanes));
};
