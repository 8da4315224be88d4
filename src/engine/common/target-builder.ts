/** A kernel under construction for one target: runs of loads and stores, multiply-adds, sums of lanes as it has them. */
import { KernelBuilder } from '../../kernel/builder.ts';
import type { Address, Lanes, Register, Registers } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';

/** c += a * b, in one or two roundings as the target has it. */
export const multiplyAdd = (
  k: KernelBuilder,
  { fma }: Pick<Target, 'fma'>,
  ...[a, b, c, lanes, element]: Parameters<TargetBuilder['multiplyAdd']>
): void => {
  if (fma) k.accumulate(c, a, b, lanes, element);
  else k.binary('add', c, k.binary('mul', a, b, lanes, { element }), lanes, { into: c });
};

/** A weight in a register, or in one of its lanes. */
export interface Weight {
  readonly register: Register;
  readonly element?: number;
}

type AddressOf = (index: number) => Address;

export class TargetBuilder extends KernelBuilder {
  readonly target: Target;

  constructor(target: Target) {
    super();
    this.target = target;
  }

  /** c += a * b, in one or two roundings as the target has it. */
  multiplyAdd(a: Register, b: Register, c: Register, lanes: Lanes, element?: number): void {
    multiplyAdd(this, this.target, a, b, c, lanes, element);
  }

  /** Registers that follow one another in memory, `width` an instruction. */
  private run(
    move: 'loadMany' | 'store',
    registers: Registers,
    at: AddressOf,
    lanes: Lanes,
    width = this.target.isa === 'aarch64' ? 2 : 1,
  ): void {
    for (let i = 0; i < registers.length; i += width) {
      const pair = registers.slice(i, i + width);
      this[move](pair, at(i), lanes, { form: pair.length > 1 ? 'pair' : 'plain' });
    }
  }

  /** Registers that follow one another in memory, two an instruction where there are pairs (ldp). */
  loadRun(registers: Registers, at: AddressOf, lanes: Lanes): void {
    this.run('loadMany', registers, at, lanes);
  }

  storeRun(registers: Registers, at: AddressOf, lanes: Lanes): void {
    this.run('store', registers, at, lanes);
  }

  /** By pairs on every target: vectors of two registers. */
  loadPairs(registers: Registers, at: AddressOf, lanes: Lanes): void {
    this.run('loadMany', registers, at, lanes, 2);
  }

  /** One float of memory in all lanes; `general`: by way of a general register. */
  spread(at: Address, lanes: Lanes, general = false): Register {
    if (lanes === 1) return this.load(at, 1);
    if (!general) return this.load(at, lanes, { form: 'dup' });
    const value = this.load(at, 1, { general: true });
    return this.shuffle(value, value, lanes, new Array<number>(lanes).fill(0));
  }

  /** The sum of all lanes, by halves. */
  sumOfLanes(register: Register, lanes: Lanes): Register {
    let sum = register;
    for (let half = lanes / 2; half >= 1; half /= 2) {
      const pattern = Array.from({ length: lanes }, (_, l) => (l + half) % lanes);
      sum = this.binary('add', sum, this.shuffle(sum, sum, lanes, pattern), lanes);
    }
    return sum;
  }
}
