/**
 * Cache misses of every step in the steady state and after others have used the caches: the lines that
 * one block touches pass through the levels, copy after copy, while the rings move on.
 */
import type { Lowered, Reference, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import { kindOf, Layout, RingPositions } from './layout.ts';
import { LruCache } from './lru-cache.ts';
import { cachedRegions } from './memory-stalls.ts';
import type { DataKind, MemorySystem } from './memory-system.ts';
import { touchesOf } from './touches.ts';

/**
 * Misses per block of each step, by what serves them: servers are the second cache level and beyond,
 * then the backing memory or the cached regions.
 */
export interface StepMisses {
  readonly servers: number;
  /** Two numbers a server: the first lines of runs, which nothing has fetched ahead, and the further ones. */
  readonly perStep: Float64Array;
  /** Index of the first step of each copy. */
  readonly firstStep: readonly number[];
}

export interface CacheMisses {
  /** Misses per block in the steady state. */
  readonly steady: StepMisses;
  /** Misses of a block whose inner caches others have used meanwhile; the outermost keeps its lines. */
  readonly cold: StepMisses;
}

/** Lines of a run that must miss before a prefetcher has understood it. */
const training = 2;
/** Blocks are simulated until they repeat, or until about this many lines have been touched. */
const mostTouches = 120_000;
const mostBlocks = 64;
const fewestBlocks = 6;

/** One thing that a step does in a block: a ring movement, or runs of lines. */
interface Part {
  readonly copy: number;
  readonly step: number;
  readonly move: 'rewind' | 'advance' | null;
  readonly ring: number;
  readonly perBlock: number;
  readonly references: readonly Reference[];
  /** Byte offsets of each run: low, high, write, server; one reference each. */
  readonly runs: Int32Array;
}

const numbersOfRun = 4;

/** Memory, or the place of the buffer's region among the cached ones; -1 where no cache is asked. */
const lastServer = (memory: MemorySystem, kind: DataKind): number => {
  const levels = memory.dataCaches.length - 1;
  if (memory.placement === null) return levels;
  const name = memory.placement[kind];
  const region = cachedRegions(memory).findIndex((r) => r.name === name);
  return region < 0 ? -1 : levels + region;
};

const bind = (
  lowered: Lowered,
  servers: Readonly<Record<string, number>>,
  template: Template,
  slots: readonly Reference[],
  references: Reference[],
  runs: number[],
): void => {
  for (const run of touchesOf(template).runs) {
    const reference = slots[run.slot];
    const buffer = reference && lowered.buffers[reference.buffer];
    if (reference === undefined || buffer === undefined) continue;
    const server = servers[kindOf(buffer)] ?? -1;
    if (server < 0) continue;
    references.push(reference);
    runs.push(run.low * 4, run.high * 4, run.write ? 1 : 0, server);
  }
};

const partOf = (
  lowered: Lowered,
  servers: Readonly<Record<string, number>>,
  copy: number,
  step: Step,
  index: number,
): Part => {
  const references: Reference[] = [];
  const runs: number[] = [];
  if (step.step === 'kernel') {
    bind(lowered, servers, step.template, step.slots, references, runs);
  } else {
    for (const { template, slots } of step.templates) {
      bind(lowered, servers, template, slots, references, runs);
    }
  }
  const ring = step.step === 'ring' ? step.ring : -1;
  const move =
    step.step === 'ring' && (step.action === 'rewind' || step.action === 'advance')
      ? step.action
      : null;
  const { perBlock } = step;
  return { copy, step: index, move, ring, perBlock, references, runs: Int32Array.from(runs) };
};

const partsOf = (copies: readonly Lowered[], memory: MemorySystem): readonly Part[] => {
  const servers = {
    weights: lastServer(memory, 'weights'),
    history: lastServer(memory, 'history'),
    scratch: lastServer(memory, 'scratch'),
  };
  let index = 0;
  return copies.flatMap((lowered, copy) =>
    lowered.steps.map((step) => partOf(lowered, servers, copy, step, index++)),
  );
};

class Hierarchy {
  readonly servers: number;
  touches = 0;
  private readonly caches: readonly LruCache[];
  private readonly shift: number;

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

  /** Touches the bytes from `low` to `high`; adds the misses at `at`, by the level that serves them. */
  run(
    low: number,
    high: number,
    write: boolean,
    last: number,
    misses: Float64Array,
    at: number,
  ): number {
    const { caches, shift } = this;
    const deepest = caches.length - 1;
    const end = (high - 1) >> shift;
    let missed = 0;
    for (let line = low >> shift; line <= end; line++) {
      let server = -1;
      for (let c = 0; c <= deepest; c++) {
        const cache = caches[c] as LruCache;
        if (cache.touch(line >> (cache.lineShift - shift))) break;
        server = c;
      }
      if (server < 0) continue;
      const streamed = write || missed >= training ? 1 : 0;
      const index = at + (server === deepest ? last : server) * 2 + streamed;
      misses[index] = (misses[index] as number) + 1;
      missed++;
    }
    this.touches += end - (low >> shift) + 1;
    return missed;
  }
}

class Blocks {
  readonly hierarchy: Hierarchy;
  readonly parts: readonly Part[];
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
  block(misses: Float64Array): number {
    let total = 0;
    const size = this.hierarchy.servers * 2;
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
      const { references, runs } = part;
      for (let r = 0; r < references.length; r++) {
        const reference = references[r] as Reference;
        const base = (bases[reference.buffer] as number) + positions.offset(reference) * 4;
        const i = r * numbersOfRun;
        total += this.hierarchy.run(
          base + (runs[i] as number),
          base + (runs[i + 1] as number),
          runs[i + 2] === 1,
          runs[i + 3] as number,
          misses,
          part.step * size,
        );
      }
      if (part.move === 'advance') positions.advance(part.ring);
    }
    return total;
  }
}

const repeated = (counts: readonly number[]): boolean => {
  const n = counts.length;
  return n >= 4 && [1, 2, 3].every((i) => counts[n - 1] === counts[n - 1 - i]);
};

const measure = (copies: readonly Lowered[], memory: MemorySystem): CacheMisses => {
  const blocks = new Blocks(copies, memory);
  const { hierarchy } = blocks;
  const fresh = (): Float64Array => new Float64Array(blocks.parts.length * hierarchy.servers * 2);
  const ignored = fresh();
  const counts = [blocks.block(ignored)];
  const affordable = Math.floor(mostTouches / Math.max(1, hierarchy.touches));
  const limit = Math.max(fewestBlocks + 2, Math.min(mostBlocks, affordable));
  while (counts.length < limit / 2 && !(counts.length > fewestBlocks && repeated(counts))) {
    counts.push(blocks.block(ignored));
  }
  const settled = counts.length > fewestBlocks && repeated(counts);
  const steady = fresh();
  const measured = settled ? 4 : Math.max(4, limit - counts.length);
  for (let b = 0; b < measured; b++) blocks.block(steady);
  for (let i = 0; i < steady.length; i++) steady[i] = (steady[i] as number) / measured;
  const cold = fresh();
  hierarchy.evict();
  blocks.block(cold);
  let next = 0;
  const firstStep = copies.map((lowered) => {
    const first = next;
    next += lowered.steps.length;
    return first;
  });
  const { servers } = hierarchy;
  return {
    steady: { servers, perStep: steady, firstStep },
    cold: { servers, perStep: cold, firstStep },
  };
};

const nothing: StepMisses = { servers: 0, perStep: new Float64Array(0), firstStep: [] };
const known = new WeakMap<Lowered, Map<string, CacheMisses>>();

/** Memoised by the program, the number of copies and the caches. */
export const cacheMissesOf = (copies: readonly Lowered[], memory: MemorySystem): CacheMisses => {
  const [first] = copies;
  if (first === undefined || memory.dataCaches.length === 0)
    return { steady: nothing, cold: nothing };
  if (!copies.every((lowered) => lowered === first)) return measure(copies, memory);
  let memo = known.get(first);
  if (!memo) {
    memo = new Map();
    known.set(first, memo);
  }
  const shape = memory.dataCaches.map((c) => [c.sizeBytes, c.lineBytes, c.ways]);
  const cached = cachedRegions(memory).map((region) => region.name);
  const key = JSON.stringify([shape, cached, memory.placement, copies.length]);
  const hit = memo.get(key);
  if (hit) return hit;
  const result = measure(copies, memory);
  memo.set(key, result);
  return result;
};
