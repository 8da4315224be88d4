/**
 * Cache misses of every step in the steady state and after a cold start: the lines that one block
 * touches pass through the cache levels, copy after copy, while the rings move on.
 */
import type { Lowered, Reference, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import { kindOf, Layout, RingPositions } from './layout.ts';
import { LruCache } from './lru-cache.ts';
import { cachedRegions } from './memory-stalls.ts';
import type { DataKind, MemorySystem } from './memory-system.ts';
import { type Run, touchesOf } from './touches.ts';

/** How the misses served by one level (or by memory, the last) fall. */
export interface LevelMisses {
  /** The first lines of a run: nothing has fetched them ahead. */
  first: number;
  /** Further lines of a run, which a prefetcher sees coming, and lines that are written. */
  streamed: number;
}

/** [copy][step][server]: servers are the second cache level and beyond, then the backing memory. */
export type StepMisses = readonly (readonly (readonly LevelMisses[])[])[];

export interface CacheMisses {
  /** Misses per block in the steady state. */
  readonly steady: StepMisses;
  /** Misses of a block whose inner caches others have used meanwhile; the outermost keeps its lines. */
  readonly cold: StepMisses;
}

/** Lines of a run that must miss before a prefetcher has understood it. */
const training = 2;
/** Blocks are simulated until they repeat, or until this many lines have been touched. */
const mostTouches = 250_000;
const mostBlocks = 96;
const fewestBlocks = 6;

interface BoundRun extends Run {
  readonly reference: Reference;
  /** Index of what serves a line that no cache has. */
  readonly server: number;
}

/** One thing that a step does in a block: a ring movement, or runs of lines. */
interface Part {
  readonly copy: number;
  readonly step: number;
  readonly move: 'rewind' | 'advance' | null;
  readonly ring: number;
  readonly runs: readonly BoundRun[];
  readonly perBlock: number;
}

/** Memory, or the place of the buffer's region among the cached ones; -1 where no cache is asked. */
const lastServer = (memory: MemorySystem, kind: DataKind): number => {
  const levels = memory.dataCaches.length - 1;
  if (memory.placement === null) return levels;
  const name = memory.placement[kind];
  const region = cachedRegions(memory).findIndex((r) => r.name === name);
  return region < 0 ? -1 : levels + region;
};

const boundRuns = (
  lowered: Lowered,
  memory: MemorySystem,
  template: Template,
  slots: readonly Reference[],
): BoundRun[] =>
  touchesOf(template).runs.flatMap((run) => {
    const reference = slots[run.slot];
    const buffer = reference && lowered.buffers[reference.buffer];
    if (reference === undefined || buffer === undefined) return [];
    const server = lastServer(memory, kindOf(buffer));
    return server < 0 ? [] : [{ ...run, reference, server }];
  });

const partsOf = (copies: readonly Lowered[], memory: MemorySystem): Part[] =>
  copies.flatMap((lowered, copy) =>
    lowered.steps.map((step: Step, index): Part => {
      const base = { copy, step: index };
      if (step.step === 'kernel') {
        const runs = boundRuns(lowered, memory, step.template, step.slots);
        return { ...base, move: null, ring: -1, runs, perBlock: step.perBlock };
      }
      const runs = step.templates.flatMap((t) => boundRuns(lowered, memory, t.template, t.slots));
      const move = step.action === 'rewind' || step.action === 'advance' ? step.action : null;
      return { ...base, move, ring: step.ring, runs, perBlock: step.perBlock };
    }),
  );

const zeros = (copies: readonly Lowered[], servers: number): LevelMisses[][][] =>
  copies.map((lowered) =>
    lowered.steps.map(() => Array.from({ length: servers }, () => ({ first: 0, streamed: 0 }))),
  );

class Hierarchy {
  private readonly caches: readonly LruCache[];
  private readonly shift: number;
  readonly servers: number;
  touches = 0;

  constructor(memory: MemorySystem) {
    this.caches = memory.dataCaches.map((level) => new LruCache(level));
    this.shift = this.caches[0]?.lineShift ?? 6;
    this.servers = memory.dataCaches.length - 1 + Math.max(1, cachedRegions(memory).length);
  }

  /** Empties what others on the core use up between blocks: all levels but the outermost. */
  evict(): void {
    const inner = Math.max(1, this.caches.length - 1);
    for (const cache of this.caches.slice(0, inner)) cache.clear();
  }

  /** Touches the bytes from `low` to `high`; adds the misses, by the level that serves them. */
  run(
    low: number,
    high: number,
    write: boolean,
    last: number,
    misses: readonly LevelMisses[],
  ): number {
    const { caches, shift } = this;
    const deepest = caches.length - 1;
    const end = (high - 1) >> shift;
    let missed = 0;
    let total = 0;
    for (let line = low >> shift; line <= end; line++) {
      this.touches++;
      let server = -1;
      for (let c = 0; c < caches.length; c++) {
        const cache = caches[c] as LruCache;
        if (cache.touch(line >> (cache.lineShift - shift))) break;
        server = c;
      }
      if (server < 0) continue;
      const at = misses[server === deepest ? last : server] as LevelMisses;
      if (write || missed >= training) at.streamed++;
      else at.first++;
      missed++;
      total++;
    }
    return total;
  }
}

class Blocks {
  readonly hierarchy: Hierarchy;
  private readonly parts: readonly Part[];
  private readonly positions: readonly RingPositions[];
  private readonly layout: Layout;
  private readonly due: Float64Array;

  constructor(copies: readonly Lowered[], memory: MemorySystem) {
    this.hierarchy = new Hierarchy(memory);
    this.parts = partsOf(copies, memory);
    this.positions = copies.map((lowered) => new RingPositions(lowered));
    this.layout = new Layout(copies);
    this.due = new Float64Array(this.parts.length);
  }

  /** Runs one block; returns its misses. */
  block(misses: readonly (readonly (readonly LevelMisses[])[])[]): number {
    let total = 0;
    for (let p = 0; p < this.parts.length; p++) {
      const part = this.parts[p] as Part;
      const positions = this.positions[part.copy] as RingPositions;
      if (part.move === 'rewind') {
        if (!positions.rewind(part.ring)) continue;
      } else if (part.perBlock < 1) {
        this.due[p] = (this.due[p] as number) + part.perBlock;
        if ((this.due[p] as number) < 1) continue;
        this.due[p] = (this.due[p] as number) - 1;
      }
      const bases = this.layout.bases[part.copy] as Int32Array;
      const at = misses[part.copy]?.[part.step] ?? [];
      for (const run of part.runs) {
        const base = (bases[run.reference.buffer] as number) + positions.offset(run.reference) * 4;
        const low = base + run.low * 4;
        const high = base + run.high * 4;
        total += this.hierarchy.run(low, high, run.write, run.server, at);
      }
      if (part.move === 'advance') positions.advance(part.ring);
    }
    return total;
  }
}

const divide = (misses: LevelMisses[][][], by: number): void => {
  for (const steps of misses) {
    for (const servers of steps) {
      for (const level of servers) {
        level.first /= by;
        level.streamed /= by;
      }
    }
  }
};

const measure = (copies: readonly Lowered[], memory: MemorySystem): CacheMisses => {
  const blocks = new Blocks(copies, memory);
  const { hierarchy } = blocks;
  const fresh = (): LevelMisses[][][] => zeros(copies, hierarchy.servers);
  const history = [blocks.block(fresh())];
  const perBlock = Math.max(1, hierarchy.touches);
  const limit = Math.max(
    fewestBlocks + 2,
    Math.min(mostBlocks, Math.floor(mostTouches / perBlock)),
  );
  const warmUp = Math.floor(limit / 2);
  for (let b = 1; b < warmUp; b++) {
    history.push(blocks.block(fresh()));
    const last = history.slice(-4);
    if (b >= fewestBlocks && last.every((count) => count === last[0])) break;
  }
  const steady = fresh();
  const measured = Math.max(4, limit - history.length);
  let counted = 0;
  const seen: number[] = [];
  while (counted < measured) {
    seen.push(blocks.block(steady));
    counted++;
    const last = seen.slice(-4);
    if (counted >= 4 && last.every((count) => count === history.at(-1))) break;
  }
  divide(steady, counted);
  const cold = fresh();
  hierarchy.evict();
  blocks.block(cold);
  return { steady, cold };
};

const known = new WeakMap<Lowered, Map<string, CacheMisses>>();

/** Memoised by the programs, their order and the caches. */
export const cacheMissesOf = (copies: readonly Lowered[], memory: MemorySystem): CacheMisses => {
  const [first] = copies;
  if (first === undefined || memory.dataCaches.length === 0) {
    return { steady: zeros(copies, 0), cold: zeros(copies, 0) };
  }
  let memo = known.get(first);
  if (!memo) {
    memo = new Map();
    known.set(first, memo);
  }
  const cached = memory.regions.filter((region) => region.cached).map((region) => region.name);
  const shape = memory.dataCaches.map((c) => [c.sizeBytes, c.lineBytes, c.ways]);
  const same = copies.every((lowered) => lowered === first);
  const key = JSON.stringify([shape, cached, memory.placement, copies.length]);
  const hit = same ? memo.get(key) : undefined;
  if (hit) return hit;
  const result = measure(copies, memory);
  if (same) memo.set(key, result);
  return result;
};
