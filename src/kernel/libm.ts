/** What the library functions execute, by range of argument. Knows nothing of cores. */
import type { LibraryFunction } from './instruction.ts';
import { addCounts, type InstructionClass, noCounts } from './instruction-class.ts';
import libm from './libm-bodies.json' with { type: 'json' };

export interface ArgumentRange {
  /** The range holds |x| below this (and above the limit of the range before it). */
  readonly below: number;
  readonly body: Readonly<Partial<Record<InstructionClass, number>>>;
}

/** Shares of the calls whose |argument| falls into each range of the function; they sum to 1. */
export type ArgumentDistribution = Readonly<Record<LibraryFunction, readonly number[]>>;

/** By function, from |x| = 0 on; `libm-bodies.json` says where they are from. */
export const argumentRanges: Readonly<Record<LibraryFunction, readonly ArgumentRange[]>> =
  libm.functions;

/** Where the activations of a trained A1 standard network fall on plucked strings. */
export const defaultArguments: ArgumentDistribution = libm.shares;

/** The index of the range that holds `x`. */
export const rangeOfArgument = (fn: LibraryFunction, x: number): number => {
  const size = Math.abs(x);
  const index = argumentRanges[fn].findIndex((range) => size < range.below);
  return index < 0 ? argumentRanges[fn].length - 1 : index;
};

/** Shares from counted calls per range; a function without calls keeps its default shares. */
export const distributionOf = (
  counted: Readonly<Partial<Record<LibraryFunction, readonly number[]>>>,
): ArgumentDistribution => {
  const shares = (fn: LibraryFunction): readonly number[] => {
    const calls = counted[fn];
    const total = calls?.reduce((sum, count) => sum + count, 0) ?? 0;
    if (!calls || total === 0) return defaultArguments[fn];
    return argumentRanges[fn].map((_, index) => (calls[index] ?? 0) / total);
  };
  return { tanhf: shares('tanhf'), tanh: shares('tanh'), expf: shares('expf'), exp: shares('exp') };
};

/** Mean instructions of the body of one call, the branch to it not included. */
export const libraryBody = (
  fn: LibraryFunction,
  distribution: ArgumentDistribution = defaultArguments,
): Record<InstructionClass, number> => {
  const total = noCounts();
  argumentRanges[fn].forEach((range, index) => {
    addCounts(total, range.body, distribution[fn][index] ?? 0);
  });
  return total;
};
