/**
 * Cycles of a template on a core with perfect caches: the scoreboard's, plus what is known in closed
 * form: bodies of library calls and mispredicted branches. Then of all the steps of a program.
 */
import { countsOf } from '../../kernel/classify.ts';
import { addCounts, noCounts } from '../../kernel/instruction-class.ts';
import { type ArgumentDistribution, defaultArguments } from '../../kernel/libm.ts';
import { type Lowered, type Step, templatesOf } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import { addRanges, type Corner, exactly, type Range, scaleRange } from '../../units/range.ts';
import type { TemplateTime } from '../cost.ts';
import { onlyTemplate, stepTableOf } from '../step-table.ts';
import { arithmetic, frontEnd, latency, loadStore, mispredicted } from './code-layout.ts';
import { CoreError } from './core-error.ts';
import { type CoreParameters, parametersOf } from './core-parameters.ts';
import type { CoreProfile } from './core-profile.ts';
import { libraryCycles, mispredictsPerCall } from './library-time.ts';
import type { ClosedForm } from './prepared.ts';
import { readTemplate } from './read-template.ts';
import { simulate } from './scoreboard.ts';

/** Cycles in the bodies of library calls, and branches that are mispredicted. */
const besideSimulation = (
  { terms }: ClosedForm,
  core: CoreParameters,
  distribution: ArgumentDistribution,
  corner: Corner,
): { readonly calls: number; readonly mispredicts: number } => {
  let [calls, mispredicts] = [0, 0];
  for (const term of terms) {
    // Out of order, what a misprediction takes depends on what is in flight: the scoreboard has those.
    if (term.kind === 'loop') {
      if (core.inOrder && term.trips > core.predictedTrips) mispredicts += term.times;
    } else if (term.kind === 'call') {
      const times = term.times * core.libraryShare;
      calls += times * libraryCycles(term.fn, core, distribution);
      mispredicts += times * mispredictsPerCall(term.fn, distribution)[corner];
    } else if (core.inOrder) mispredicts += term.mispredicts[corner];
  }
  return { calls, mispredicts };
};

/** Something in it is uncertain whatever the core: a share of branches, an argument that is predicted or not. */
const isUncertain = ({ terms }: ClosedForm): boolean => terms.some(({ kind }) => kind !== 'loop');

interface OneCorner {
  readonly cycles: number;
  readonly causes: TemplateTime['causes'];
}

const timeAt = (
  template: Template,
  core: CoreParameters,
  distribution: ArgumentDistribution,
  corner: Corner,
): OneCorner => {
  const { prepared, closedForm } = readTemplate(template);
  const { cycles, causes } = simulate(prepared, core);
  const { calls, mispredicts } = besideSimulation(closedForm, core, distribution, corner);
  const mispredict = mispredicts * core.mispredictCycles;
  return {
    cycles: cycles + calls + mispredict,
    causes: {
      arithmetic: causes[arithmetic] ?? 0,
      loadStore: causes[loadStore] ?? 0,
      latency: causes[latency] ?? 0,
      frontEnd: causes[frontEnd] ?? 0,
      mispredict: mispredict + (causes[mispredicted] ?? 0),
      calls,
    },
  };
};

/** Which corners of uncertain figures are asked for: 'expected' gives a range of one value. */
export type Corners = 'all' | 'expected';

type Memo = WeakMap<Template, TemplateTime>;
const timed = new WeakMap<
  CoreProfile,
  WeakMap<ArgumentDistribution, Readonly<Record<Corners, Memo>>>
>();

const memoOf = (core: CoreProfile, distribution: ArgumentDistribution, corners: Corners): Memo => {
  const byDistribution = memoize(timed, core, () => new WeakMap());
  const none = (): Record<Corners, Memo> => ({ all: new WeakMap(), expected: new WeakMap() });
  return memoize(byDistribution, distribution, none)[corners];
};

const checkLanes = (template: Template, core: CoreProfile): void => {
  const { lanes } = readTemplate(template).closedForm;
  // Two lanes are a 64-bit move, which scalar cores have too.
  if (lanes <= Math.max(2, core.target.lanes)) return;
  const fault = `${template.name}: expected instructions of at most ${core.target.lanes} lanes for ${core.id}, got ${lanes}. Lower the program for this core.`;
  throw new CoreError('mismatch', fault);
};

/**
 * The time of one execution of `template` on `core`, memoised. Throws `CoreError` where the template
 * is wider than the core.
 */
export const timeTemplate = (
  template: Template,
  core: CoreProfile,
  distribution: ArgumentDistribution = defaultArguments,
  corners: Corners = 'all',
): TemplateTime => {
  const memo = memoOf(core, distribution, corners);
  const known = memo.get(template);
  if (known) return known;
  checkLanes(template, core);
  const parameters = parametersOf(core);
  const at = (corner: Corner) => timeAt(template, parameters[corner], distribution, corner);
  const expected = at('expected');
  const uncertain = isUncertain(readTemplate(template).closedForm);
  const other = (corner: Corner): number =>
    corners === 'expected' || (parameters[corner] === parameters.expected && !uncertain)
      ? expected.cycles
      : at(corner).cycles;
  const best = other('best');
  const worst = other('worst');
  // Greedy schedules know anomalies: a shorter latency can delay something else by a cycle or two.
  const cycles: Range = {
    best: Math.min(best, expected.cycles),
    expected: expected.cycles,
    worst: Math.max(worst, expected.cycles),
  };
  const { counts, instructions, calls } = countsOf(template, distribution);
  const result: TemplateTime = { cycles, instructions, counts, calls, causes: expected.causes };
  memo.set(template, result);
  return result;
};

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

/** The pipeline times of a program's steps, with their sums. Memoised. */
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
