/**
 * What silence may cost where nothing flushes subnormal numbers: in a block whose state has decayed to
 * them every arithmetic instruction pays the core's penalty. How many really do is not known, so this
 * goes into the worst case only; the virtual pedal knows when a slot is silent.
 */
import type { BlockCost, StepCost } from '../../machine/cost.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';

const scalar = ['scalar_fma', 'scalar_fparith', 'scalar_fdiv'] as const;
const vector = ['vec_fma', 'vec_fparith', 'vec_fdiv'] as const;

/** Cycles per block that subnormal numbers add at worst to what has these counts. */
const penaltyOf = ({ counts }: Pick<StepCost, 'counts'>, core: CoreProfile): number => {
  const { penaltyCycles, vectorAlwaysFlushes } = core.denormals;
  const classes = vectorAlwaysFlushes ? scalar : [...scalar, ...vector];
  const instructions = classes.reduce((sum, name) => sum + counts[name], 0);
  return instructions * (penaltyCycles.high ?? penaltyCycles.value);
};

/** Cycles per block that subnormal numbers add at worst; 0 where the device flushes them. */
export const denormalCyclesOf = (cost: BlockCost, core: CoreProfile, flushes: boolean): number =>
  flushes ? 0 : penaltyOf(cost.summary, core);

/** The cost with the penalty in its worst case. The same object where there is none. */
export const withDenormals = (cost: BlockCost, core: CoreProfile, flushes: boolean): BlockCost => {
  const added = denormalCyclesOf(cost, core, flushes);
  if (added === 0) return cost;
  const { blockFrames, summary, bytes, placement } = cost;
  return {
    ...{ blockFrames, summary, bytes, placement },
    total: { ...cost.total, worst: cost.total.worst + added },
    warm: cost.warm,
    get steps() {
      return cost.steps.map((step) => ({
        ...step,
        cycles: { ...step.cycles, worst: step.cycles.worst + penaltyOf(step, core) },
      }));
    },
  };
};
