/**
 * The machine as the virtual pedal's source of costs: everything on one core is costed together, so
 * that slots evict each other as they would, and cores that work at the same time share the outer
 * caches and the memory.
 */
import { memorySystemOf } from '../../device/audio-cluster.ts';
import type { Lowered, Step, Target } from '../../kernel/lowered.ts';
import type { BlockCost, StepCost } from '../../machine/cost.ts';
import { costOf } from '../../machine/cost-of.ts';
import type { MemorySystem } from '../../machine/memory/memory-system.ts';
import type { CostSource, PeriodicWork, Placed, WorkCost } from '../../pedal/slot-cost.ts';
import { meanCycles } from '../../pedal/slot-cost.ts';
import { memoize } from '../../units/memoize.ts';
import { addRanges, exactly, type Range, scaleRange } from '../../units/range.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { shared, targetOf } from '../cost/cost-point.ts';
import { checkProducts } from '../cost/longer-block.ts';
import { addBytes, memoryOf, type RoomInMemory, roomFor } from '../cost/model-memory.ts';
import { blocksOf, chainsOf, modelBlocksOf } from '../cost/resampling.ts';
import type { MemoryBytes } from '../predict/row.ts';
import type { Resolved } from './resolve.ts';
import type { ModelWork, WorkSpec } from './work.ts';

export interface MachineCostsOptions
  extends Pick<Resolved, 'chip' | 'core' | 'works' | 'tanh' | 'clockHz' | 'flush'> {
  readonly cache: CostCache;
  /** How the code is built, where that is not the device's way. */
  readonly target?: Partial<Target> | undefined;
}

export const noBytes: MemoryBytes = { weights: 0, history: 0, scratch: 0, code: 0 };

/** The block, counted from 1, in which a ring rewinds for the first time after its network was built. */
const firstRewind = ({ rings, blockFrames }: Lowered, step: Step): number => {
  const ring = step.step === 'ring' ? rings[step.ring] : undefined;
  if (ring?.policy.kind !== 'linear') return 0;
  return Math.floor((ring.columns - ring.policy.start) / blockFrames) + 1;
};

/**
 * What comes every block, what comes back in many, and what of the first waits for memory.
 * @param steps the costs of the steps of the programs, in the same order
 */
const splitSteps = (steps: readonly StepCost[], programs: readonly Lowered[]) => {
  const owners = programs.flatMap((lowered) => lowered.steps.map((step) => ({ lowered, step })));
  let [steady, total, memory] = [exactly(0), exactly(0), 0];
  const periodic = new Map<string, Required<PeriodicWork>>();
  for (const [index, step] of steps.entries()) {
    total = addRanges(total, step.cycles);
    if (step.perBlock >= 1) {
      steady = addRanges(steady, step.cycles);
      for (const stall of Object.values(step.memory)) memory += stall;
      continue;
    }
    const everyBlocks = Math.max(1, Math.round(1 / step.perBlock));
    const owner = owners[index];
    const phase = owner ? firstRewind(owner.lowered, owner.step) % everyBlocks : 0;
    // Bursts of a convolver are its work.
    const cause = owner?.step.step === 'kernel' ? 'work' : 'rewind';
    const key = `${everyBlocks} ${phase} ${cause}`;
    // So that the mean over many blocks is the machine's answer.
    const cycles = (periodic.get(key)?.cycles ?? 0) + step.cycles.expected * everyBlocks;
    periodic.set(key, { everyBlocks, phase, cycles, cause });
  }
  const often = [...periodic.values()].filter(({ cycles }) => cycles >= 1);
  return { steady, total, memory, periodic: often };
};

/** Rates whose blocks repeat after more than this get the mean in each. */
const mostPhases = 1024;

interface Part {
  /** The model's part or the convolver. */
  readonly own: Lowered;
  /** With what stands around it, in the order in which it runs. */
  readonly programs: readonly Lowered[];
}

export interface MachineCosts extends CostSource {
  /** The first chain that found no room, or the last one that did. */
  room: RoomInMemory;
}

export const machineCosts = (options: MachineCostsOptions): MachineCosts => {
  const { chip, core, cache, works, tanh, clockHz, flush } = options;
  const target: Target = { ...targetOf(chip, core), ...options.target };
  const chainCost = (chain: readonly Lowered[], memory: MemorySystem): BlockCost =>
    costOf(chain, core, memory, { clockHz });

  const specOf = (work: string): WorkSpec => {
    const spec = works.get(work);
    if (spec === undefined) throw new Error(`no work ${work}`);
    return spec;
  };

  const modelPart = (
    { slimmed, engine, splitAfterLayers, rates }: ModelWork,
    part: number,
    blockFrames: number,
    frames: number,
  ): Part => {
    checkProducts(slimmed.network, frames);
    const program = cache.program(slimmed.network);
    const whole = cache.lowered(engine, program, target, Math.max(1, frames), tanh);
    const split =
      splitAfterLayers === null ? [whole] : Object.values(cache.halves(whole, splitAfterLayers));
    const own = split[part] ?? whole;
    if (rates === null) return { own, programs: [own] };
    const chains = chainsOf(rates, blockFrames, frames, frames === 0 ? [] : split, target);
    return { own, programs: chains[part] ?? [] };
  };

  /** Null for a plain number of cycles. A resampled model gets the shortest of its blocks. */
  const partOf = ({ work, part }: Placed, blockFrames: number): Part | null => {
    const spec = specOf(work);
    switch (spec.kind) {
      case 'model': {
        const blocks = modelBlocksOf(spec.rates, blockFrames);
        const shortest = Math.min(...blocks.map(({ frames }) => frames));
        return modelPart(spec, part, blockFrames, shortest);
      }
      case 'ir': {
        const program = cache.program(spec.network);
        const own = cache.lowered(spec.convolver, program, target, blockFrames, tanh);
        return { own, programs: [own] };
      }
      case 'load':
        return null;
      default:
        return spec satisfies never;
    }
  };

  /** What blocks of a resampled model take more that are longer than the shortest, each where it comes. */
  const longerBlocks = (
    placed: Placed,
    blockFrames: number,
    shortestCycles: number,
    memory: MemorySystem,
  ): readonly PeriodicWork[] => {
    const spec = specOf(placed.work);
    if (spec.kind !== 'model' || spec.rates === null) return [];
    const blocks = blocksOf(spec.rates, blockFrames);
    const known = new Map<number, number>();
    const extra = (frames: number): number => {
      const { programs } = modelPart(spec, placed.part, blockFrames, frames);
      const { steady } = splitSteps(chainCost(programs, memory).steps, programs);
      return Math.max(0, steady.expected - shortestCycles);
    };
    const extras = blocks.map((frames) => memoize(known, frames, extra));
    const everyBlocks = blocks.length;
    if (everyBlocks > mostPhases) {
      const sum = extras.reduce((total, cycles) => total + cycles, 0);
      return [{ everyBlocks: 1, cycles: sum / everyBlocks, cause: 'work' }];
    }
    return extras
      .map((cycles, phase) => ({ everyBlocks, phase, cycles, cause: 'work' as const }))
      .filter(({ cycles }) => cycles >= 1);
  };

  const prewarmOf = (placed: Placed, perBlock: Range, frames: number): number => {
    const spec = specOf(placed.work);
    if (spec.kind !== 'model') return 0;
    return (spec.slimmed.network.prewarmSamples / frames) * perBlock.expected;
  };

  const plainCost = (placed: Placed, blockFrames: number): WorkCost => {
    const spec = specOf(placed.work);
    if (spec.kind !== 'load') throw new Error(`${placed.work} is no plain load`);
    const cycles = scaleRange(exactly(spec.cyclesPerSample), blockFrames);
    return {
      cycles,
      memoryCycles: 0,
      aloneCycles: cycles,
      periodic: [],
      denormalCycles: flush ? 0 : spec.denormalCyclesPerSample * blockFrames,
      prewarmCycles: 0,
      bytes: noBytes,
      placement: 'l1',
    };
  };

  const costAnew = (placed: readonly Placed[], blockFrames: number): readonly WorkCost[] => {
    const parts = placed.map((p) => partOf(p, blockFrames));
    const bytes = placed.map((p, i) => {
      const own = parts[i]?.own;
      // The buffers of a model that is split are counted with its first part.
      return own && p.part === 0 ? memoryOf(own, 1) : noBytes;
    });
    // Firmware is one build: everything lies where the build with the models' engine puts it.
    const model = placed.findIndex((p) => specOf(p.work).kind === 'model');
    const room = roomFor(chip, bytes.reduce(addBytes, noBytes), {}, parts[model]?.own.engine);
    if (source.room.fits) source.room = room;
    const memory = memorySystemOf(chip, room.placement ?? {});
    const busyCores = new Set(placed.filter((_, i) => parts[i]).map((p) => p.core));
    const between = shared(memory, Math.max(1, busyCores.size));
    // The machine lists the steps of everything on a core in the order in which it runs.
    const costOn = (on: number): BlockCost => {
      const chain = placed.flatMap((p, i) => (p.core === on ? (parts[i]?.programs ?? []) : []));
      return chainCost(chain, between);
    };
    const onCore = new Map([...busyCores].map((on) => [on, costOn(on)]));
    const taken = new Map<number, number>();
    return placed.map((p, i) => {
      const part = parts[i];
      if (!part) return plainCost(p, blockFrames);
      const { programs } = part;
      const from = taken.get(p.core) ?? 0;
      const to = from + programs.reduce((sum, { steps }) => sum + steps.length, 0);
      taken.set(p.core, to);
      const shares = onCore.get(p.core);
      const steps = (shares?.steps ?? []).slice(from, to);
      const joint = splitSteps(steps, programs);
      const alone = splitSteps(chainCost(programs, memory).steps, programs);
      const longer = longerBlocks(p, blockFrames, alone.steady.expected, memory);
      return {
        cycles: joint.steady,
        memoryCycles: joint.memory,
        aloneCycles: meanCycles(alone.steady, [...alone.periodic, ...longer]),
        periodic: [...joint.periodic, ...longer],
        denormalCycles: 0,
        prewarmCycles: prewarmOf(p, joint.total, part.own.blockFrames),
        bytes: bytes[i] ?? noBytes,
        placement: shares?.placement ?? 'l1',
      };
    });
  };

  const known = new Map<string, readonly WorkCost[]>();
  const source: MachineCosts = {
    room: { fits: true, placement: null, reasons: [] },
    cost: (placed, blockFrames) => {
      const key = JSON.stringify([blockFrames, placed]);
      return memoize(known, key, () => costAnew(placed, blockFrames));
    },
  };
  return source;
};
