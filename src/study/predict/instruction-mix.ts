/** Executed instructions by what they are, in the few classes that a row shows. */
import { type BlockCost, type InstructionClass, instructionClasses } from '../../machine/cost.ts';
import type { InstructionMix } from './row.ts';

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

/** Per sample, from counts per block. `call` counts calls, whose instructions are in their classes. */
export const mixOf = ({ summary, blockFrames }: BlockCost): InstructionMix => {
  const mix = { fma: 0, load: 0, store: 0, int: 0, branch: 0, call: 0, other: 0 };
  for (const name of instructionClasses) {
    mix[mixClasses[name]] += summary.counts[name] / blockFrames;
  }
  return { ...mix, call: summary.calls / blockFrames };
};
