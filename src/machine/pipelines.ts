/** The pipeline times of all steps of a program, with their sums. Computed once per program, core and distribution. */
import { addCounts, type InstructionCounts, noCounts } from '../kernel/instruction-class.ts';
import type { ArgumentDistribution } from '../kernel/libm.ts';
import type { Lowered, Step } from '../kernel/lowered.ts';
import { addRanges, exactly, type Range, scaleRange } from '../units/range.ts';
import type { CoreProfile } from './core-profile.ts';
import type { TemplateTime } from './cost.ts';
import { type Ends, timeTemplate } from './pipeline.ts';

/** One execution of a step in every block; cycles are of perfect caches. */
export interface Pipeline {
  readonly cycles: Range;
  readonly instructions: number;
  readonly calls: number;
  readonly counts: InstructionCounts;
  readonly causes: TemplateTime['causes'];
}

export interface Pipelines {
  readonly steps: readonly Pipeline[];
  /** All steps together. */
  readonly all: Omit<Pipeline, 'cycles'>;
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
  ends: Ends,
): Pipeline => {
  // Most steps run one template once a block, and share what is known of it.
  if (step.step === 'kernel' && step.perBlock === 1) {
    return timeTemplate(step.template, core, distribution, ends);
  }
  const templates =
    step.step === 'kernel' ? [{ template: step.template, times: 1 }] : step.templates;
  const counts = noCounts();
  let [cycles, instructions, calls, causes] = [exactly(0), 0, 0, noCauses];
  for (const { template, times } of templates) {
    const perBlock = times * step.perBlock;
    const time = timeTemplate(template, core, distribution, ends);
    cycles = addRanges(cycles, scaleRange(time.cycles, perBlock));
    instructions += time.instructions * perBlock;
    calls += time.calls * perBlock;
    addCounts(counts, time.counts, perBlock);
    causes = addCauses(causes, time.causes, perBlock);
  }
  return { cycles, instructions, calls, counts, causes };
};

const sumOf = (steps: readonly Pipeline[]): Pipelines['all'] => {
  // Steps of one template share its time: a block has thousands of steps of few templates.
  const times = new Map<Pipeline, number>();
  for (const step of steps) times.set(step, (times.get(step) ?? 0) + 1);
  const counts = noCounts();
  let [instructions, calls, causes] = [0, 0, noCauses];
  for (const [step, count] of times) {
    instructions += step.instructions * count;
    calls += step.calls * count;
    addCounts(counts, step.counts, count);
    causes = addCauses(causes, step.causes, count);
  }
  return { instructions, calls, counts, causes };
};

type Memo = Map<Ends, Pipelines>;

const known = new WeakMap<Lowered, WeakMap<CoreProfile, WeakMap<ArgumentDistribution, Memo>>>();

export const pipelinesOf = (
  lowered: Lowered,
  core: CoreProfile,
  distribution: ArgumentDistribution,
  ends: Ends,
): Pipelines => {
  const byCore = known.get(lowered) ?? new WeakMap();
  known.set(lowered, byCore);
  const byDistribution = byCore.get(core) ?? new WeakMap<ArgumentDistribution, Memo>();
  byCore.set(core, byDistribution);
  const memo = byDistribution.get(distribution) ?? new Map<Ends, Pipelines>();
  byDistribution.set(distribution, memo);
  const hit = memo.get(ends);
  if (hit) return hit;
  const steps = lowered.steps.map((step) => pipelineOf(step, core, distribution, ends));
  const result: Pipelines = { steps, all: sumOf(steps) };
  memo.set(ends, result);
  return result;
};
