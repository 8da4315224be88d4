/** Frames of three channels, moved between memory and one register a channel. */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';

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
