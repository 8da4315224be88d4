/** The signals of a program as column-major matrices of one block. */
import type { Reference } from '../../kernel/lowered.ts';
import type { BufferId, Program } from '../../program/program.ts';
import type { Lowering } from '../common/lowering.ts';
import type { Operand } from '../eigen/passes.ts';

export class Signals {
  private readonly operands: readonly Operand[];

  constructor(lowering: Lowering, program: Program) {
    this.operands = program.buffers.map((buffer) => ({
      at: {
        buffer: lowering.buffer(buffer.name, buffer.channels * lowering.blockFrames, 'scratch'),
        offset: 0,
      },
      stride: buffer.channels,
    }));
  }

  get(id: BufferId): Operand {
    const operand = this.operands[id];
    if (!operand) throw new RangeError(`The program has no buffer ${id}.`);
    return operand;
  }

  channels(id: BufferId): number {
    return this.get(id).stride;
  }
}

/** `floats` further on. */
export const offsetBy = (reference: Reference, floats: number): Reference => ({
  ...reference,
  offset: reference.offset + floats,
});
