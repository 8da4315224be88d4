/** The part of a device that models run on, and what it makes of memory and time. */
import type { CacheLevel, DataKind, MemorySystem } from '../machine/memory/memory-system.ts';
import { rangeOfCost, rangeOfSupply } from '../units/figure.ts';
import { memoize } from '../units/memoize.ts';
import type { CacheProfile, ChipProfile, ClusterProfile } from './profile.ts';

/** The cluster that audio runs on: the first with audio cores. */
export const audioClusterOf = (chip: ChipProfile): ClusterProfile => {
  const found = chip.clusters.find((c) => c.audioCores.value > 0);
  // `parseProfile` refuses profiles without one.
  if (found === undefined) throw new Error('a chip without audio cores');
  return found;
};

const levelOf = (cache: CacheProfile): CacheLevel => ({
  name: cache.name,
  sizeBytes: cache.sizeBytes.value,
  lineBytes: cache.lineBytes.value,
  ways: cache.ways.value,
  latencyCycles: rangeOfCost(cache.latencyCycles),
  sharedBy: cache.sharedBy.value,
});

type Placement = Readonly<Partial<Record<DataKind, string>>>;

/** Where a build with this engine puts everything; null on devices with one memory. */
export const placementWith = (chip: ChipProfile, engine: string): Required<Placement> | null =>
  (chip.memory.enginePlacements?.[engine] ?? chip.memory.placement)?.value ?? null;

const systemOf = (chip: ChipProfile, placement: Placement): MemorySystem => {
  const { dataCaches, instructionCache } = audioClusterOf(chip);
  const { dram, regions, prefetch, placement: stated } = chip.memory;
  return {
    dataCaches: dataCaches.map(levelOf),
    instructionCache: instructionCache && levelOf(instructionCache),
    memory: dram && {
      name: dram.name,
      latencyNanoseconds: rangeOfCost(dram.latencyNanoseconds),
      bandwidthBytesPerSecond: rangeOfSupply(dram.bandwidthBytesPerSecond),
    },
    regions: regions.map((r) => ({
      name: r.name,
      sizeBytes: r.sizeBytes.value - (r.reservedBytes?.value ?? 0),
      waitCycles: rangeOfCost(r.waitCycles),
      cached: r.cached,
    })),
    placement: stated && { ...stated.value, ...placement },
    prefetch: prefetch && {
      streams: prefetch.streams.value,
      visibleShare: rangeOfCost(prefetch.visibleShare),
    },
  };
};

const systems = new WeakMap<ChipProfile, Map<string, MemorySystem>>();

/** What lies between an audio core and its data. `placement` overrides single entries of the device's. Memoised. */
export const memorySystemOf = (chip: ChipProfile, placement: Placement = {}): MemorySystem => {
  const own = memoize(systems, chip, () => new Map<string, MemorySystem>());
  return memoize(own, JSON.stringify(placement), () => systemOf(chip, placement));
};
