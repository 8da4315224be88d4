/** What is asked again and again of a program's steps, as flat lists: made once per program, whatever the core. */
import type { Lowered, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import { type NameRuns, NameRunsBuilder } from './sums-by-name.ts';

export interface StepTable {
  readonly perBlock: Float64Array;
  readonly kinds: NameRuns;
  readonly layers: NameRuns;
  /**
   * A program has hundreds of steps of few templates: one step for each template that is run once a block,
   * and every other step.
   */
  readonly works: readonly Step[];
  /** How many steps do each work. */
  readonly stepsOfWork: readonly number[];
  /** Of each step, an index of `works`. */
  readonly work: Int32Array;
}

/** The template that is all of a step and runs once a block, as most do. */
export const onlyTemplate = (step: Step): Template | null =>
  step.step === 'kernel' && step.perBlock === 1 ? step.template : null;

const known = new WeakMap<Lowered, StepTable>();

export const stepTableOf = (lowered: Lowered): StepTable => {
  const memo = known.get(lowered);
  if (memo !== undefined) return memo;
  const { steps } = lowered;
  const [kinds, layers] = [new NameRunsBuilder(), new NameRunsBuilder()];
  const perBlock = new Float64Array(steps.length);
  const works: Step[] = [];
  const stepsOfWork: number[] = [];
  const ofTemplate = new Map<Template, number>();
  const work = new Int32Array(steps.length);
  steps.forEach((step, s) => {
    kinds.add(step.kind);
    layers.add(step.layer);
    perBlock[s] = step.perBlock;
    const only = onlyTemplate(step);
    let own = only === null ? undefined : ofTemplate.get(only);
    if (own === undefined) {
      own = works.push(step) - 1;
      stepsOfWork.push(0);
      if (only !== null) ofTemplate.set(only, own);
    }
    stepsOfWork[own] = (stepsOfWork[own] as number) + 1;
    work[s] = own;
  });
  const made = {
    perBlock,
    kinds: kinds.done(),
    layers: layers.done(),
    works,
    stepsOfWork,
    work,
  };
  known.set(lowered, made);
  return made;
};
