/** memcpy: as glibc does it, 64 bytes a round; or as newlib-nano does it, byte by byte. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts, counts } from '../common/code.ts';

interface MemcpyCode {
  readonly call: Counts;
  readonly round: Counts;
  readonly lanes: Lanes;
}

// The call through the PLT, the dispatch by size, the unaligned head and tail.
const wide: MemcpyCode = {
  call: counts('int 9 branch 5 load_int 4 store_int 3'),
  round: counts('load_int 4 store_int 4 int 1 branch 1'),
  lanes: 4,
};
const narrow: MemcpyCode = {
  call: counts('int 32 branch 9 load_int 6 store_int 5'),
  round: counts('load_fp64 8 store_fp64 8 int 1 branch 1'),
  lanes: 2,
};

// newlib's memcpy under -Os, as Arm's toolchains ship it: a test, a byte and two jumps a round.
const nanoCall = counts('int 3 branch 2 load_int 2 store_int 2');
const nanoByte = counts('int 1 load_int 1 store_int 1 branch 2');
const bytesPerFloat = 4;

const writeNano = (b: KernelBuilder, floats: number): void => {
  const code = new Code(b);
  const from = b.slot('source');
  const to = b.slot('destination');
  code.body(nanoCall);
  b.loop(floats, (i) => {
    code.body(nanoByte, () =>
      b.store(b.load(b.at(from, 0, i.times(1)), 1), b.at(to, 0, i.times(1)), 1),
    );
    for (let byte = 1; byte < bytesPerFloat; byte++) code.body(nanoByte);
  });
};

/** Slots: stack, source, destination. */
export const writeMemcpy = (b: KernelBuilder, target: Target, floats: number): void => {
  if (target.libc === 'newlib-nano') {
    writeNano(b, floats);
    return;
  }
  const code = new Code(b);
  const from = b.slot('source');
  const to = b.slot('destination');
  const own = target.isa === 'armv7-neon' || target.lanes === 1 ? narrow : wide;
  code.body(own.call);
  const rounds = Math.floor(floats / 16);
  b.loop(rounds, (i) =>
    code.body(own.round, () => {
      for (let o = 0; o < 16; o += own.lanes) {
        b.store(b.load(b.at(from, o, i.times(16)), own.lanes), b.at(to, o, i.times(16)), own.lanes);
      }
    }),
  );
  b.loop(floats - rounds * 16, (i) =>
    b.store(b.load(b.at(from, rounds * 16, i.times(1)), 1), b.at(to, rounds * 16, i.times(1)), 1),
  );
};
