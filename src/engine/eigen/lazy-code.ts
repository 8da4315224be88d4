/** Eigen 5.0.1's coefficient-based product as GCC 12.2 -O3 compiles it: instructions beside the arithmetic. */
import type { Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, counts, plus } from '../common/code.ts';

export interface LazyCode {
  /** Once a product, where the evaluation is not inlined. */
  readonly call: Counts;
  readonly column: Counts;
  /** Values of the block reach all lanes from a general register. */
  readonly general: boolean;
  /** A row alone is summed as a tree of pairs. */
  readonly tree: boolean;
  /** One vector of rows, or one row alone, over `depth` steps. */
  run(lanes: Lanes, depth: number): Counts;
}

interface RunCode {
  /** Beside the load, the addition and the store of the result. */
  readonly once: Counts;
  readonly step: Counts;
}

const arithmetic = (lanes: Lanes, depth: number): Counts =>
  lanes > 1
    ? counts(`load_vec ${2 * depth + 1} vec_fma ${depth - 1} vec_fparith 2 vec_other 1 store_vec 1`)
    : counts(`load_fp32 ${2 * depth + 1} scalar_fma ${depth - 1} scalar_fparith 2 store_fp32 1`);

const codeOf = (call: string, column: string, vector: RunCode, row: RunCode): LazyCode => ({
  call: counts(call),
  column: counts(column),
  general: false,
  tree: false,
  run: (lanes, depth) => {
    const { once, step } = lanes > 1 ? vector : row;
    return plus(plus(arithmetic(lanes, depth), once), step, depth);
  },
});

const aarch64 = codeOf(
  '',
  'int 23 branch 4 load_int 4',
  { once: counts('int 7 branch 2'), step: counts('int 2 branch 1') },
  { once: counts('int 11 branch 4 load_int 1'), step: counts('int 2 branch 1') },
);

const armv7 = codeOf(
  'int 24 branch 2 it 3 load_int 11 store_int 8',
  'int 24 branch 4 it 2 load_int 2',
  { once: counts('int 7 branch 2 load_int 7'), step: counts('int 6 branch 1') },
  { once: counts('int 14 branch 4 it 3 load_int 7 store_int 2'), step: counts('int 2 branch 1') },
);

const thumb2 = codeOf(
  '',
  'int 4 load_int 1',
  { once: {}, step: {} },
  { once: counts('int 8 branch 4 load_int 1'), step: counts('int 2 branch 1') },
);

export const lazyCode = (target: Target): LazyCode => {
  if (target.lanes === 1) return thumb2;
  return target.isa === 'armv7-neon' ? armv7 : aarch64;
};

/** Where rows and depth are constants of the source every loop is unrolled. */
export const fixedLazyCode = (target: Target): LazyCode => ({
  call: {},
  column: counts(
    target.lanes === 1 ? 'int 15 branch 11' : target.isa === 'armv7-neon' ? 'load_int 10' : '',
  ),
  general: target.isa === 'armv7-neon',
  tree: target.lanes === 1,
  run: () => ({}),
});
