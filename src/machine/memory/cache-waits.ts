/**
 * What every step waits for lines in the steady state and after others have used the caches, from how far back
 * they were touched last. A level of S sets with A ways over which the lines since then spread evenly
 * has dropped a line from the sets that hold more than A of them.
 */
import type { Lowered } from '../../kernel/lowered.ts';
import { memoize } from '../../units/memoize.ts';
import type { Corners } from '../pipeline/pipeline.ts';
import { blockRunsOf } from './block-runs.ts';
import { runKinds } from './data-kind.ts';
import type { Hierarchy, Level, LineCost, LineWaits } from './line-waits.ts';
import { lineWaitsOf } from './line-waits.ts';
import { cachedRegions, type MissCosts } from './memory-stalls.ts';
import type { CacheLevel, DataKind, MemorySystem } from './memory-system.ts';
import { type Reuse, reuseOf } from './reuse.ts';

/** Memory, or the place of the buffer's region among the cached ones; -1 where no cache is asked. */
const lastServer = (memory: MemorySystem, kind: DataKind): number => {
  const levels = memory.dataCaches.length - 1;
  if (memory.placement === null) return levels;
  const name = memory.placement[kind];
  const region = cachedRegions(memory).findIndex((r) => r.name === name);
  return region < 0 ? -1 : levels + region;
};

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

/** Of each age: lines that all programs but `own` touch in so many blocks; -1 in this block. */
const othersThan = (own: number, reuses: readonly Reuse[]): Float64Array => {
  const { ages } = reuses[own] as Reuse; // every program has its own
  const lines = new Float64Array(ages.length);
  // Copies of a program touch alike.
  const touched = new Map<Reuse, Float64Array>();
  reuses.forEach((other, i) => {
    if (i === own) return;
    const footprints = memoize(touched, other, ({ workingSet }) =>
      Float64Array.from(ages, (blocks) => workingSet.lines(blocks)),
    );
    footprints.forEach((footprint, a) => {
      lines[a] = (lines[a] as number) + footprint;
    });
  });
  ages.forEach((blocks, a) => {
    if (blocks === 0) lines[a] = -1;
  });
  return lines;
};

/** Where no server is known. */
const free: LineCost = { first: 0, streamed: 0 };

export type CornerCosts = Readonly<Record<'expected' | 'worst', MissCosts>>;

/**
 * Of each of several programs that run one after another in every block; empty where there are no caches.
 * Programs that are one object run several times, and wait alike. Servers are the second level of caches and
 * beyond, then the backing memory or the cached regions: as many as have a cost.
 * @param corners 'expected': the steady state alone, which stands for the cold block too
 */
export const cacheWaitsOf = (
  programs: readonly Lowered[],
  memory: MemorySystem,
  costs: CornerCosts,
  corners: Corners,
): ReadonlyMap<Lowered, LineWaits> => {
  const result = new Map<Lowered, LineWaits>();
  const [inner] = memory.dataCaches;
  if (inner === undefined) return result;
  const { lineBytes } = inner;
  const levels = levelsOf(memory.dataCaches, lineBytes);
  const servers = levels.length - 1 + Math.max(1, cachedRegions(memory).length);
  const last = runKinds.map((kind) => lastServer(memory, kind));
  const kinds = last.reduce((bits, server, kind) => (server < 0 ? bits : bits | (1 << kind)), 0);
  const held = heldBy(levels[0] as Level);
  const reuses = programs.map((lowered) => reuseOf(lowered, lineBytes, kinds, held));
  const ofServers = (of: MissCosts): readonly LineCost[] =>
    Array.from({ length: servers }, (_, server) => of[server] ?? free);
  const hierarchy: Hierarchy = {
    levels,
    last,
    costs: { expected: ofServers(costs.expected), worst: ofServers(costs.worst) },
  };
  programs.forEach((lowered, own) => {
    if (result.has(lowered)) return;
    const reuse = reuses[own] as Reuse;
    const others = othersThan(own, reuses);
    const { length } = lowered.steps;
    const runs = blockRunsOf(lowered);
    result.set(lowered, lineWaitsOf(runs, reuse, hierarchy, others, length, corners === 'all'));
  });
  return result;
};
