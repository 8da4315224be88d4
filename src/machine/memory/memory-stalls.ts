/** Cycles that a step waits for memory: misses times what of their latency nothing hides. */
import { type Lowered, type Reference, templatesOf } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { rangeOfSupply } from '../../units/figure.ts';
import { memoize } from '../../units/memoize.ts';
import { atCorners, type Corner, exactly, type Range, scaleRange } from '../../units/range.ts';
import type { CoreProfile } from '../pipeline/core-profile.ts';
import { readTemplate } from '../pipeline/read-template.ts';
import { kindOf, runKinds } from './data-kind.ts';
import type { MemoryRegion, MemorySystem } from './memory-system.ts';

/** A place that serves misses of the level-1 cache: its name and what a line costs at each corner. */
export interface Server {
  readonly name: string;
  /** Cycles until the line is there, more than a hit in the first level. */
  readonly latency: Range;
  /** Cycles for which the line occupies the path: no stream is faster. */
  readonly transfer: Range;
}

const nothing = exactly(0);

/** What a miss costs more than a hit in the first level. */
const beyondFirst = (latency: Range, memory: MemorySystem): Range => {
  const first = memory.dataCaches[0]?.latencyCycles ?? nothing;
  return atCorners((corner) => Math.max(0, latency[corner] - first[corner]));
};

const memoryServer = (memory: MemorySystem, clockHz: number): Server | null => {
  if (memory.memory === null) return null;
  const { name, latencyNanoseconds: ns, bandwidthBytesPerSecond: bandwidth } = memory.memory;
  const line = memory.dataCaches.at(-1)?.lineBytes ?? 64;
  return {
    name,
    latency: beyondFirst(scaleRange(ns, 1e-9 * clockHz), memory),
    transfer: atCorners((corner) => (line / bandwidth[corner]) * clockHz),
  };
};

/** Regions whose accesses go through the data cache. */
export const cachedRegions = (memory: MemorySystem): readonly MemoryRegion[] =>
  memory.placement === null ? [] : memory.regions.filter((region) => region.cached);

/** The servers of misses: the caches after the first, then memory or each cached region. */
export const serversOf = (memory: MemorySystem, clockHz: number): readonly Server[] => {
  const levels = memory.dataCaches.slice(1).map(
    (level): Server => ({
      name: level.name,
      latency: beyondFirst(level.latencyCycles, memory),
      transfer: nothing,
    }),
  );
  const last = memoryServer(memory, clockHz);
  const regions = cachedRegions(memory).map(
    (region): Server => ({ name: region.name, latency: region.waitCycles, transfer: nothing }),
  );
  return [...levels, ...(last === null ? regions : [last])];
};

/** What each server's lines cost at a corner: the first ones of a run, and those fetched ahead. */
export type MissCosts = readonly {
  readonly name: string;
  readonly first: number;
  readonly streamed: number;
}[];

export const missCostsOf = (
  servers: readonly Server[],
  core: CoreProfile,
  memory: MemorySystem,
  corner: Corner,
): MissCosts => {
  const hidden = rangeOfSupply(core.memory.hiddenShare)[corner];
  // Without a prefetcher the lines of a stream overlap as far as misses can be under way at once.
  const visible =
    memory.prefetch?.visibleShare[corner] ??
    1 / rangeOfSupply(core.memory.outstandingMisses)[corner];
  return servers.map(({ name, latency, transfer }) => {
    const waiting = latency[corner] * (1 - hidden);
    return {
      name,
      first: Math.max(waiting, transfer[corner]),
      streamed: Math.max(waiting * visible, transfer[corner]),
    };
  });
};

/** The accesses of a program's steps, each entry those of one slot of a step's template. */
export interface SlotAccesses {
  /** Of each step: the entry after its last. */
  readonly ends: Int32Array;
  /** Index of `runKinds`. */
  readonly kind: readonly number[];
  /** Accesses per execution of the step. */
  readonly count: readonly number[];
  /** The kinds that there are, in the order of their first use. */
  readonly kinds: readonly number[];
}

const accessed = new WeakMap<Lowered, SlotAccesses>();

const countAccesses = (lowered: Lowered): SlotAccesses => {
  const kindOfBuffer = lowered.buffers.map((buffer) => runKinds.indexOf(kindOf(buffer)));
  const ends = new Int32Array(lowered.steps.length);
  const kind: number[] = [];
  const count: number[] = [];
  const add = (template: Template, slots: readonly Reference[], times: number): void => {
    readTemplate(template).touches.accesses.forEach((accesses, slot) => {
      const reference = slots[slot];
      const held = reference && kindOfBuffer[reference.buffer];
      if (held === undefined) return;
      kind.push(held);
      count.push(accesses * times);
    });
  };
  lowered.steps.forEach((step, s) => {
    for (const { template, slots, times } of templatesOf(step)) add(template, slots, times);
    ends[s] = kind.length;
  });
  return { ends, kind, count, kinds: [...new Set(kind)] };
};

/** Counted once per program, whatever lies between it and its memory. */
export const slotAccessesOf = (lowered: Lowered): SlotAccesses =>
  memoize(accessed, lowered, countAccesses);

/** For each of `runKinds`: the region where accesses wait one by one; null where they do not. */
export const waitingRegions = (memory: MemorySystem, corner: Corner): (MemoryRegion | null)[] =>
  runKinds.map((kind) => {
    const found = memory.regions.find(({ name }) => name === memory.placement?.[kind]);
    return !found || found.cached || found.waitCycles[corner] === 0 ? null : found;
  });
