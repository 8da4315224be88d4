/**
 * memset to zero: as glibc does it, 64 bytes a round on AArch64 and x86, 32 on 32-bit Arm; or as
 * newlib-nano does it, byte by byte.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes } from '../../kernel/instruction.ts';
import type { Reference } from '../../kernel/lowered.ts';
import { Code, type Counts, counts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';

interface MemsetCode {
  readonly roundFloats: number;
  readonly round: Counts;
  readonly call: Counts;
  readonly storeLanes: Lanes;
}

// The call through the PLT, the dispatch by size and the tail.
const wide: MemsetCode = {
  roundFloats: 16,
  round: counts('store_vec 2 int 1 branch 1'),
  call: counts('int 16 branch 11 load_int 1 store_vec 2 vec_other 1'),
  storeLanes: 4,
};
// From 256 bytes on, glibc for AArch64 clears a line at a time (dc zva), which is one store.
const byLines: MemsetCode = {
  roundFloats: 16,
  round: counts('store_int 1 int 2 branch 1'),
  call: counts('int 20 branch 9 load_int 1 store_vec 3 vec_other 1'),
  storeLanes: 4,
};
const leastLines = 64;
const narrow: MemsetCode = {
  roundFloats: 8,
  round: counts('store_int 4 int 4 branch 1'),
  call: counts('int 17 branch 5 store_int 9'),
  storeLanes: 2,
};

// newlib's memset under -Os, as Arm's toolchains ship it: a test, a byte and two jumps a round.
const nanoCall = counts('int 3 branch 2');
const nanoByte = counts('int 1 store_int 1 branch 2');
const bytesPerFloat = 4;

const writeNano = (b: KernelBuilder, floats: number): void => {
  const body = new Code(b);
  const to = b.slot('destination');
  body.body(nanoCall);
  const zero = b.const(0, 1);
  b.loop(floats, (i) => {
    body.body(nanoByte, () => b.store(zero, b.at(to, 0, i.times(1)), 1));
    for (let byte = 1; byte < bytesPerFloat; byte++) body.body(nanoByte);
  });
};

/** Clears so many floats, wherever they are. */
export const zeroOf = (
  lowering: Lowering,
  floats: number,
): ((place: Place, at: Reference) => void) => {
  const { target } = lowering;
  const code32 = target.isa === 'armv7-neon' || target.lanes === 1;
  const lines = target.isa === 'aarch64' && floats >= leastLines;
  const code = code32 ? narrow : lines ? byLines : wide;
  const template = lowering.template(`memset/${floats}`, (b) => {
    if (target.libc === 'newlib-nano') {
      writeNano(b, floats);
      return;
    }
    const body = new Code(b);
    const to = b.slot('destination');
    body.body(code.call);
    const zero = b.const(0, code.storeLanes);
    const rounds = Math.floor(floats / code.roundFloats);
    b.loop(rounds, (i) => {
      body.body(code.round, () => {
        if (lines) {
          const line = [zero, zero, zero, zero];
          b.store(line, b.at(to, 0, i.times(16)), 4, { form: 'multi', general: true });
          return;
        }
        for (let o = 0; o < code.roundFloats; o += code.storeLanes * (code32 ? 1 : 2)) {
          const address = b.at(to, o, i.times(code.roundFloats));
          if (code32) b.store(zero, address, code.storeLanes);
          else b.store([zero, zero], address, code.storeLanes, { form: 'pair' });
        }
      });
    });
    const tail = floats - rounds * code.roundFloats;
    b.loop(tail, (i) => b.store(zero, b.at(to, rounds * code.roundFloats, i.times(1)), 1));
  });
  return ({ layer }, at) => lowering.kernel({ layer, kind: 'zero' }, template, [at]);
};

export const appendZero = (lowering: Lowering, place: Place, at: Reference, floats: number): void =>
  zeroOf(lowering, floats)(place, at);
