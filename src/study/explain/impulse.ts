/** Where the cycles of an impulse response go: what every block does, and what comes in bursts. Pure. */
import { memorySystemOf } from '../../device/audio-cluster.ts';
import type { StepCost } from '../../machine/cost.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { targetOf } from '../cost/cost-point.ts';
import { memoryOf, roomFor } from '../cost/model-memory.ts';
import { StudyError } from '../cost/study-error.ts';
import type { SimulationLibrary } from '../simulate/library.ts';
import { resolveJob } from '../simulate/resolve.ts';
import { type Account, type AccountPart, accountsBy, groupedBy } from './account.ts';
import { type Explanation, explainCost } from './explain.ts';

/** One kind of work, cycles each time it comes. */
export interface Burst {
  readonly name: string;
  readonly cycles: number;
  readonly share: number;
  readonly limitedBy: AccountPart;
  /** Of the cycles, what waits for caches and memory. */
  readonly memoryCycles: number;
}

/** What comes once in so many blocks; 1: what every block does. */
export interface Period {
  readonly everyBlocks: number;
  /** Each time, beside what comes more often. */
  readonly cycles: number;
  /** The largest first. */
  readonly kinds: readonly Burst[];
}

export interface ImpulseCost {
  readonly device: string;
  readonly deviceName: string;
  readonly core: string;
  readonly taps: number;
  readonly convolver: string;
  readonly convolverName: string;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly clockHz: number;
  /** Of one core at its clock. */
  readonly meanLoad: number;
  /** Of the block in which everything comes together. */
  readonly longestLoad: number;
  /** The innermost level or region that holds the working set. */
  readonly placement: string;
  /** What every block does, then the bursts, the rarest last. */
  readonly periods: readonly Period[];
}

export interface ExplainedImpulse {
  readonly impulse: ImpulseCost;
  readonly explanation: Explanation;
  readonly warnings: readonly string[];
}

const burstOf = ({ name, cyclesPerSample, share, limitedBy, parts }: Account): Burst => ({
  ...{ name, share, limitedBy },
  cycles: cyclesPerSample,
  memoryCycles: parts.memory,
});

const periodsOf = (steps: readonly StepCost[]): readonly Period[] => {
  const everyOf = ({ perBlock }: StepCost): number => Math.max(1, Math.round(1 / perBlock));
  return [...groupedBy(steps, (step) => String(everyOf(step)))]
    .map(([every, group]): Period => {
      const everyBlocks = Number(every);
      // Costs of steps are means over all blocks.
      const kinds = accountsBy(group, 1 / everyBlocks, ({ kind }) => kind).map(burstOf);
      kinds.sort((a, b) => b.cycles - a.cycles);
      return { everyBlocks, cycles: kinds.reduce((sum, kind) => sum + kind.cycles, 0), kinds };
    })
    .filter(({ cycles }) => cycles >= 1)
    .sort((a, b) => a.everyBlocks - b.everyBlocks);
};

/**
 * Of the one slot of a job, alone on its core, with warm caches.
 * @throws ScenarioError where the device, the file or the block cannot be; StudyError where the slot is no impulse response
 */
export const explainImpulse = (
  job: Job,
  library: SimulationLibrary,
  cache: CostCache,
): ExplainedImpulse => {
  const resolved = resolveJob(job, library, cache);
  const { chip, core, device, blockFrames, sampleRateHz, clockHz, tanh, warnings } = resolved;
  const work = resolved.slots[0]?.work;
  if (work?.kind !== 'ir') throw new StudyError('refused', 'Expected an impulse response.');
  const { network, convolver } = work;
  const target = targetOf(chip, core);
  const program = cache.program(network);
  const lowered = cache.lowered(convolver, program, target, blockFrames, tanh);
  const { placement: room } = roomFor(chip, memoryOf(lowered, 1), {}, undefined);
  const cost = cache.cost(lowered, core, memorySystemOf(chip, room ?? {}), { clockHz });
  const periods = periodsOf(cost.steps);
  const loadOf = (cycles: number): number => (cycles * sampleRateHz) / (blockFrames * clockHz);
  const together = periods.reduce((sum, { cycles }) => sum + cycles, 0);
  const impulse: ImpulseCost = {
    ...{ device: device.id, deviceName: device.name, core: core.name, blockFrames, sampleRateHz },
    ...{ taps: network.impulse.length, convolver: convolver.id, convolverName: convolver.name },
    ...{ clockHz, placement: cost.placement, periods },
    meanLoad: loadOf(cost.total.expected),
    longestLoad: loadOf(together),
  };
  return { impulse, explanation: explainCost({ lowered, target, cost }, core), warnings };
};
