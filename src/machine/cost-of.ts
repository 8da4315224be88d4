/** The cost of a block on a core: its steps' pipeline times and memory stalls, added up. */
import { addCounts, type InstructionCounts, noCounts } from '../kernel/instruction-class.ts';
import { type ArgumentDistribution, defaultArguments } from '../kernel/libm.ts';
import type { Lowered, Step } from '../kernel/lowered.ts';
import { addRanges, exactly, type Range, scaleRange } from '../units/range.ts';
import { type CacheMisses, cacheMissesOf } from './cache-misses.ts';
import { type CodeWaits, codeWaitsOf } from './code-stalls.ts';
import type { CoreProfile } from './core-profile.ts';
import type { BlockCost, StepCost, TemplateTime } from './cost.ts';
import { kindOf } from './layout.ts';
import {
  type MissCosts,
  missCostsOf,
  missCycles,
  regionCycles,
  serversOf,
} from './memory-stalls.ts';
import type { MemorySystem } from './memory-system.ts';
import { timeTemplate } from './pipeline.ts';

export interface CostOptions {
  /** Turns the latencies of memories outside the core's clock into cycles. */
  readonly clockHz: number;
  /** How many of the (one) lowered program run one after another. @default 1 */
  readonly copies?: number;
  /** How the arguments of library functions are distributed. @default a playing A1 network's */
  readonly arguments?: ArgumentDistribution;
  /** Share that others on the chip may add at the worst. @default 0 */
  readonly interferenceShare?: number;
}

interface Pipeline {
  readonly cycles: Range;
  readonly instructions: number;
  readonly calls: number;
  readonly counts: InstructionCounts;
  readonly causes: TemplateTime['causes'];
}

const noCauses: TemplateTime['causes'] = {
  arithmetic: 0,
  loadStore: 0,
  latency: 0,
  frontEnd: 0,
  mispredict: 0,
  calls: 0,
};

const addCauses = (
  a: TemplateTime['causes'],
  b: TemplateTime['causes'],
  times: number,
): TemplateTime['causes'] => ({
  arithmetic: a.arithmetic + b.arithmetic * times,
  loadStore: a.loadStore + b.loadStore * times,
  latency: a.latency + b.latency * times,
  frontEnd: a.frontEnd + b.frontEnd * times,
  mispredict: a.mispredict + b.mispredict * times,
  calls: a.calls + b.calls * times,
});

const pipelineOf = (
  step: Step,
  core: CoreProfile,
  distribution: ArgumentDistribution,
): Pipeline => {
  // Most steps run one template once a block, and share what is known of it.
  if (step.step === 'kernel' && step.perBlock === 1) {
    return timeTemplate(step.template, core, distribution);
  }
  const templates =
    step.step === 'kernel' ? [{ template: step.template, times: 1 }] : step.templates;
  const counts = noCounts();
  let [cycles, instructions, calls, causes] = [exactly(0), 0, 0, noCauses];
  for (const { template, times } of templates) {
    const perBlock = times * step.perBlock;
    const time = timeTemplate(template, core, distribution);
    cycles = addRanges(cycles, scaleRange(time.cycles, perBlock));
    instructions += time.instructions * perBlock;
    calls += time.calls * perBlock;
    addCounts(counts, time.counts, perBlock);
    causes = addCauses(causes, time.causes, perBlock);
  }
  return { cycles, instructions, calls, counts, causes };
};

const known = new WeakMap<
  Lowered,
  WeakMap<CoreProfile, WeakMap<ArgumentDistribution, readonly Pipeline[]>>
>();

/** The pipelines of all steps, computed once per program, core and distribution. */
const pipelinesOf = (
  lowered: Lowered,
  core: CoreProfile,
  distribution: ArgumentDistribution,
): readonly Pipeline[] => {
  const byCore = known.get(lowered) ?? new WeakMap();
  known.set(lowered, byCore);
  const byDistribution = byCore.get(core) ?? new WeakMap();
  byCore.set(core, byDistribution);
  const memo = byDistribution.get(distribution);
  if (memo) return memo;
  const pipelines = lowered.steps.map((step) => pipelineOf(step, core, distribution));
  byDistribution.set(distribution, pipelines);
  return pipelines;
};

const sum = (stalls: Readonly<Record<string, number>>): number => {
  let total = 0;
  for (const name in stalls) total += stalls[name] as number;
  return total;
};

const noStalls: Readonly<Record<string, number>> = {};

interface Place {
  readonly lowered: Lowered;
  readonly copy: number;
  readonly index: number;
  readonly misses: CacheMisses;
  readonly missCosts: { readonly expected: MissCosts; readonly worst: MissCosts };
  readonly code: CodeWaits | null;
}

/** Stalls by server at an end. Best: everything is where it is wanted when it is wanted. */
const stallsOf = (
  step: Step,
  place: Place,
  memory: MemorySystem,
  end: 'expected' | 'worst',
): Readonly<Record<string, number>> => {
  const { lowered, copy, index, misses, missCosts, code } = place;
  const state = end === 'worst' ? misses.cold : misses.steady;
  const missed = missCycles(state, copy, index, missCosts[end]);
  const fetches = code?.[end === 'worst' ? 'cold' : 'steady'][index] ?? 0;
  if (memory.placement === null && fetches === 0) return missed ?? noStalls;
  const stalls = missed ?? {};
  for (const [name, cycles] of Object.entries(regionCycles(lowered, step, memory, end))) {
    stalls[name] = (stalls[name] ?? 0) + cycles * step.perBlock;
  }
  if (code !== null && fetches > 0) {
    stalls[code.name] = (stalls[code.name] ?? 0) + fetches * code.cycles[end] * step.perBlock;
  }
  return stalls;
};

const bytesOf = (copies: readonly Lowered[]): BlockCost['bytes'] => {
  const bytes = { weights: 0, history: 0, scratch: 0 };
  for (const { buffers } of copies) {
    for (const buffer of buffers) bytes[kindOf(buffer)] += buffer.floats * 4;
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
  const distribution = options.arguments ?? defaultArguments;
  const list = 'steps' in programs ? [programs] : programs;
  const copies = list.flatMap((lowered) =>
    Array.from({ length: options.copies ?? 1 }, () => lowered),
  );
  const misses = cacheMissesOf(copies, memory);
  const servers = serversOf(memory, options.clockHz);
  const missCosts = {
    expected: missCostsOf(servers, core, memory, 'expected'),
    worst: missCostsOf(servers, core, memory, 'worst'),
  };
  const interference = 1 + (options.interferenceShare ?? 0);
  let total = exactly(0);
  const steps: StepCost[] = [];
  copies.forEach((lowered, copy) => {
    const pipelines = pipelinesOf(lowered, core, distribution);
    const executed = pipelines.map((p) => p.instructions);
    const code = codeWaitsOf(lowered, memory, executed, options.clockHz);
    lowered.steps.forEach((step, index) => {
      const pipeline = pipelines[index] as Pipeline;
      const place: Place = { lowered, copy, index, misses, missCosts, code };
      const expected = stallsOf(step, place, memory, 'expected');
      const steady = sum(expected);
      // A ring that rewinds, or caches that keep what they have, can make the cold block the milder one.
      const cold = Math.max(steady, sum(stallsOf(step, place, memory, 'worst')));
      const cycles: Range = {
        best: pipeline.cycles.best,
        expected: pipeline.cycles.expected + steady,
        worst: (pipeline.cycles.worst + cold) * interference,
      };
      total = addRanges(total, cycles);
      steps.push({
        layer: step.layer,
        kind: step.kind,
        name: step.step === 'kernel' ? step.template.name : step.action,
        perBlock: step.perBlock,
        cycles,
        pipeline: pipeline.cycles,
        memory: expected,
        counts: pipeline.counts,
        instructions: pipeline.instructions,
        calls: pipeline.calls,
        causes: pipeline.causes,
      });
    });
  });
  const bytes = bytesOf(copies);
  return {
    blockFrames: copies[0]?.blockFrames ?? 0,
    total,
    steps,
    bytes,
    placement: placementOf(bytes, memory),
  };
};
