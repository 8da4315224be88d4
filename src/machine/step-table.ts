/** What is asked again and again of a program's steps, as flat lists: made once per program, whatever the core. */
import type { Lowered, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import { memoize } from '../units/memoize.ts';
import { RunLengthEncoder, type RunLengthNames } from './grouped-sums.ts';

export interface StepTable {
  readonly perBlock: Float64Array;
  readonly kinds: RunLengthNames;
  readonly layers: RunLengthNames;
  /**
   * A program has hundreds of steps of few templates: one step for each template that is run once a block,
   * and every other step.
   */
  readonly uniqueSteps: readonly Step[];
  /** How many steps are each of them. */
  readonly stepCounts: readonly number[];
  /** Of each step, an index of `uniqueSteps`. */
  readonly uniqueIndex: Int32Array;
}

/** The template that is all of a step and runs once a block, as most do. */
export const onlyTemplate = (step: Step): Template | null =>
  step.step === 'kernel' && step.perBlock === 1 ? step.template : null;

const known = new WeakMap<Lowered, StepTable>();

export const stepTableOf = (lowered: Lowered): StepTable => memoize(known, lowered, tableOf);

const tableOf = ({ steps }: Lowered): StepTable => {
  const [kinds, layers] = [new RunLengthEncoder(), new RunLengthEncoder()];
  const perBlock = new Float64Array(steps.length);
  const uniqueSteps: Step[] = [];
  const stepCounts: number[] = [];
  const ofTemplate = new Map<Template, number>();
  const uniqueIndex = new Int32Array(steps.length);
  steps.forEach((step, s) => {
    kinds.add(step.kind);
    layers.add(step.layer);
    perBlock[s] = step.perBlock;
    const only = onlyTemplate(step);
    let own = only === null ? undefined : ofTemplate.get(only);
    if (own === undefined) {
      own = uniqueSteps.push(step) - 1;
      stepCounts.push(0);
      if (only !== null) ofTemplate.set(only, own);
    }
    stepCounts[own] = (stepCounts[own] as number) + 1;
    uniqueIndex[s] = own;
  });
  const names = { kinds: kinds.done(), layers: layers.done() };
  return { perBlock, ...names, uniqueSteps, stepCounts, uniqueIndex };
};
