/**
 * Cache misses of every step in the steady state and after others have used the caches, from how far back
 * its lines were touched last. A level of S sets with A ways over which the lines since then spread evenly
 * has dropped a line from the sets that hold more than A of them.
 */
import type { Lowered } from '../kernel/lowered.ts';
import { runKinds } from './data-kind.ts';
import { cachedRegions } from './memory-stalls.ts';
import type { CacheLevel, DataKind, MemorySystem } from './memory-system.ts';
import type { Ends } from './pipeline.ts';
import { type Reuse, reuseOf } from './reuse.ts';
import { fresh, type Zeros } from './scratch.ts';

/**
 * Misses per block of each step, by what serves them: servers are the second cache level and beyond,
 * then the backing memory or the cached regions.
 */
export interface StepMisses {
  readonly servers: number;
  /** Two numbers a server: the first lines of runs, which nothing has fetched ahead, and the further ones. */
  readonly perStep: Float64Array;
}

export interface CacheMisses {
  /** Misses per block in the steady state. */
  readonly steady: StepMisses;
  /** Misses of a block whose inner caches others have used meanwhile; the outermost keeps its lines. */
  readonly cold: StepMisses;
}

/** Lines of a run that must miss before a prefetcher has understood it. */
const training = 2;

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
 * The share of lines, last touched `distance` lines ago, that a level has dropped. Each piece of `together`
 * consecutive lines falls into a set or not, wherever it lies; the number of lines in a set is taken to
 * be uniform around its mean, with that variance.
 */
const dropped = (level: Level, distance: number, together: number): number => {
  const mean = distance / level.sets;
  const spread = Math.max(0, 1 - together / level.sets) * mean;
  const share = 0.5 + (mean - level.lines / level.sets - 0.5) / Math.sqrt(1 + 12 * spread);
  return Math.min(1, Math.max(0, share));
};

/**
 * Lines ago up to which a level drops nothing, however they lie: where `dropped` is 0 for the widest spread,
 * the root of m^2 - (2A + 4) m + A (A + 1) with m lines a set and A ways.
 */
const heldBy = ({ lines, sets }: Level): number => {
  const ways = lines / sets;
  return Math.floor(sets * (ways + 2 - Math.sqrt(3 * ways + 4)));
};

/** Adds up misses, record by record. */
class Tally {
  readonly perStep: Float64Array;
  private readonly reuse: Reuse;
  private readonly levels: readonly Level[];
  /** The server of each of `runKinds` behind all levels. */
  private readonly last: readonly number[];
  private readonly servers: number;
  private before = -1;
  private missed = 0;

  constructor(
    reuse: Reuse,
    levels: readonly Level[],
    last: readonly number[],
    servers: number,
    perStep: Float64Array,
  ) {
    this.reuse = reuse;
    this.levels = levels;
    this.last = last;
    this.servers = servers;
    this.perStep = perStep;
  }

  /**
   * The lines of record `r`, of which the first level misses a share.
   * @param since distinct lines touched since
   * @param evicted all levels but the outermost have lost them
   */
  add(r: number, share: number, since: number, evicted: boolean): void {
    const { levels, perStep } = this;
    const { touch, lines, weight, together, touches } = this.reuse;
    // Every list has an entry for each.
    const own = touch[r] as number;
    if (own !== this.before) {
      this.before = own;
      this.missed = 0;
    }
    const { missed } = this;
    const all = share * (lines[r] as number);
    const first =
      touches.write[own] === 1 ? 0 : Math.max(0, Math.min(missed + all, training) - missed);
    this.missed = missed + all;
    const at = (touches.step[own] as number) * this.servers * 2;
    const times = weight[r] as number;
    let left = share;
    for (let l = 1; l <= levels.length && left > 0; l++) {
      const level = levels[l];
      const beyond =
        level === undefined
          ? 0
          : Math.min(
              left,
              (evicted && l < levels.length - 1
                ? 1
                : dropped(level, since, together[r] as number)) / level.together,
            );
      const server =
        level === undefined ? (this.last[touches.kind[own] as number] as number) : l - 1;
      const part = ((left - beyond) / share) * times;
      const index = at + server * 2;
      perStep[index] = (perStep[index] as number) + part * first;
      perStep[index + 1] = (perStep[index + 1] as number) + part * (all - first);
      left = beyond;
    }
  }
}

/** @param others lines that the other programs touch in so many blocks */
const countMisses = (
  { touch, distance, together, blocks }: Reuse,
  inner: Level,
  steady: Tally,
  cold: Tally,
  others: (blocks: number) => number,
): void => {
  for (let r = 0; r < touch.length; r++) {
    const age = blocks[r] as number;
    const since = (distance[r] as number) + (age > 0 ? others(age) : 0);
    const share = dropped(inner, since, together[r] as number);
    if (share > 0) steady.add(r, share, since, false);
    if (cold === steady) continue;
    if (age > 0) cold.add(r, 1, since, true);
    else if (share > 0) cold.add(r, share, since, false);
  }
};

const nothing: StepMisses = { servers: 0, perStep: new Float64Array(0) };
const noMisses: CacheMisses = { steady: nothing, cold: nothing };

/**
 * Misses of each of several programs that run one after another in every block.
 * Programs that are one object run several times, and miss alike.
 * @param ends 'expected': the steady state alone, which stands for the cold block too
 */
export const cacheMissesOf = (
  programs: readonly Lowered[],
  memory: MemorySystem,
  zeros: Zeros = fresh,
  ends: Ends = 'all',
): ReadonlyMap<Lowered, CacheMisses> => {
  const [inner] = memory.dataCaches;
  if (inner === undefined) return new Map(programs.map((lowered) => [lowered, noMisses]));
  const { lineBytes } = inner;
  const levels = levelsOf(memory.dataCaches, lineBytes);
  const servers = levels.length - 1 + Math.max(1, cachedRegions(memory).length);
  const last = runKinds.map((kind) => lastServer(memory, kind));
  const kinds = last.reduce((bits, server, kind) => (server < 0 ? bits : bits | (1 << kind)), 0);
  const held = heldBy(levels[0] as Level);
  const reuses = programs.map((lowered) => reuseOf(lowered, lineBytes, kinds, held));
  const result = new Map<Lowered, CacheMisses>();
  programs.forEach((lowered, own) => {
    if (result.has(lowered)) return;
    const ages = new Map<number, number>();
    const others = (blocks: number): number => {
      let known = ages.get(blocks);
      if (known === undefined) {
        known = reuses.reduce((sum, r, i) => (i === own ? sum : sum + r.footprint(blocks)), 0);
        ages.set(blocks, known);
      }
      return known;
    };
    const reuse = reuses[own] as Reuse;
    const tally = (): Tally =>
      new Tally(reuse, levels, last, servers, zeros(lowered.steps.length * servers * 2));
    const steady = tally();
    const cold = ends === 'expected' ? steady : tally();
    countMisses(reuse, levels[0] as Level, steady, cold, others);
    result.set(lowered, {
      steady: { servers, perStep: steady.perStep },
      cold: { servers, perStep: cold.perStep },
    });
  });
  return result;
};
