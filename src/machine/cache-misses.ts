/**
 * Cache misses of every step in the steady state and after others have used the caches: the lines that
 * one block touches pass through the levels, copy after copy, while the rings move on.
 */
import type { Lowered, Reference } from '../kernel/lowered.ts';
import { type BlockRuns, blockRunsOf, runKinds, type StepRuns } from './block-runs.ts';
import { Hierarchy } from './hierarchy.ts';
import { Layout, RingPositions } from './layout.ts';
import { cachedRegions } from './memory-stalls.ts';
import type { CacheLevel, DataKind, MemorySystem } from './memory-system.ts';

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

/** Blocks are simulated until they repeat, or until about this many lines have been touched. */
const mostTouches = 120_000;
const mostBlocks = 64;
const fewestBlocks = 6;

/** Memory, or the place of the buffer's region among the cached ones; -1 where no cache is asked. */
const lastServer = (memory: MemorySystem, kind: DataKind): number => {
  const levels = memory.dataCaches.length - 1;
  if (memory.placement === null) return levels;
  const name = memory.placement[kind];
  const region = cachedRegions(memory).findIndex((r) => r.name === name);
  return region < 0 ? -1 : levels + region;
};

/** Linear rings that a part of a program moves on without the step that rewinds them leave their buffer. */
const staysInPlace = ({ steps, rings }: Lowered): boolean => {
  const rewound = new Set<number>();
  for (const s of steps) if (s.step === 'ring' && s.action === 'rewind') rewound.add(s.ring);
  return steps.every(
    (s) =>
      s.step !== 'ring' ||
      s.action !== 'advance' ||
      rings[s.ring]?.policy.kind !== 'linear' ||
      rewound.has(s.ring),
  );
};

/** One copy of a program: its runs, where they lie in memory, and where its rings stand. */
interface Copy {
  readonly runs: BlockRuns;
  readonly bases: Int32Array;
  readonly positions: RingPositions;
  readonly firstStep: number;
  /** How much of an execution is due, of steps that do not come every block. */
  readonly due: Float64Array;
}

class Blocks {
  readonly hierarchy: Hierarchy;
  readonly stepCount: number;
  readonly servers: number;
  /** What serves the outermost misses of each of `runKinds`. */
  private readonly last: readonly number[];
  private readonly copies: readonly Copy[];

  constructor(
    programs: readonly Lowered[],
    memory: MemorySystem,
    levels: readonly [CacheLevel, ...CacheLevel[]],
  ) {
    const layout = new Layout(programs);
    let next = 0;
    this.copies = programs.map((lowered, copy) => {
      const firstStep = next;
      next += lowered.steps.length;
      return {
        runs: blockRunsOf(lowered),
        // One list of addresses for each program.
        bases: layout.bases[copy] as Int32Array,
        positions: new RingPositions(lowered),
        firstStep,
        due: new Float64Array(lowered.steps.length),
      };
    });
    this.stepCount = next;
    this.servers = levels.length - 1 + Math.max(1, cachedRegions(memory).length);
    this.last = runKinds.map((kind) => lastServer(memory, kind));
    const { firstByte, totalBytes } = layout;
    const end = programs.every(staysInPlace) ? firstByte + totalBytes : Number.POSITIVE_INFINITY;
    this.hierarchy = new Hierarchy(levels, firstByte, end);
  }

  get firstStep(): readonly number[] {
    return this.copies.map((copy) => copy.firstStep);
  }

  /** Runs one block; returns its misses. */
  block(misses: Float64Array): number {
    let total = 0;
    for (const copy of this.copies) {
      const { steps } = copy.runs;
      for (let s = 0; s < steps.length; s++) {
        // In the bounds of the loop.
        const step = steps[s] as StepRuns;
        if (step.move === 'rewind') {
          if (!copy.positions.rewind(step.ring)) continue;
        } else if (step.perBlock < 1) {
          copy.due[s] = (copy.due[s] as number) + step.perBlock;
          if ((copy.due[s] as number) < 1) continue;
          copy.due[s] = (copy.due[s] as number) - 1;
        }
        const at = (copy.firstStep + s) * this.servers * 2;
        total += this.step(copy, step, misses, at);
        if (step.move === 'advance') copy.positions.advance(step.ring);
      }
    }
    return total;
  }

  private step(copy: Copy, step: StepRuns, misses: Float64Array, at: number): number {
    const { buffer, low, high, write, kind, moving } = copy.runs;
    let total = 0;
    // Runs have an entry in every list, buffers one in the bases.
    for (let r = step.first; r < step.end; r++) {
      const reference = moving[r] as Reference | null;
      const last = this.last[kind[r] as number] as number;
      if (last < 0) continue;
      let base = copy.bases[buffer[r] as number] as number;
      if (reference !== null) base += copy.positions.offset(reference) * 4;
      total += this.hierarchy.run(
        base + (low[r] as number),
        base + (high[r] as number),
        write[r] === 1,
        last,
        misses,
        at,
      );
    }
    return total;
  }
}

const repeated = (counts: readonly number[]): boolean => {
  const n = counts.length;
  return n >= 4 && [1, 2, 3].every((i) => counts[n - 1] === counts[n - 1 - i]);
};

const nothing: StepMisses = { servers: 0, perStep: new Float64Array(0), firstStep: [] };

const measure = (programs: readonly Lowered[], memory: MemorySystem): CacheMisses => {
  const [inner, ...outer] = memory.dataCaches;
  if (inner === undefined) return { steady: nothing, cold: nothing };
  const blocks = new Blocks(programs, memory, [inner, ...outer]);
  const { servers, firstStep } = blocks;
  const fresh = (): Float64Array => new Float64Array(blocks.stepCount * servers * 2);
  const ignored = fresh();
  const counts = [blocks.block(ignored)];
  const affordable = Math.floor(mostTouches / Math.max(1, blocks.hierarchy.touches));
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
  blocks.hierarchy.evict();
  blocks.block(cold);
  return {
    steady: { servers, perStep: steady, firstStep },
    cold: { servers, perStep: cold, firstStep },
  };
};

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
