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
   * A program has hundreds of steps of few templates: one step of those that run the same templates as often.
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

/** Where steps of the same templates, each executed as often a block, end that come from one root. */
interface Branch {
  /** Index of `uniqueSteps`; -1: no step ends here. */
  own: number;
  /** By the next template, and by how often it is executed. */
  readonly next: Map<Template, Map<number, Branch>>;
}

const noBranch = (): Branch => ({ own: -1, next: new Map() });

const noTimes = (): Map<number, Branch> => new Map();

const onward = (from: Branch, template: Template, times: number): Branch =>
  memoize(memoize(from.next, template, noTimes), times, noBranch);

const endOf = (root: Branch, step: Step): Branch => {
  const { perBlock } = step;
  if (step.step === 'kernel') return onward(root, step.template, perBlock);
  return step.templates.reduce(
    (at, { template, times }) => onward(at, template, times * perBlock),
    root,
  );
};

const tableOf = ({ steps }: Lowered): StepTable => {
  const [kinds, layers] = [new RunLengthEncoder(), new RunLengthEncoder()];
  const perBlock = new Float64Array(steps.length);
  const uniqueSteps: Step[] = [];
  const stepCounts: number[] = [];
  const root = noBranch();
  const uniqueIndex = new Int32Array(steps.length);
  steps.forEach((step, s) => {
    kinds.add(step.kind);
    layers.add(step.layer);
    perBlock[s] = step.perBlock;
    const end = endOf(root, step);
    if (end.own < 0) end.own = uniqueSteps.push(step) - 1;
    const { own } = end;
    stepCounts[own] = (stepCounts[own] ?? 0) + 1;
    uniqueIndex[s] = own;
  });
  const names = { kinds: kinds.done(), layers: layers.done() };
  return { perBlock, ...names, uniqueSteps, stepCounts, uniqueIndex };
};
