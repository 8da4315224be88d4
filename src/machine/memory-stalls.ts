/** Cycles that a step waits for memory: misses times what of their latency nothing hides. */
import type { Lowered, Reference, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import { type Range, scaleRange } from '../units/range.ts';
import { type End, supplyAt } from './core-parameters.ts';
import type { CoreProfile } from './core-profile.ts';
import { kindOf } from './data-kind.ts';
import type { DataKind, MemoryRegion, MemorySystem } from './memory-system.ts';
import { touchesOf } from './touches.ts';

/** A place that serves misses of the level-1 cache: its name and what a line costs at each end. */
export interface Server {
  readonly name: string;
  /** Cycles until the line is there, more than a hit in the first level. */
  readonly latency: Range;
  /** Cycles for which the line occupies the path: no stream is faster. */
  readonly transfer: Range;
}

const nothing: Range = { best: 0, expected: 0, worst: 0 };

/** What a miss costs more than a hit in the first level. */
const beyondFirst = (latency: Range, memory: MemorySystem): Range => {
  const first = memory.dataCaches[0]?.latencyCycles ?? nothing;
  const over = (end: End): number => Math.max(0, latency[end] - first[end]);
  return { best: over('best'), expected: over('expected'), worst: over('worst') };
};

const memoryServer = (memory: MemorySystem, clockHz: number): Server | null => {
  if (memory.memory !== null) {
    const { name, latencyNanoseconds: ns, bandwidthBytesPerSecond: bandwidth } = memory.memory;
    const line = memory.dataCaches.at(-1)?.lineBytes ?? 64;
    return {
      name,
      latency: beyondFirst(scaleRange(ns, 1e-9 * clockHz), memory),
      transfer: {
        best: (line / bandwidth.best) * clockHz,
        expected: (line / bandwidth.expected) * clockHz,
        worst: (line / bandwidth.worst) * clockHz,
      },
    };
  }
  return null;
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

const regionOf = (memory: MemorySystem, kind: DataKind): MemoryRegion | null => {
  const name = memory.placement?.[kind];
  return memory.regions.find((region) => region.name === name) ?? null;
};

/** What each server's lines cost at an end: the first ones of a run, and those fetched ahead. */
export type MissCosts = readonly {
  readonly name: string;
  readonly first: number;
  readonly streamed: number;
}[];

export const missCostsOf = (
  servers: readonly Server[],
  core: CoreProfile,
  memory: MemorySystem,
  end: End,
): MissCosts => {
  const hidden = supplyAt(core.memory.hiddenShare, end);
  // Without a prefetcher the lines of a stream overlap as far as misses can be under way at once.
  const visible =
    memory.prefetch?.visibleShare[end] ?? 1 / supplyAt(core.memory.outstandingMisses, end);
  return servers.map(({ name, latency, transfer }) => {
    const waiting = latency[end] * (1 - hidden);
    return {
      name,
      first: Math.max(waiting, transfer[end]),
      streamed: Math.max(waiting * visible, transfer[end]),
    };
  });
};

const templatesOf = (
  step: Step,
): readonly { template: Template; slots: readonly Reference[]; times: number }[] =>
  step.step === 'kernel'
    ? [{ template: step.template, slots: step.slots, times: 1 }]
    : step.templates;

/** Waits of the accesses that go to uncached regions directly, by region. */
export const regionCycles = (
  lowered: Lowered,
  step: Step,
  memory: MemorySystem,
  end: End,
): Record<string, number> => {
  const stalls: Record<string, number> = {};
  if (memory.placement === null) return stalls;
  for (const { template, slots, times } of templatesOf(step)) {
    touchesOf(template).accesses.forEach((accesses, slot) => {
      const reference = slots[slot];
      const buffer = reference && lowered.buffers[reference.buffer];
      if (!buffer) return;
      const region = regionOf(memory, kindOf(buffer));
      if (region === null || region.cached || region.waitCycles[end] === 0) return;
      const cycles = accesses * times * region.waitCycles[end];
      stalls[region.name] = (stalls[region.name] ?? 0) + cycles;
    });
  }
  return stalls;
};
