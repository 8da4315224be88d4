/** The pipeline times of what the steps of a program do, with their sums. Computed once per program, core and distribution. */
import { addCounts, noCounts } from '../../kernel/instruction-class.ts';
import type { ArgumentDistribution } from '../../kernel/libm.ts';
import { type Lowered, type Step, templatesOf } from '../../kernel/lowered.ts';
import { memoize } from '../../units/memoize.ts';
import { addRanges, exactly, scaleRange } from '../../units/range.ts';
import type { TemplateTime } from '../cost.ts';
import { onlyTemplate, stepTableOf } from '../step-table.ts';
import type { CoreProfile } from './core-profile.ts';
import { type Corners, timeTemplate } from './pipeline.ts';

export interface Pipelines {
  /** One execution in every block of each of the unique steps of `StepTable`; cycles are of perfect caches. */
  readonly uniqueSteps: readonly TemplateTime[];
  /** Their cycles, as lists. */
  readonly best: Float64Array;
  readonly expected: Float64Array;
  readonly worst: Float64Array;
  /** All steps together. */
  readonly all: Omit<TemplateTime, 'cycles'>;
}

type Causes = { -readonly [Cause in keyof TemplateTime['causes']]: number };

/** What several executions take together. */
export class Counted {
  instructions = 0;
  calls = 0;
  readonly counts: ReturnType<typeof noCounts> = noCounts();
  readonly causes: Causes = {
    ...{ arithmetic: 0, loadStore: 0, latency: 0 },
    ...{ frontEnd: 0, mispredict: 0, calls: 0 },
  };

  add({ instructions, calls, counts, causes }: Omit<TemplateTime, 'cycles'>, times: number): void {
    this.instructions += instructions * times;
    this.calls += calls * times;
    addCounts(this.counts, counts, times);
    const own = this.causes;
    own.arithmetic += causes.arithmetic * times;
    own.loadStore += causes.loadStore * times;
    own.latency += causes.latency * times;
    own.frontEnd += causes.frontEnd * times;
    own.mispredict += causes.mispredict * times;
    own.calls += causes.calls * times;
  }
}

const pipelineOf = (
  step: Step,
  core: CoreProfile,
  distribution: ArgumentDistribution,
  corners: Corners,
): TemplateTime => {
  const only = onlyTemplate(step);
  if (only !== null) return timeTemplate(only, core, distribution, corners);
  const sum = new Counted();
  let cycles = exactly(0);
  for (const { template, times } of templatesOf(step)) {
    const perBlock = times * step.perBlock;
    const time = timeTemplate(template, core, distribution, corners);
    cycles = addRanges(cycles, scaleRange(time.cycles, perBlock));
    sum.add(time, perBlock);
  }
  return { cycles, ...sum };
};

type ByCorners = Map<Corners, Pipelines>;
type ByDistribution = WeakMap<ArgumentDistribution, ByCorners>;

const known = new WeakMap<Lowered, WeakMap<CoreProfile, ByDistribution>>();

export const pipelinesOf = (
  lowered: Lowered,
  core: CoreProfile,
  distribution: ArgumentDistribution,
  corners: Corners,
): Pipelines => {
  const byCore = memoize(known, lowered, () => new WeakMap<CoreProfile, ByDistribution>());
  const ofCore = memoize(byCore, core, () => new WeakMap<ArgumentDistribution, ByCorners>());
  const byCorners = memoize(ofCore, distribution, () => new Map<Corners, Pipelines>());
  return memoize(byCorners, corners, () => {
    const { uniqueSteps, stepCounts } = stepTableOf(lowered);
    const times = uniqueSteps.map((step) => pipelineOf(step, core, distribution, corners));
    const all = new Counted();
    // A count for each of the unique steps.
    times.forEach((pipeline, i) => {
      all.add(pipeline, stepCounts[i] as number);
    });
    return {
      uniqueSteps: times,
      best: Float64Array.from(times, ({ cycles }) => cycles.best),
      expected: Float64Array.from(times, ({ cycles }) => cycles.expected),
      worst: Float64Array.from(times, ({ cycles }) => cycles.worst),
      all,
    };
  });
};
