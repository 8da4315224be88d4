/** Frames of three channels, moved between memory and one register a channel. */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { loadRun, multiplyAdd } from '../eigen/registers.ts';

export const channels = 3;

export const frameLoad = (
  b: KernelBuilder,
  slot: number,
  begin: number,
  i: Counter,
  lanes: Lanes,
): Register[] => {
  const registers = b.registerList(channels);
  const at = (c: number) => b.at(slot, begin * channels + c, i.times(lanes * channels));
  if (lanes > 1) b.loadMany(registers, at(0), lanes, { form: 'structure' });
  else {
    registers.forEach((r, c) => {
      b.load(at(c), 1, {}, r);
    });
  }
  return registers;
};

export const frameStore = (
  b: KernelBuilder,
  slot: number,
  begin: number,
  i: Counter,
  lanes: Lanes,
  registers: readonly Register[],
): void => {
  const at = (c: number) => b.at(slot, begin * channels + c, i.times(lanes * channels));
  if (lanes > 1) b.store(registers, at(0), lanes, { form: 'structure' });
  else {
    registers.forEach((r, c) => {
      b.store(r, at(c), 1);
    });
  }
};

/** Constants that follow one another in memory, each in all lanes of a register: read as floats, then spread. */
export const holdAll = (
  b: KernelBuilder,
  target: Target,
  slot: number,
  registers: readonly Register[],
  lanes: Lanes,
): void => {
  const single = lanes > 1 ? b.registerList(registers.length) : registers;
  loadRun(b, target, single, (i) => b.at(slot, i), 1);
  if (lanes === 1) return;
  const first = Array.from({ length: lanes }, () => 0);
  registers.forEach((r, i) => {
    b.shuffle(single[i] as Register, single[i] as Register, lanes, first, r);
  });
};

/**
 * sums + w [in][out] x: product by product, or (`reassociated`) all products of an output first. Returns where
 * the sums are; the instruction that loaded `sums` keeps its list.
 */
export const addProducts = (
  b: KernelBuilder,
  target: Target,
  w: readonly Register[],
  x: readonly Register[],
  sums: readonly Register[],
  lanes: Lanes,
  reassociated: boolean,
): readonly Register[] => {
  const weight = (c: number, o: number): Register => w[c * channels + o] as Register;
  if (!reassociated) {
    x.forEach((value, c) => {
      sums.forEach((sum, o) => {
        multiplyAdd(b, target, weight(c, o), value, sum, lanes);
      });
    });
    return sums;
  }
  const [first, ...rest] = x as [Register, ...Register[]];
  return sums.map((sum, o) => {
    const products = b.binary('mul', weight(0, o), first, lanes);
    rest.forEach((value, i) => {
      multiplyAdd(b, target, weight(i + 1, o), value, products, lanes);
    });
    return b.binary('add', sum, products, lanes);
  });
};
