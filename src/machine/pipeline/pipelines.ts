/** The pipeline times of what the steps of a program do, with their sums. Computed once per program, core and distribution. */
import { addCounts, type InstructionCounts, noCounts } from '../../kernel/instruction-class.ts';
import type { ArgumentDistribution } from '../../kernel/libm.ts';
import type { Lowered, Step } from '../../kernel/lowered.ts';
import { addRanges, exactly, type Range, scaleRange } from '../../units/range.ts';
import { remember } from '../../units/remember.ts';
import type { TemplateTime } from '../cost.ts';
import { onlyTemplate, stepTableOf } from '../step-table.ts';
import type { CoreProfile } from './core-profile.ts';
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
  /** Of each of the unique steps of `StepTable`. */
  readonly uniqueSteps: readonly Pipeline[];
  /** Their cycles, as lists. */
  readonly best: Float64Array;
  readonly expected: Float64Array;
  readonly worst: Float64Array;
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
  const only = onlyTemplate(step);
  if (only !== null) return timeTemplate(only, core, distribution, ends);
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

const sumOf = (pipelines: readonly Pipeline[], steps: readonly number[]): Pipelines['all'] => {
  const counts = noCounts();
  let [instructions, calls, causes] = [0, 0, noCauses];
  pipelines.forEach((pipeline, i) => {
    const times = steps[i] as number;
    instructions += pipeline.instructions * times;
    calls += pipeline.calls * times;
    addCounts(counts, pipeline.counts, times);
    causes = addCauses(causes, pipeline.causes, times);
  });
  return { instructions, calls, counts, causes };
};

type ByEnds = Map<Ends, Pipelines>;
type ByDistribution = WeakMap<ArgumentDistribution, ByEnds>;

const known = new WeakMap<Lowered, WeakMap<CoreProfile, ByDistribution>>();

export const pipelinesOf = (
  lowered: Lowered,
  core: CoreProfile,
  distribution: ArgumentDistribution,
  ends: Ends,
): Pipelines => {
  const byCore = remember(known, lowered, () => new WeakMap<CoreProfile, ByDistribution>());
  const byDistribution = remember(byCore, core, () => new WeakMap<ArgumentDistribution, ByEnds>());
  const byEnds = remember(byDistribution, distribution, () => new Map<Ends, Pipelines>());
  return remember(byEnds, ends, () => {
    const { uniqueSteps, stepCounts } = stepTableOf(lowered);
    const times = uniqueSteps.map((step) => pipelineOf(step, core, distribution, ends));
    return {
      uniqueSteps: times,
      best: Float64Array.from(times, ({ cycles }) => cycles.best),
      expected: Float64Array.from(times, ({ cycles }) => cycles.expected),
      worst: Float64Array.from(times, ({ cycles }) => cycles.worst),
      all: sumOf(times, stepCounts),
    };
  });
};
