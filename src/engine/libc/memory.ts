/**
 * Copies of contiguous floats (Eigen's block assignment, memcpy) and memset to zero: as glibc has them, 64
 * bytes a round, or 32 on 32-bit Arm, or as newlib-nano, byte by byte.
 */
import type { Term } from '../../kernel/builder.ts';
import type { Lanes } from '../../kernel/instruction.ts';
import type { Reference, Target } from '../../kernel/lowered.ts';
import { Code, type Counts } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { passCode } from '../eigen/passes.ts';
import data from './compiled-code.json' with { type: 'json' };

const { memcpy } = data.code;

/** 32-bit Arm, whose C library moves pairs of registers. */
const isNarrow = ({ isa, lanes }: Target): boolean => isa === 'armv7-neon' || lanes === 1;

/** A round for each float: newlib-nano works byte by byte, and the first of four states what is done. */
const writeBytes = (code: Code, floats: number, byte: Counts, write: (at: Term) => void): void =>
  code.b.loop(floats, (i) => {
    code.body(byte, () => write(i.times(1)));
    for (let more = 1; more < 4; more++) code.body(byte);
  });

/** Slots: stack, source, destination. `call`: the instructions of the call beside its loops. */
export const writeCopy = (b: TargetBuilder, floats: number, call: Counts): void => {
  const code = new Code(b);
  const [from, to] = [b.slot('source'), b.slot('destination')];
  code.body(call);
  code.sweep(passCode(b.target).copy, floats, b.target.lanes, (offset, at, lanes) =>
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
    code.body(memcpy.nano.call);
    writeBytes(code, floats, memcpy.nano.byte, (at) => move(0, at, 1));
    return;
  }
  const { call, round } = isNarrow(b.target) ? memcpy.narrow : memcpy.wide;
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

interface MemsetCode {
  readonly call: Counts;
  readonly round: Counts;
  readonly roundFloats: number;
  readonly lanes: Lanes;
  /** Registers that one store writes: single ones, pairs, or a whole line (dc zva). */
  readonly stored: 1 | 2 | 4;
}

const { nano, ...counted } = data.code.memset;
const wide: MemsetCode = { ...counted.wide, roundFloats: 16, lanes: 4, stored: 2 };
const lines: MemsetCode = { ...counted.lines, roundFloats: 16, lanes: 4, stored: 4 };
const narrow: MemsetCode = { ...counted.narrow, roundFloats: 8, lanes: 2, stored: 1 };

/** Floats from which on glibc for AArch64 clears by lines. */
const minLinesFloats = 64;

const forms = {
  1: { form: 'plain' },
  2: { form: 'pair' },
  4: { form: 'multi', general: true },
} as const;

/** Slots: stack, destination. */
const writeMemset = (b: TargetBuilder, floats: number): void => {
  const code = new Code(b);
  const to = b.slot('destination');
  if (b.target.libc === 'newlib-nano') {
    code.body(nano.call);
    const zero = b.const(0, 1);
    writeBytes(code, floats, nano.byte, (at) => b.store(zero, b.at(to, 0, at), 1));
    return;
  }
  const byLines = b.target.isa === 'aarch64' && floats >= minLinesFloats;
  const memset = isNarrow(b.target) ? narrow : byLines ? lines : wide;
  const { call, round, roundFloats, lanes, stored } = memset;
  code.body(call);
  const zero = b.const(0, lanes);
  const zeros = Array.from({ length: stored }, () => zero);
  const rounds = Math.floor(floats / roundFloats);
  b.loop(rounds, (i) =>
    code.body(round, () => {
      for (let o = 0; o < roundFloats; o += lanes * stored) {
        b.store(zeros, b.at(to, o, i.times(roundFloats)), lanes, forms[stored]);
      }
    }),
  );
  const done = rounds * roundFloats;
  b.loop(floats - done, (i) => b.store(zero, b.at(to, done, i.times(1)), 1));
};

/** Clears so many floats. */
export const appendZero = (
  low: Lowering,
  { layer }: Label,
  at: Reference,
  floats: number,
): void => {
  const template = low.template(`memset/${floats}`, (b) => writeMemset(b, floats));
  low.kernel({ layer, kind: 'zero' }, template, [at]);
};
