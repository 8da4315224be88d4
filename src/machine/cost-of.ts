/** The cost of a block on a core: its steps' pipeline times and memory stalls, added up. */
import { addCounts, noCounts } from '../kernel/instruction-class.ts';
import { type ArgumentDistribution, defaultArguments } from '../kernel/libm.ts';
import type { Lowered } from '../kernel/lowered.ts';
import { remember } from '../units/remember.ts';
import type { BlockCost, CostSummary, StepCost } from './cost.ts';
import { cacheWaitsOf } from './memory/cache-waits.ts';
import { codeWaitsOf } from './memory/code-stalls.ts';
import { kindOf } from './memory/data-kind.ts';
import { missCostsOf, serversOf } from './memory/memory-stalls.ts';
import type { MemorySystem } from './memory/memory-system.ts';
import { type Stalls, stallsOf } from './memory/stalls.ts';
import type { CoreProfile } from './pipeline/core-profile.ts';
import type { Ends } from './pipeline/pipeline.ts';
import { type Pipeline, type Pipelines, pipelinesOf } from './pipeline/pipelines.ts';
import { stepTableOf } from './step-table.ts';
import { SumsByName } from './sums-by-name.ts';

export interface CostOptions {
  /** Turns the latencies of memories outside the core's clock into cycles. */
  readonly clockHz: number;
  /** How many of the (one) lowered program run one after another. @default 1 */
  readonly copies?: number;
  /** How the arguments of library functions are distributed. @default a playing A1 network's */
  readonly arguments?: ArgumentDistribution;
  /** 'expected': the ends of the range are the expected value; much cheaper. @default 'all' */
  readonly ends?: Ends;
}

class Sums {
  best = 0;
  expected = 0;
  worst = 0;
  /** Of the worst, what a warm block takes. */
  warmWorst = 0;
  waits = 0;
  readonly kinds: SumsByName = new SumsByName();
  readonly layers: SumsByName = new SumsByName();
}

/** One program on its core, with what its steps wait for beside the others. */
class CostedProgram {
  readonly lowered: Lowered;
  readonly pipelines: Pipelines;
  readonly stalls: Stalls;

  constructor(lowered: Lowered, pipelines: Pipelines, stalls: Stalls) {
    this.lowered = lowered;
    this.pipelines = pipelines;
    this.stalls = stalls;
  }

  /** Adds the cycles of every step, in their order, to the sums so far. */
  add(sums: Sums): void {
    const { best, expected, worst } = this.pipelines;
    const { steady, cold } = this.stalls;
    const { uniqueIndex, kinds, layers } = stepTableOf(this.lowered);
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
  }

  private waits(step: number): Readonly<Record<string, number>> {
    const { names, columns } = this.stalls;
    const waits: Record<string, number> = {};
    names.forEach((name, n) => {
      const each = columns[n]?.[step] ?? 0;
      if (each !== 0) waits[name] = each;
    });
    return waits;
  }

  list(): readonly StepCost[] {
    const { steady, cold } = this.stalls;
    const { uniqueIndex } = stepTableOf(this.lowered);
    return this.lowered.steps.map((step, s) => {
      const pipeline = this.pipelines.uniqueSteps[uniqueIndex[s] as number] as Pipeline;
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
        memory: this.waits(s),
        counts: pipeline.counts,
        instructions: pipeline.instructions,
        calls: pipeline.calls,
        causes: pipeline.causes,
      };
    });
  }
}

type DataBytes = Omit<BlockCost['bytes'], 'code'>;

const held = new WeakMap<Lowered, DataBytes>();

const dataBytesOf = (lowered: Lowered): DataBytes =>
  remember(held, lowered, ({ buffers }) => {
    const bytes = { weights: 0, history: 0, scratch: 0 };
    for (const buffer of buffers) bytes[kindOf(buffer)] += buffer.floats * 4;
    return bytes;
  });

const bytesOf = (copies: readonly Lowered[]): BlockCost['bytes'] => {
  const bytes = { weights: 0, history: 0, scratch: 0 };
  for (const lowered of copies) {
    const { weights, history, scratch } = dataBytesOf(lowered);
    bytes.weights += weights;
    bytes.history += history;
    bytes.scratch += scratch;
  }
  const programs = [...new Set(copies)];
  return { ...bytes, code: programs.reduce((total, lowered) => total + lowered.codeBytes, 0) };
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
  const counts = noCounts();
  const causes = { arithmetic: 0, loadStore: 0, latency: 0, frontEnd: 0, mispredict: 0, calls: 0 };
  const memory: Record<string, number> = {};
  let [instructions, calls] = [0, 0];
  for (const { pipelines, stalls } of programs) {
    const { all } = pipelines;
    instructions += all.instructions;
    calls += all.calls;
    addCounts(counts, all.counts);
    for (const cause in causes) {
      causes[cause as keyof typeof causes] += all.causes[cause as keyof typeof causes];
    }
    stalls.names.forEach((name, n) => {
      let waits = memory[name] ?? 0;
      for (const cycles of stalls.columns[n] ?? []) waits += cycles;
      memory[name] = waits;
    });
  }
  const [kinds, layers] = [sums.kinds.done(), sums.layers.done()];
  return { instructions, calls, counts, causes, kinds, layers, memory };
};

/** Every program beside the others, in the order in which they run. */
const costPrograms = (
  copies: readonly Lowered[],
  core: CoreProfile,
  memory: MemorySystem,
  options: CostOptions,
): readonly CostedProgram[] => {
  const { clockHz, arguments: distribution = defaultArguments, ends = 'all' } = options;
  const servers = serversOf(memory, clockHz);
  const costs = {
    expected: missCostsOf(servers, core, memory, 'expected'),
    worst: missCostsOf(servers, core, memory, 'worst'),
  };
  const lines = cacheWaitsOf(copies, memory, costs, ends);
  const names = servers.map(({ name }) => name);
  const costed = new Map<Lowered, CostedProgram>();
  for (const lowered of new Set(copies)) {
    const pipelines = pipelinesOf(lowered, core, distribution, ends);
    const code = codeWaitsOf(lowered, memory, pipelines.uniqueSteps, clockHz);
    const waits = lines.get(lowered) ?? null;
    const both = ends === 'all';
    const input = { lowered, memory, lines: waits, servers: names, code, both };
    const stalls = stallsOf(input);
    costed.set(lowered, new CostedProgram(lowered, pipelines, stalls));
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
  const copies = list.flatMap((lowered) =>
    Array.from({ length: options.copies ?? 1 }, () => lowered),
  );
  const running = costPrograms(copies, core, memory, options);
  const sums = new Sums();
  for (const program of running) program.add(sums);
  const { best, expected, worst } = sums;
  const bytes = bytesOf(copies);
  let listed: readonly StepCost[] | null = null;
  return {
    blockFrames: copies[0]?.blockFrames ?? 0,
    total: { best, expected, worst },
    warm: { best: best + sums.waits, expected, worst: sums.warmWorst },
    summary: summaryOf(running, sums),
    get steps() {
      listed ??= costPrograms(copies, core, memory, options).flatMap((p) => p.list());
      return listed;
    },
    bytes,
    placement: placementOf(bytes, memory),
  };
};
