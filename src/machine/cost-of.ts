/** The cost of a block on a core: its steps' pipeline times and memory stalls, added up. */
import { type ArgumentDistribution, defaultArguments } from '../kernel/libm.ts';
import type { Lowered } from '../kernel/lowered.ts';
import type { BlockCost, CostSummary, StepCost, TemplateTime } from './cost.ts';
import { GroupedSums } from './grouped-sums.ts';
import { cacheWaitsOf } from './memory/cache-waits.ts';
import { codeWaitsOf } from './memory/code-stalls.ts';
import { bytesOfOne, runKinds } from './memory/data-kind.ts';
import { missCostsOf, serversOf } from './memory/memory-stalls.ts';
import type { MemorySystem } from './memory/memory-system.ts';
import { type Stalls, stallsOf } from './memory/stalls.ts';
import type { CoreProfile } from './pipeline/core-profile.ts';
import { type Corners, Counted, type Pipelines, pipelinesOf } from './pipeline/pipeline.ts';
import { stepTableOf } from './step-table.ts';

export interface CostOptions {
  /** Turns the latencies of memories outside the core's clock into cycles. */
  readonly clockHz: number;
  /** How many of the (one) lowered program run one after another. @default 1 */
  readonly copies?: number;
  /** How the arguments of library functions are distributed. @default a playing A1 network's */
  readonly arguments?: ArgumentDistribution | undefined;
  /** 'expected': the corners of the range are the expected value; much cheaper. @default 'all' */
  readonly corners?: Corners | undefined;
}

class Sums {
  best = 0;
  expected = 0;
  worst = 0;
  /** Of the worst, what a warm block takes. */
  warmWorst = 0;
  waits = 0;
  readonly kinds: GroupedSums = new GroupedSums();
  readonly layers: GroupedSums = new GroupedSums();
}

/** One program on its core, with what its steps wait for beside the others. */
interface CostedProgram {
  readonly lowered: Lowered;
  readonly pipelines: Pipelines;
  readonly stalls: Stalls;
}

/** Adds the cycles of every step, in their order, to the sums so far. */
const addTo = (sums: Sums, { lowered, pipelines, stalls }: CostedProgram): void => {
  const { best, expected, worst } = pipelines;
  const { steady, cold } = stalls;
  const { uniqueIndex, kinds, layers } = stepTableOf(lowered);
  const each = new Float64Array(uniqueIndex.length);
  for (let s = 0; s < uniqueIndex.length; s++) {
    // Every step is one of the unique ones and its stalls.
    const own = uniqueIndex[s] as number;
    const waits = steady[s] as number;
    // A ring that rewinds, or caches that keep what they have, can make the cold block the milder one.
    const most = Math.max(waits, cold[s] as number);
    const cycles = (expected[own] as number) + waits;
    each[s] = cycles;
    sums.best += best[own] as number;
    sums.expected += cycles;
    sums.worst += (worst[own] as number) + most;
    sums.warmWorst += (worst[own] as number) + waits;
    sums.waits += waits;
  }
  sums.kinds.add(kinds, each);
  sums.layers.add(layers, each);
};

const waitsOf = ({ names, columns }: Stalls, step: number): Readonly<Record<string, number>> => {
  const waits: Record<string, number> = {};
  names.forEach((name, n) => {
    const each = columns[n]?.[step] ?? 0;
    if (each !== 0) waits[name] = each;
  });
  return waits;
};

const listOf = ({ lowered, pipelines, stalls }: CostedProgram): readonly StepCost[] => {
  const { steady, cold } = stalls;
  const { uniqueIndex } = stepTableOf(lowered);
  return lowered.steps.map((step, s) => {
    const pipeline = pipelines.uniqueSteps[uniqueIndex[s] as number] as TemplateTime;
    const { best, expected, worst } = pipeline.cycles;
    const waits = steady[s] as number;
    const most = Math.max(waits, cold[s] as number);
    return {
      layer: step.layer,
      kind: step.kind,
      name: step.step === 'kernel' ? step.template.name : step.action,
      perBlock: step.perBlock,
      cycles: { best, expected: expected + waits, worst: worst + most },
      pipeline: pipeline.cycles,
      memory: waitsOf(stalls, s),
      counts: pipeline.counts,
      instructions: pipeline.instructions,
      calls: pipeline.calls,
      causes: pipeline.causes,
    };
  });
};

const bytesOf = (copies: readonly Lowered[]): BlockCost['bytes'] => {
  const bytes = { weights: 0, history: 0, scratch: 0, code: 0 };
  for (const lowered of copies) {
    const own = bytesOfOne(lowered);
    for (const kind of runKinds) bytes[kind] += own[kind];
  }
  for (const lowered of new Set(copies)) bytes.code += lowered.codeBytes;
  return bytes;
};

const placementOf = (bytes: BlockCost['bytes'], memory: MemorySystem): string => {
  if (memory.placement !== null) {
    return [...new Set([memory.placement.weights, memory.placement.history])].join('+');
  }
  const data = bytes.weights + bytes.history + bytes.scratch;
  const level = memory.dataCaches.find((cache) => data <= cache.sizeBytes);
  return level?.name ?? memory.memory?.name ?? memory.dataCaches.at(-1)?.name ?? 'memory';
};

const summaryOf = (programs: readonly CostedProgram[], sums: Sums): CostSummary => {
  const counted = new Counted();
  const memory: Record<string, number> = {};
  for (const { pipelines, stalls } of programs) {
    counted.add(pipelines.all, 1);
    stalls.names.forEach((name, n) => {
      let waits = memory[name] ?? 0;
      for (const cycles of stalls.columns[n] ?? []) waits += cycles;
      memory[name] = waits;
    });
  }
  return { ...counted, kinds: sums.kinds.done(), layers: sums.layers.done(), memory };
};

/** Every program beside the others, in the order in which they run. */
const costPrograms = (
  copies: readonly Lowered[],
  core: CoreProfile,
  memory: MemorySystem,
  options: CostOptions,
): readonly CostedProgram[] => {
  const { clockHz, arguments: distribution = defaultArguments, corners = 'all' } = options;
  const linesFrom = serversOf(memory, clockHz);
  const costs = {
    expected: missCostsOf(linesFrom, core, memory, 'expected'),
    worst: missCostsOf(linesFrom, core, memory, 'worst'),
  };
  const lines = cacheWaitsOf(copies, memory, costs, corners);
  const servers = linesFrom.map(({ name }) => name);
  const costed = new Map<Lowered, CostedProgram>();
  for (const lowered of new Set(copies)) {
    const pipelines = pipelinesOf(lowered, core, distribution, corners);
    const code = codeWaitsOf(lowered, memory, pipelines.uniqueSteps, clockHz);
    const waits = { lines: lines.get(lowered) ?? null, servers, code };
    const stalls = stallsOf({ lowered, memory, ...waits, both: corners === 'all' });
    costed.set(lowered, { lowered, pipelines, stalls });
  }
  // Every program was costed above.
  return copies.map((lowered) => costed.get(lowered) as CostedProgram);
};

/**
 * Cycles per block of one or several programs that run one after another on one core and share its
 * caches. Steps of all copies are listed, in the order in which they run.
 */
export const costOf = (
  programs: Lowered | readonly Lowered[],
  core: CoreProfile,
  memory: MemorySystem,
  options: CostOptions,
): BlockCost => {
  const list = 'steps' in programs ? [programs] : programs;
  const copies = list.flatMap((lowered) => new Array<Lowered>(options.copies ?? 1).fill(lowered));
  const running = costPrograms(copies, core, memory, options);
  const sums = new Sums();
  for (const program of running) addTo(sums, program);
  const { best, expected, worst } = sums;
  const bytes = bytesOf(copies);
  let listed: readonly StepCost[] | null = null;
  return {
    blockFrames: copies[0]?.blockFrames ?? 0,
    total: { best, expected, worst },
    warm: { best: best + sums.waits, expected, worst: sums.warmWorst },
    summary: summaryOf(running, sums),
    get steps() {
      listed ??= costPrograms(copies, core, memory, options).flatMap(listOf);
      return listed;
    },
    bytes,
    placement: placementOf(bytes, memory),
  };
};
