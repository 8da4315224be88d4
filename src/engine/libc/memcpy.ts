/** Copies of contiguous floats: Eigen's block assignment, and memcpy as glibc has it, 64 bytes a round, or newlib-nano, byte by byte. */
import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts } from '../common/code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { passCode } from '../eigen/passes.ts';
import data from './compiled-code.json' with { type: 'json' };

const { wide, narrow, nano } = data.code.memcpy;

/** 32-bit Arm, whose C library moves pairs of registers. */
export const isNarrow = ({ isa, lanes }: Target): boolean => isa === 'armv7-neon' || lanes === 1;

/** A round for each float: newlib-nano works byte by byte, and the first of four states what is done. */
export const writeBytes = (
  code: Code,
  floats: number,
  byte: Counts,
  write: (at: Term) => void,
): void =>
  code.b.loop(floats, (i) => {
    code.body(byte, () => write(i.times(1)));
    for (let more = 1; more < 4; more++) code.body(byte);
  });

/** Slots: stack, source, destination. `call`: the instructions of the call beside its loops. */
export const writeCopy = (b: KernelBuilder, target: Target, floats: number, call: Counts): void => {
  const code = new Code(b);
  const [from, to] = [b.slot('source'), b.slot('destination')];
  code.body(call);
  code.sweep(passCode(target).copy, floats, target.lanes, (offset, at, lanes) =>
    b.store(b.load(b.at(from, offset, at), lanes), b.at(to, offset, at), lanes),
  );
};

/** Slots: stack, source, destination. */
export const writeMemcpy = (b: TargetBuilder, floats: number): void => {
  const code = new Code(b);
  const [from, to] = [b.slot('source'), b.slot('destination')];
  const move = (offset: number, at: Term, lanes: Lanes): void =>
    b.store(b.load(b.at(from, offset, at), lanes), b.at(to, offset, at), lanes);
  if (b.target.libc === 'newlib-nano') {
    code.body(nano.call);
    writeBytes(code, floats, nano.byte, (at) => move(0, at, 1));
    return;
  }
  const { call, round } = isNarrow(b.target) ? narrow : wide;
  const lanes = isNarrow(b.target) ? 2 : 4;
  code.body(call);
  const rounds = Math.floor(floats / 16);
  b.loop(rounds, (i) =>
    code.body(round, () => {
      for (let offset = 0; offset < 16; offset += lanes) move(offset, i.times(16), lanes);
    }),
  );
  b.loop(floats - rounds * 16, (i) => move(rounds * 16, i.times(1), 1));
};
