/** Frames of three channels, moved between memory and one register a channel. */
import type { Counter } from '../../kernel/builder.ts';
import type { Lanes, Register, Registers } from '../../kernel/instruction.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { zip } from '../eigen/registers.ts';

export const channels = 3;

/** Frames of a loop: as many as lanes, from `begin` on. */
type Frames = readonly [slot: number, begin: number, i: Counter, lanes: Lanes];

export const frameLoad = (b: TargetBuilder, ...frames: Frames): Register[] => {
  const [slot, begin, i, lanes] = frames;
  const registers = b.registerList(channels);
  const at = (c: number) => b.at(slot, begin * channels + c, i.times(lanes * channels));
  if (lanes > 1) b.loadMany(registers, at(0), lanes, { form: 'structure' });
  else for (const [c, register] of registers.entries()) b.load(at(c), 1, {}, register);
  return registers;
};

export const frameStore = (
  b: TargetBuilder,
  slot: number,
  begin: number,
  i: Counter,
  lanes: Lanes,
  registers: Registers,
): void => {
  const at = (c: number) => b.at(slot, begin * channels + c, i.times(lanes * channels));
  if (lanes > 1) b.store(registers, at(0), lanes, { form: 'structure' });
  else for (const [c, register] of registers.entries()) b.store(register, at(c), 1);
};

/** Constants that follow one another in memory, each in all lanes of a register: read as floats, then spread. */
export const holdAll = (b: TargetBuilder, slot: number, into: Registers, lanes: Lanes): void => {
  const single = lanes > 1 ? b.registerList(into.length) : into;
  b.loadRun(single, (i) => b.at(slot, i), 1);
  if (lanes === 1) return;
  const first = Array.from({ length: lanes }, () => 0);
  for (const [one, all] of zip(single, into)) b.shuffle(one, one, lanes, first, all);
};

/** The weights of an output in a matrix [in][out]. */
const columnOf = (weights: Registers, output: number): Registers =>
  weights.filter((_, i) => i % channels === output);

/** bias + one output's products; `fresh`: the first multiply-add writes a register of its own. */
export const rowSum = (
  b: TargetBuilder,
  matrix: Registers,
  bias: Register,
  values: Registers,
  output: number,
  lanes: Lanes,
  fresh = false,
): Register => {
  let sum = fresh ? null : b.unary('mov', bias, lanes);
  for (const [weight, value] of zip(columnOf(matrix, output), values)) {
    if (sum === null) sum = b.fma(weight, value, bias, lanes);
    else b.multiplyAdd(weight, value, sum, lanes);
  }
  return sum ?? bias;
};

/**
 * sums + w [in][out] x: product by product, or (`reassociated`) all products of an output first. Returns where
 * the sums are; the instruction that loaded `sums` keeps its list.
 */
export const addProducts = (
  b: TargetBuilder,
  w: Registers,
  x: Registers,
  sums: Registers,
  lanes: Lanes,
  reassociated: boolean,
): Registers => {
  if (!reassociated) {
    for (const [c, value] of x.entries()) {
      const weights = w.slice(c * channels, (c + 1) * channels);
      for (const [weight, sum] of zip(weights, sums)) b.multiplyAdd(weight, value, sum, lanes);
    }
    return sums;
  }
  return sums.map((sum, o) => {
    let products: Register | null = null;
    for (const [weight, value] of zip(columnOf(w, o), x)) {
      if (products === null) products = b.binary('mul', weight, value, lanes);
      else b.multiplyAdd(weight, value, products, lanes);
    }
    return products === null ? sum : b.binary('add', sum, products, lanes);
  });
};
