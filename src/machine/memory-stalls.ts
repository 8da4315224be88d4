/** Cycles that a step waits for memory: misses times what of their latency nothing hides. */
import type { Lowered, Reference, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import type { Range } from '../units/range.ts';
import type { LevelMisses } from './cache-misses.ts';
import { type End, supplyAt } from './core-parameters.ts';
import type { CoreProfile } from './core-profile.ts';
import { kindOf } from './layout.ts';
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

const memoryServer = (memory: MemorySystem, clockHz: number): Server | null => {
  if (memory.memory !== null) {
    const { name, latencyNanoseconds: ns, bandwidthBytesPerSecond: bandwidth } = memory.memory;
    const line = memory.dataCaches.at(-1)?.lineBytes ?? 64;
    return {
      name,
      latency: {
        best: ns.best * 1e-9 * clockHz,
        expected: ns.expected * 1e-9 * clockHz,
        worst: ns.worst * 1e-9 * clockHz,
      },
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

/** What a miss costs more than a hit in the first level. */
const beyondFirst = (latency: Range, memory: MemorySystem): Range => {
  const first = memory.dataCaches[0]?.latencyCycles ?? nothing;
  const over = (end: End): number => Math.max(0, latency[end] - first[end]);
  return { best: over('best'), expected: over('expected'), worst: over('worst') };
};

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

/** Cycles one line costs at an end, by whether something fetched it ahead. */
const lineCycles = (
  server: Server,
  misses: LevelMisses,
  core: CoreProfile,
  memory: MemorySystem,
  end: End,
): number => {
  const hidden = supplyAt(core.memory.hiddenShare, end);
  // Without a prefetcher the lines of a stream overlap as far as misses can be under way at once.
  const visible =
    memory.prefetch?.visibleShare[end] ?? 1 / supplyAt(core.memory.outstandingMisses, end);
  const waiting = server.latency[end] * (1 - hidden);
  const streaming = Math.max(waiting * visible, server.transfer[end]);
  return misses.first * Math.max(waiting, server.transfer[end]) + misses.streamed * streaming;
};

/** Stalls of one step by server. */
export const missCycles = (
  misses: readonly LevelMisses[],
  servers: readonly Server[],
  core: CoreProfile,
  memory: MemorySystem,
  end: End,
): Record<string, number> => {
  const stalls: Record<string, number> = {};
  misses.forEach((level, index) => {
    const server = servers[index];
    if (server === undefined || level.first + level.streamed === 0) return;
    stalls[server.name] = lineCycles(server, level, core, memory, end);
  });
  return stalls;
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
