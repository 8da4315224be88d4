/** Executed instructions by what they are, in the few classes that a row shows. */
import { type BlockCost, instructionClasses } from '../../machine/cost.ts';
import type { InstructionMix } from './row.ts';

/** By the names of the classes; what none of them fits is `other`. */
const kinds: readonly (readonly [RegExp, keyof InstructionMix])[] = [
  [/_fma$/, 'fma'],
  [/^load_/, 'load'],
  [/^store_/, 'store'],
  [/^(int|it)$/, 'int'],
  [/^branch$/, 'branch'],
];
const mixClasses = instructionClasses.map(
  (name) => [name, kinds.find(([names]) => names.test(name))?.[1] ?? 'other'] as const,
);

/** Per sample, from counts per block. `call` counts calls, whose instructions are in their classes. */
export const mixOf = ({ summary, blockFrames }: BlockCost): InstructionMix => {
  const mix = { fma: 0, load: 0, store: 0, int: 0, branch: 0, call: 0, other: 0 };
  for (const [name, kind] of mixClasses) {
    mix[kind] += summary.counts[name] / blockFrames;
  }
  return { ...mix, call: summary.calls / blockFrames };
};
