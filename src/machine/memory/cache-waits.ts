/**
 * What every step waits for lines in the steady state and after others have used the caches, from how far back
 * they were touched last. A level of S sets with A ways over which the lines since then spread evenly
 * has dropped a line from the sets that hold more than A of them.
 */
import type { Lowered } from '../../kernel/lowered.ts';
import type { Ends } from '../pipeline/pipeline.ts';
import { type Hierarchy, type LineWaits, theCaches } from './caches.ts';
import { runKinds } from './data-kind.ts';
import { cachedRegions, type MissCosts } from './memory-stalls.ts';
import type { CacheLevel, DataKind, MemorySystem } from './memory-system.ts';
import { type Reuse, reuseOf } from './reuse.ts';
import { atLevelLines, atMissLines, atSets, levelNumbers } from './touch-layout.ts';

/** Memory, or the place of the buffer's region among the cached ones; -1 where no cache is asked. */
const lastServer = (memory: MemorySystem, kind: DataKind): number => {
  const levels = memory.dataCaches.length - 1;
  if (memory.placement === null) return levels;
  const name = memory.placement[kind];
  const region = cachedRegions(memory).findIndex((r) => r.name === name);
  return region < 0 ? -1 : levels + region;
};

interface Level {
  /** Lines of the first level that it holds. */
  readonly lines: number;
  readonly sets: number;
  /** Lines of the first level that come with one miss. */
  readonly together: number;
}

const levelsOf = (caches: readonly CacheLevel[], lineBytes: number): readonly Level[] =>
  caches.map(({ sizeBytes, lineBytes: own, ways }) => ({
    lines: sizeBytes / lineBytes,
    sets: sizeBytes / lineBytes / ways,
    together: own / lineBytes,
  }));

/**
 * Lines ago up to which a level drops nothing, however they lie: where `dropped` is 0 for the widest spread,
 * the root of m^2 - (2A + 4) m + A (A + 1) with m lines a set and A ways.
 */
const heldBy = ({ lines, sets }: Level): number => {
  const ways = lines / sets;
  return Math.floor(sets * (ways + 2 - Math.sqrt(3 * ways + 4)));
};

/** The numbers of levels, as `touch-layout.ts` says. */
const numbersOf = (levels: readonly Level[]): Float64Array => {
  const numbers = new Float64Array(levels.length * levelNumbers);
  levels.forEach(({ lines, sets, together }, l) => {
    numbers[l * levelNumbers + atLevelLines] = lines;
    numbers[l * levelNumbers + atSets] = sets;
    numbers[l * levelNumbers + atMissLines] = together;
  });
  return numbers;
};

/** Of each age: lines that all programs but `own` touch in so many blocks; -1 in this block. */
const othersThan = (own: number, reuses: readonly Reuse[]): Float64Array => {
  // Every program has its own.
  const { ages } = (reuses[own] as Reuse).records;
  const lines = new Float64Array(ages.length);
  // Copies of a program touch alike.
  const touched = new Map<Reuse, Float64Array>();
  reuses.forEach((other, i) => {
    if (i === own) return;
    const footprints = touched.get(other) ?? other.footprints(ages);
    touched.set(other, footprints);
    footprints.forEach((footprint, a) => {
      lines[a] = (lines[a] as number) + footprint;
    });
  });
  ages.forEach((blocks, a) => {
    if (blocks === 0) lines[a] = -1;
  });
  return lines;
};

/** What a line of each server costs at both ends, as `Hierarchy` says. */
const costNumbers = (servers: number, { expected, worst }: EndCosts): Float64Array => {
  const numbers = new Float64Array(servers * 4);
  [expected, worst].forEach((costs, end) => {
    costs.slice(0, servers).forEach(({ first, streamed }, server) => {
      numbers.set([first, streamed], (end * servers + server) * 2);
    });
  });
  return numbers;
};

export interface EndCosts {
  readonly expected: MissCosts;
  readonly worst: MissCosts;
}

/**
 * Of each of several programs that run one after another in every block; empty where there are no caches.
 * Programs that are one object run several times, and wait alike. Servers are the second level of caches and
 * beyond, then the backing memory or the cached regions: as many as have a cost.
 * @param ends 'expected': the steady state alone, which stands for the cold block too
 */
export const cacheWaitsOf = (
  programs: readonly Lowered[],
  memory: MemorySystem,
  costs: EndCosts,
  ends: Ends,
): ReadonlyMap<Lowered, LineWaits> => {
  const result = new Map<Lowered, LineWaits>();
  const [inner] = memory.dataCaches;
  if (inner === undefined) return result;
  const { lineBytes } = inner;
  const levels = levelsOf(memory.dataCaches, lineBytes);
  const servers = levels.length - 1 + Math.max(1, cachedRegions(memory).length);
  const last = Int32Array.from(runKinds, (kind) => lastServer(memory, kind));
  const kinds = last.reduce((bits, server, kind) => (server < 0 ? bits : bits | (1 << kind)), 0);
  const held = heldBy(levels[0] as Level);
  const reuses = programs.map((lowered) => reuseOf(lowered, lineBytes, kinds, held));
  const hierarchy: Hierarchy = {
    levels: numbersOf(levels),
    levelCount: levels.length,
    last,
    servers,
    costs: costNumbers(servers, costs),
  };
  programs.forEach((lowered, own) => {
    if (result.has(lowered)) return;
    const { walk, records } = reuses[own] as Reuse;
    const others = othersThan(own, reuses);
    const steps = lowered.steps.length;
    const both = ends === 'all';
    const caches = theCaches();
    result.set(lowered, caches.findWaits(walk, records, hierarchy, others, steps, both));
  });
  return result;
};
