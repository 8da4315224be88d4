/** Executed instructions by what they are, in the few classes that a row shows. */
import {
  type BlockCost,
  type InstructionClass,
  type InstructionCounts,
  instructionClasses,
} from '../machine/cost.ts';
import type { InstructionMix } from './predict-row.ts';

const mixClasses: Readonly<Record<InstructionClass, keyof InstructionMix>> = {
  vec_fma: 'fma',
  scalar_fma: 'fma',
  load_vec: 'load',
  load_fp32: 'load',
  load_fp64: 'load',
  load_int: 'load',
  store_vec: 'store',
  store_fp32: 'store',
  store_fp64: 'store',
  store_int: 'store',
  int: 'int',
  it: 'int',
  branch: 'branch',
  vec_fparith: 'other',
  vec_fdiv: 'other',
  vec_other: 'other',
  scalar_fparith: 'other',
  scalar_fdiv: 'other',
  scalar_fcmp_sel: 'other',
  scalar_fcvt: 'other',
  fp_move: 'other',
  prefetch: 'other',
};

const vectors = new WeakMap<InstructionCounts, Float64Array>();

/** Counts as a list, made once: a block has thousands of steps of few kinds, a matrix hundreds of blocks. */
const vectorOf = (counts: InstructionCounts): Float64Array => {
  const known = vectors.get(counts);
  if (known !== undefined) return known;
  const vector = Float64Array.from(instructionClasses, (name) => counts[name]);
  vectors.set(counts, vector);
  return vector;
};

/** Per sample, from counts per block. `call` counts calls, whose instructions are in their classes. */
export const mixOf = (cost: BlockCost): InstructionMix => {
  const totals = new Float64Array(instructionClasses.length);
  let call = 0;
  for (const { counts, calls } of cost.steps) {
    const vector = vectorOf(counts);
    // Both have one place per class.
    for (let i = 0; i < totals.length; i++) {
      totals[i] = (totals[i] as number) + (vector[i] as number);
    }
    call += calls;
  }
  const mix = { fma: 0, load: 0, store: 0, int: 0, branch: 0, call: 0, other: 0 };
  instructionClasses.forEach((name, i) => {
    mix[mixClasses[name]] += (totals[i] as number) / cost.blockFrames;
  });
  return { ...mix, call: call / cost.blockFrames };
};
