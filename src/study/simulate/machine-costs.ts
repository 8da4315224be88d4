/**
 * The machine as the virtual pedal's source of costs: everything on one core is costed together, so
 * that slots evict each other as they would, and cores that work at the same time share the outer
 * caches and the memory.
 */
import { memorySystemOf } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import { lowerDirect } from '../../engine/convolver/direct.ts';
import { lowerPartitioned } from '../../engine/convolver/partitioned.ts';
import type { TanhKind } from '../../engine/engine.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { BlockCost, StepCost } from '../../machine/cost.ts';
import { costOf } from '../../machine/cost-of.ts';
import type { MemorySystem } from '../../machine/memory/memory-system.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import {
  type CostSource,
  meanCycles,
  type PeriodicWork,
  type Placed,
  type WorkCost,
} from '../../pedal/slot-cost.ts';
import { addRanges, exactly, type Range, scaleRange } from '../../units/range.ts';
import type { CostBook } from '../cost/cost-cache.ts';
import { memoryOf, type RoomInMemory, roomFor } from '../cost/model-memory.ts';
import { shared, targetOf } from '../cost/price.ts';
import type { MemoryBytes } from '../predict/row.ts';
import type { WorkSpec } from './work.ts';

export interface MachineCostsOptions {
  readonly chip: ChipProfile;
  readonly core: CoreProfile;
  readonly book: CostBook;
  readonly works: ReadonlyMap<string, WorkSpec>;
  readonly tanh: TanhKind;
  readonly clockHz: number;
  /** Denormal numbers become zero, so that they cost nothing. */
  readonly flush: boolean;
  /** How the code is built, where that is not the device's way. */
  readonly target?: Partial<Target> | undefined;
}

const none: Range = exactly(0);
const noBytes: MemoryBytes = { weights: 0, history: 0, scratch: 0, code: 0 };

const addBytes = (a: MemoryBytes, b: MemoryBytes): MemoryBytes => ({
  weights: a.weights + b.weights,
  history: a.history + b.history,
  scratch: a.scratch + b.scratch,
  code: a.code + b.code,
});

/** Cycles of some steps: what comes every block, what comes back in many, and what waits for memory. */
interface Split {
  readonly steady: Range;
  readonly total: Range;
  readonly memory: number;
  readonly periodic: readonly PeriodicWork[];
}

/** The block, counted from 1, in which a ring rewinds for the first time after its network was built. */
const firstRewind = (lowered: Lowered, index: number): number => {
  const step = lowered.steps[index];
  const ring = step?.step === 'ring' ? lowered.rings[step.ring] : undefined;
  if (ring?.policy.kind !== 'linear') return 0;
  return Math.floor((ring.columns - ring.policy.start) / lowered.blockFrames) + 1;
};

/** `steps`: the costs of the steps of `lowered`, in the same order. */
const splitSteps = (steps: readonly StepCost[], lowered: Lowered): Split => {
  let steady = none;
  let total = none;
  let memory = 0;
  const periodic = new Map<string, { everyBlocks: number; phase: number; cycles: number }>();
  for (const [index, step] of steps.entries()) {
    total = addRanges(total, step.cycles);
    if (step.perBlock < 1) {
      const everyBlocks = Math.max(1, Math.round(1 / step.perBlock));
      // So that the mean over many blocks is the machine's answer.
      const cycles = step.cycles.expected * everyBlocks;
      const phase = firstRewind(lowered, index) % everyBlocks;
      const key = `${everyBlocks} ${phase}`;
      const before = periodic.get(key)?.cycles ?? 0;
      periodic.set(key, { everyBlocks, phase, cycles: before + cycles });
      continue;
    }
    steady = addRanges(steady, step.cycles);
    for (const stall of Object.values(step.memory)) memory += stall;
  }
  return {
    steady,
    total,
    memory,
    periodic: [...periodic.values()].filter(({ cycles }) => cycles >= 1),
  };
};

export class MachineCosts implements CostSource {
  /** The first chain that found no room, or the last one that did. */
  room: RoomInMemory = { fits: true, placement: null, reasons: [] };
  private readonly options: MachineCostsOptions;
  private readonly target: Target;
  private readonly known = new Map<string, readonly WorkCost[]>();
  private readonly convolvers = new Map<string, Lowered>();

  constructor(options: MachineCostsOptions) {
    this.options = options;
    this.target = { ...targetOf(options.chip, options.core), ...options.target };
  }

  price(placed: readonly Placed[], blockFrames: number): readonly WorkCost[] {
    const key = JSON.stringify([blockFrames, placed]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const costs = this.priceAnew(placed, blockFrames);
    this.known.set(key, costs);
    return costs;
  }

  private priceAnew(placed: readonly Placed[], blockFrames: number): readonly WorkCost[] {
    const { chip } = this.options;
    const programs = placed.map((p) => this.lower(p, blockFrames));
    const bytes = placed.map((p, i) => {
      const lowered = programs[i];
      // The buffers of a model that is split are counted with its first part.
      return lowered && p.part === 0 ? memoryOf(lowered, 1) : noBytes;
    });
    // Firmware is one build: everything lies where the build with the models' engine puts it.
    const model = placed.findIndex((p) => this.spec(p.work).kind === 'model');
    const room = roomFor(chip, bytes.reduce(addBytes, noBytes), {}, programs[model]?.engine);
    if (this.room.fits) this.room = room;
    const memory = memorySystemOf(chip, room.placement ?? {});
    const busyCores = new Set(placed.filter((_, i) => programs[i]).map((p) => p.core));
    const between = shared(memory, Math.max(1, busyCores.size));
    // The machine lists the steps of everything on a core in the order in which it runs.
    const onCore = new Map<number, { steps: readonly StepCost[]; placement: string }>();
    for (const core of busyCores) {
      const chain = placed.flatMap((p, i) => (p.core === core && programs[i] ? [programs[i]] : []));
      onCore.set(core, this.cost(chain, between));
    }
    const taken = new Map<number, number>();
    return placed.map((p, i) => {
      const lowered = programs[i];
      if (!lowered) return this.plainCost(p, blockFrames);
      const from = taken.get(p.core) ?? 0;
      const to = from + lowered.steps.length;
      taken.set(p.core, to);
      const core = onCore.get(p.core);
      const steps = (core?.steps ?? []).slice(from, to);
      const joint = splitSteps(steps, lowered);
      const alone = splitSteps(this.cost([lowered], memory).steps, lowered);
      return {
        cycles: joint.steady,
        memoryCycles: joint.memory,
        aloneCycles: meanCycles(alone.steady, alone.periodic),
        periodic: joint.periodic,
        denormalCycles: 0,
        prewarmCycles: this.prewarm(p, joint.total, blockFrames),
        bytes: bytes[i] ?? noBytes,
        placement: core?.placement ?? 'l1',
      };
    });
  }

  private cost(chain: readonly Lowered[], memory: MemorySystem): BlockCost {
    return costOf(chain, this.options.core, memory, { clockHz: this.options.clockHz });
  }

  private spec(work: string): WorkSpec {
    const spec = this.options.works.get(work);
    if (spec === undefined) throw new Error(`no work ${work}`);
    return spec;
  }

  /** Null for a plain number of cycles. */
  private lower(placed: Placed, blockFrames: number): Lowered | null {
    const spec = this.spec(placed.work);
    const { book, tanh } = this.options;
    switch (spec.kind) {
      case 'model': {
        const program = book.program(spec.slimmed.network);
        const whole = book.lowered(spec.engine, program, this.target, blockFrames, tanh);
        if (spec.splitAfterLayers === null) return whole;
        const { front, back } = book.halves(whole, spec.splitAfterLayers);
        return placed.part === 0 ? front : back;
      }
      case 'ir': {
        const key = `${placed.work} ${blockFrames}`;
        const known = this.convolvers.get(key);
        if (known !== undefined) return known;
        const lower = spec.method === 'direct' ? lowerDirect : lowerPartitioned;
        const lowered = lower(spec.impulse, this.target, blockFrames);
        this.convolvers.set(key, lowered);
        return lowered;
      }
      case 'load':
        return null;
      default:
        return spec satisfies never;
    }
  }

  private prewarm(placed: Placed, perBlock: Range, blockFrames: number): number {
    const spec = this.spec(placed.work);
    if (spec.kind !== 'model') return 0;
    return (spec.slimmed.network.prewarmSamples / blockFrames) * perBlock.expected;
  }

  private plainCost(placed: Placed, blockFrames: number): WorkCost {
    const spec = this.spec(placed.work);
    if (spec.kind !== 'load') throw new Error(`${placed.work} is no plain load`);
    const cycles = scaleRange(exactly(spec.cyclesPerSample), blockFrames);
    return {
      cycles,
      memoryCycles: 0,
      aloneCycles: cycles,
      periodic: [],
      denormalCycles: this.options.flush ? 0 : spec.denormalCyclesPerSample * blockFrames,
      prewarmCycles: 0,
      bytes: noBytes,
      placement: 'l1',
    };
  }
}
