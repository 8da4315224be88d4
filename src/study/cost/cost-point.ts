/** One point: a network on a chip with an engine, in one block. What `predict`, `explain` and the pedal share. */
import { audioClusterOf, memorySystemOf } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import { type Engine, EngineError, type TanhKind } from '../../engine/engine.ts';
import type { ArgumentDistribution } from '../../kernel/libm.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { BlockCost } from '../../machine/cost.ts';
import { type CostOptions, costOf } from '../../machine/cost-of.ts';
import type { CacheLevel, MemorySystem } from '../../machine/memory/memory-system.ts';
import { CoreError } from '../../machine/pipeline/core-error.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Corners } from '../../machine/pipeline/pipeline.ts';
import type { Network } from '../../nam/network.ts';
import { atCorners } from '../../units/range.ts';
import type { MemoryBytes } from '../predict/row.ts';
import type { CostCache } from './cost-cache.ts';
import { denormalCyclesOf, withDenormals } from './denormals.ts';
import { chooseEngine, type EngineChoice, engineChain, noChoice } from './engine-choice.ts';
import { checkProducts, followedFrom, longerBlock } from './longer-block.ts';
import { addBytes, memoryOf, type Placement, type RoomInMemory, roomFor } from './model-memory.ts';
import { chainsOf, meanCost, modelBlocksOf, type Rates } from './resampling.ts';
import { StudyError } from './study-error.ts';

/** Where the arguments of libm's functions fall, and on which audio that was measured. */
export interface MeasuredArguments {
  readonly distribution: ArgumentDistribution;
  /** What it was measured on, as the reasons of a row name it. */
  readonly source: string;
}

export interface Point {
  readonly network: Network;
  readonly chip: ChipProfile;
  readonly core: CoreProfile;
  readonly engines: readonly Engine[];
  /** An id, or 'auto'. */
  readonly engine: string;
  /** Of the session. */
  readonly blockFrames: number;
  /** Where a resampler stands around the model. @default none: the model runs at the session's rate */
  readonly rates?: Rates | null | undefined;
  /** @default what the device's build does */
  readonly tanh?: TanhKind | undefined;
  /** @default 1 */
  readonly copies?: number | undefined;
  /** Networks that run after this one on the same core, each once a copy. @default none */
  readonly beside?: readonly Network[] | undefined;
  /** Copies on different cores. @default false */
  readonly parallel?: boolean | undefined;
  /** One model over two cores, the first so many layers on the first. */
  readonly splitAfterLayers?: number | undefined;
  readonly placement?: Readonly<Partial<Placement>> | undefined;
  /** Where libm's arguments fall. @default a playing A1 network's */
  readonly arguments?: MeasuredArguments | undefined;
  /** 'expected': the corners of every range are the expected value, at a fraction of the work. @default 'all' */
  readonly corners?: Corners | undefined;
}

export interface CostedPoint {
  readonly engine: Engine;
  /** Ids of those that run what is beside, where they are others. */
  readonly others: readonly string[];
  readonly choice: EngineChoice;
  readonly tanh: TanhKind;
  readonly target: Target;
  readonly lowered: Lowered;
  /** Of the busiest core. */
  readonly cost: BlockCost;
  /** Of every core that works, the busiest one included. */
  readonly perCore: readonly BlockCost[];
  readonly cores: number;
  /** Part of the worst case: what subnormal numbers add per block where nothing flushes them. */
  readonly denormalCycles: number;
  readonly memory: MemorySystem;
  readonly bytes: MemoryBytes;
  readonly room: RoomInMemory;
}

/** Builds for every processor of a family leave out what later ones have. */
const baselines: Readonly<Record<string, Pick<Target, 'isa' | 'lanes' | 'fma'>>> = {
  'x86-64': { isa: 'x86-sse2', lanes: 4, fma: false },
  'x86-64-v2': { isa: 'x86-sse2', lanes: 4, fma: false },
};

/** What engines lower for: the core's instruction set, compiled as the device's build is. */
export const targetOf = (chip: ChipProfile, core: CoreProfile): Target => ({
  isa: core.target.isa,
  lanes: core.target.lanes,
  vectorRegisters: core.target.vectorRegisters,
  fma: core.target.fma,
  ...baselines[chip.build.tune],
  tune: chip.build.tune,
  fastMath: chip.build.fastMath,
  libc: chip.build.libc?.value,
  compiler: chip.build.compiler?.value,
});

const sharedLevel = (level: CacheLevel, cores: number): CacheLevel => {
  const sharers = Math.min(cores, level.sharedBy);
  if (sharers === 1) return level;
  // Ways, not sets: the cores' lines compete within each set.
  const ways = Math.max(1, Math.floor(level.ways / sharers));
  return { ...level, ways, sizeBytes: Math.floor((level.sizeBytes / level.ways) * ways) };
};

/** Levels that several busy cores share hold less for each. */
export const shared = (system: MemorySystem, cores: number): MemorySystem => {
  if (cores === 1) return system;
  const dataCaches = system.dataCaches.map((level) => sharedLevel(level, cores));
  const { memory } = system;
  if (memory === null) return { ...system, dataCaches };
  const { bandwidthBytesPerSecond: all } = memory;
  const bandwidthBytesPerSecond = atCorners((corner) => all[corner] / cores);
  return { ...system, dataCaches, memory: { ...memory, bandwidthBytesPerSecond } };
};

const coresFor = (point: Point): { cores: number; copiesEach: number } => {
  const { copies = 1, parallel = false } = point;
  const available = audioClusterOf(point.chip).audioCores.value;
  if (point.splitAfterLayers !== undefined) {
    if (available < 2) {
      const fault = 'split: this device has one audio core; a pipeline needs two.';
      throw new StudyError('no-split', fault);
    }
    return { cores: 2, copiesEach: copies };
  }
  if (!parallel) return { cores: 1, copiesEach: copies };
  const cores = Math.min(copies, available);
  return { cores, copiesEach: Math.ceil(copies / cores) };
};

/** No engine of the chain takes the network on this core; the choice's reasons say why. */
export interface Refused {
  readonly engine: null;
  readonly choice: EngineChoice;
}

type LoweredPoint = Pick<CostedPoint, 'engine' | 'choice' | 'tanh' | 'target' | 'lowered'>;

const lowerPoint = (cache: CostCache, point: Point, frames: number): LoweredPoint | Refused => {
  const { chip, core } = point;
  const program = cache.program(point.network);
  const target = targetOf(chip, core);
  const { first, alternatives } = engineChain(point.engine, chip.build);
  const choice = chooseEngine(first, alternatives, point.engines, (engine) =>
    cache.support(engine, program, target),
  );
  if (choice.engine === null) return { engine: null, choice };
  const tanh = point.tanh ?? chip.build.tanh.value;
  const lowered = cache.lowered(choice.engine, program, target, frames, tanh);
  return { engine: choice.engine, choice, tanh, target, lowered };
};

/** A point with its code, and the memory in which it runs so often on each core. */
interface Placed {
  readonly cache: CostCache;
  readonly point: Point;
  readonly coded: LoweredPoint;
  readonly memory: MemorySystem;
  readonly copies: number;
}

const optionsOf = ({ point, copies }: Placed): CostOptions => ({
  clockHz: audioClusterOf(point.chip).clockHz.value,
  copies,
  corners: point.corners,
  arguments: point.arguments?.distribution,
});

/** What each core runs of the code of blocks of so many frames. */
const partsAt = ({ cache, point, coded }: Placed, frames: number): readonly Lowered[] => {
  const { engine, target, tanh } = coded;
  const program = cache.program(point.network);
  const code = cache.lowered(engine, program, target, frames, tanh);
  const { splitAfterLayers } = point;
  return splitAfterLayers === undefined
    ? [code]
    : Object.values(cache.halves(code, splitAfterLayers));
};

const costsAt = (at: Placed, frames: number): readonly BlockCost[] => {
  const { cache, point, memory } = at;
  const options = optionsOf(at);
  return partsAt(at, frames).map((part) => cache.cost(part, point.core, memory, options));
};

/** Blocks of the model that differ in length are costed each, and weighed. */
const resampledCosts = (at: Placed, rates: Rates): readonly BlockCost[] => {
  const { point, coded, memory } = at;
  const { blockFrames, core } = point;
  const options = optionsOf(at);
  const blocks = modelBlocksOf(rates, blockFrames).map(({ frames, share }) => {
    const parts = frames === 0 ? [] : partsAt(at, frames);
    const chains = chainsOf(rates, blockFrames, frames, parts, coded.target);
    return chains.map((chain) => ({ share, cost: costOf(chain, core, memory, options) }));
  });
  return costsAt(at, coded.lowered.blockFrames).map(({ placement }, i) =>
    meanCost(
      blocks.flatMap((costs) => costs[i] ?? []),
      placement,
    ),
  );
};

/** Of each core that works. */
const costsOf = (at: Placed, beside: readonly Lowered[]): readonly BlockCost[] => {
  const { point, coded, memory } = at;
  const { core, rates = null, blockFrames } = point;
  if (beside.length > 0) return [costOf([coded.lowered, ...beside], core, memory, optionsOf(at))];
  if (rates !== null) return resampledCosts(at, rates);
  const followed = followedFrom(point.network, blockFrames);
  if (followed === null) return costsAt(at, blockFrames);
  const [long = [], short = []] = followed.map((frames) => costsAt(at, frames));
  // One a core in both.
  return long.map((cost, i) => longerBlock(cost, short[i] ?? cost, blockFrames));
};

const loweredBeside = (cache: CostCache, point: Point): readonly (LoweredPoint | Refused)[] =>
  (point.beside ?? []).map((network) => {
    checkProducts(network, point.blockFrames);
    return lowerPoint(cache, { ...point, network }, point.blockFrames);
  });

/** Of several programs, so often each: copies of one share its code. */
const bytesOf = (all: readonly Lowered[], copies: number): MemoryBytes => {
  const times = (one: Lowered): number => all.filter((other) => other === one).length;
  return [...new Set(all)].map((one) => memoryOf(one, times(one) * copies)).reduce(addBytes);
};

const pointOnCore = (cache: CostCache, point: Point): CostedPoint | Refused => {
  const { chip, core, rates = null } = point;
  // A block of the session hands on one frame at least, now and then.
  const [longest] = modelBlocksOf(rates, point.blockFrames);
  const frames = longest?.frames ?? 1;
  if (rates !== null || followedFrom(point.network, point.blockFrames) === null) {
    checkProducts(point.network, frames);
  }
  const coded = lowerPoint(cache, point, frames);
  if (coded.engine === null) return coded;
  const beside: LoweredPoint[] = [];
  for (const other of loweredBeside(cache, point)) {
    if (other.engine === null) return other;
    beside.push(other);
  }
  const code = beside.map(({ lowered }) => lowered);
  const { cores, copiesEach } = coresFor(point);
  const bytes = bytesOf([coded.lowered, ...code], point.copies ?? 1);
  const room = roomFor(chip, bytes, point.placement ?? {}, coded.engine.id);
  const memory = shared(memorySystemOf(chip, room.placement ?? {}), cores);
  const flushed = chip.flushToZero.value;
  const perCore = costsOf({ cache, point, coded, memory, copies: copiesEach }, code).map((cost) =>
    withDenormals(cost, core, flushed),
  );
  // Never empty: there is a part for each core.
  const cost = perCore.reduce((a, b) => (b.total.expected > a.total.expected ? b : a));
  const denormalCycles = denormalCyclesOf(cost, core, flushed);
  const ids = new Set(beside.map(({ engine }) => engine.id));
  const others = [...ids].filter((id) => id !== coded.engine.id);
  return { ...coded, others, cost, perCore, cores, denormalCycles, memory, bytes, room };
};

/** Refused where every engine of the chain refuses the network, or where its code does not run on the core. */
export const costPoint = (cache: CostCache, point: Point): CostedPoint | Refused => {
  try {
    return pointOnCore(cache, point);
  } catch (error) {
    if (error instanceof EngineError || (error instanceof CoreError && error.code === 'mismatch')) {
      return { engine: null, choice: noChoice([error.message], null) };
    }
    throw error;
  }
};
