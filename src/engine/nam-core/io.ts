/** Both ends of a block in NAM Core: the host's doubles to float and back. */
import type { BufferId } from '../../kernel/lowered.ts';
import type { Network } from '../../nam/network.ts';
import type { Lowering } from '../common/lowering.ts';
import { appendCopy, appendPass, type Operand, passCode } from '../eigen/passes.ts';
import { callOf } from './calls.ts';

const operandOf = (buffer: BufferId): Operand => ({ at: { buffer, offset: 0 }, stride: 1 });

/** Doubles of the host to float, and the copy that becomes the condition. */
export const appendInput = (
  low: Lowering,
  kind: Network['kind'],
  from: BufferId,
  to: Operand,
): void => {
  const place = { layer: 'input', kind: 'input' };
  callOf(low, kind === 'lstm' ? 'samples' : kind)(place);
  const shape = { rows: 1, columns: low.blockFrames };
  const loop = passCode(low.target).narrow;
  const pass = { name: 'narrow', shape, loop, lanes: 1, wide: 'sources' } as const;
  appendPass(low, place, pass, [operandOf(from)], to, (b, [x]) => b.convert('narrow', x, 1));
  if (kind !== 'wavenet') return;
  const copy = { at: low.scratch('condition', shape.columns), stride: 1 };
  appendCopy(low, place, shape, to, copy);
};

export const appendOutput = (low: Lowering, from: Operand, output: BufferId): void => {
  const shape = { rows: 1, columns: low.blockFrames };
  const loop = passCode(low.target).widen;
  const pass = { name: 'widen', shape, loop, lanes: 1, wide: 'result' } as const;
  const place = { layer: 'output', kind: 'output' };
  appendPass(low, place, pass, [from], operandOf(output), (b, [x]) => b.convert('widen', x, 1));
};
