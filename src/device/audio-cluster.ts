/** The part of a device that models run on, and what it makes of memory and time. */
import type { CacheLevel, DataKind, MemorySystem } from '../machine/memory/memory-system.ts';
import { rangeOfCost, rangeOfSupply } from '../units/figure.ts';
import { remember } from '../units/remember.ts';
import type { CacheProfile, ChipProfile, ClusterProfile } from './profile.ts';

/** The cluster that audio runs on: the first with audio cores. */
export const audioClusterOf = (chip: ChipProfile): ClusterProfile => {
  const found = chip.clusters.find((c) => c.audioCores.value > 0);
  // parseProfile refuses profiles without one.
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

/** Where a build with this engine puts everything; null on devices with one memory. */
export const placementWith = (
  chip: ChipProfile,
  engine: string,
): Readonly<Record<DataKind, string>> | null =>
  (chip.memory.enginePlacements?.[engine] ?? chip.memory.placement)?.value ?? null;

type Placement = Readonly<Partial<Record<DataKind, string>>>;

const systemOf = (chip: ChipProfile, placement: Placement): MemorySystem => {
  const cluster = audioClusterOf(chip);
  const { dram, regions, prefetch } = chip.memory;
  return {
    dataCaches: cluster.dataCaches.map(levelOf),
    instructionCache: cluster.instructionCache === null ? null : levelOf(cluster.instructionCache),
    memory:
      dram === null
        ? null
        : {
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
    placement:
      chip.memory.placement === null ? null : { ...chip.memory.placement.value, ...placement },
    prefetch:
      prefetch === null
        ? null
        : { streams: prefetch.streams.value, visibleShare: rangeOfCost(prefetch.visibleShare) },
  };
};

const systems = new WeakMap<ChipProfile, Map<string, MemorySystem>>();

/** What lies between an audio core and its data. `placement` overrides single entries of the device's. Memoised. */
export const memorySystemOf = (chip: ChipProfile, placement: Placement = {}): MemorySystem => {
  const own = remember(systems, chip, () => new Map<string, MemorySystem>());
  return remember(own, JSON.stringify(placement), () => systemOf(chip, placement));
};
