/** What Eigen's kernels do with registers on a target: runs of loads and stores, multiply-adds, sums of lanes. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Address, Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';

/** The target as Eigen's code sees it: one lane on Helium and on signal processors, whatever these have. */
export const eigenTarget = (target: Target): Target =>
  target.isa === 'helium' || target.isa === 'dsp' ? { ...target, lanes: 1 } : target;

/** Lanes of so many rows, which are whole vectors or one shorter: 1, 2, 4 or 8. */
export const lanesOf = (rows: number, { lanes }: Target): Lanes => Math.min(rows, lanes) as Lanes;

/** Splits `total` greedily into panels of the given sizes, widest first: [offset, size, count] of equal ones. */
export const runsOf = (total: number, sizes: readonly number[]): [number, number, number][] => {
  const runs: [number, number, number][] = [];
  let at = 0;
  for (const size of sizes) {
    const count = Math.floor((total - at) / size);
    if (count > 0) runs.push([at, size, count]);
    at += count * size;
  }
  return runs;
};

/** Two lists of one length, side by side. */
export const zip = <A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] => {
  if (a.length !== b.length)
    throw new RangeError(`Expected as many as ${a.length}, got ${b.length}.`);
  return a.map((x, i) => [x, b[i] as B] as const); // of one length
};

/** c += a * b, in one or two roundings as the target has it. */
export const multiplyAdd = (
  b: KernelBuilder,
  target: Target,
  x: Register,
  y: Register,
  c: Register,
  lanes: Lanes,
  element?: number,
): void => {
  if (target.fma) b.accumulate(c, x, y, lanes, element);
  else b.binary('add', c, b.binary('mul', x, y, lanes, { element }), lanes, { into: c });
};

type Move = (
  b: KernelBuilder,
  target: Target,
  registers: readonly Register[],
  at: (index: number) => Address,
  lanes: Lanes,
) => void;

/** Registers that follow one another in memory, two an instruction where there are pairs (ldp, stp). */
const runOf =
  (move: 'loadMany' | 'store', pairs: (target: Target) => boolean): Move =>
  (b, target, registers, at, lanes) => {
    const width = pairs(target) ? 2 : 1;
    for (let i = 0; i < registers.length; i += width) {
      const pair = registers.slice(i, i + width);
      b[move](pair, at(i), lanes, { form: pair.length > 1 ? 'pair' : 'plain' });
    }
  };

const hasPairs = ({ isa }: Target): boolean => isa === 'aarch64';

export const loadRun: Move = runOf('loadMany', hasPairs);
export const storeRun: Move = runOf('store', hasPairs);
/** By pairs on every target: vectors of two registers. */
export const loadPairs: Move = runOf('loadMany', () => true);

/** One float of memory in all lanes; `general`: by way of a general register. */
export const spread = (b: KernelBuilder, at: Address, lanes: Lanes, general = false): Register => {
  if (lanes === 1) return b.load(at, 1);
  if (!general) return b.load(at, lanes, { form: 'dup' });
  const value = b.load(at, 1, { general: true });
  return b.shuffle(value, value, lanes, new Array<number>(lanes).fill(0));
};

/** The sum of all lanes, by halves. */
export const sumOfLanes = (b: KernelBuilder, register: Register, lanes: Lanes): Register => {
  let sum = register;
  for (let half = lanes / 2; half >= 1; half /= 2) {
    const pattern = Array.from({ length: lanes }, (_, l) => (l + half) % lanes);
    sum = b.binary('add', sum, b.shuffle(sum, sum, lanes, pattern), lanes);
  }
  return sum;
};
