/** Where cycles go as one tree: the total, its layers, the kinds of work in each, the kernels in each. */
import type { StepCost } from '../../machine/cost.ts';
import { type Account, type AccountPart, accountsBy, totalOf } from './account.ts';

export interface CycleNode {
  readonly name: string;
  /** Expected; those of the children add up to it. */
  readonly cyclesPerSample: number;
  readonly limitedBy: AccountPart;
  /** In the order of the program. */
  readonly children: readonly CycleNode[];
}

type KeyOf = (step: StepCost) => string;

const nodeOf = (
  { name, cyclesPerSample, limitedBy }: Account,
  steps: readonly StepCost[],
  blockFrames: number,
  [key, ...deeper]: readonly KeyOf[],
): CycleNode => {
  const accounts = key === undefined ? [] : accountsBy(steps, blockFrames, key);
  const children = accounts.map((account) => {
    const ofChild = steps.filter((step) => key?.(step) === account.name);
    return nodeOf(account, ofChild, blockFrames, deeper);
  });
  return { name, cyclesPerSample, limitedBy, children };
};

/**
 * @param titleOf a kernel's name as a reader would say it
 * @throws RangeError where there are no steps
 */
export const cycleTree = (
  steps: readonly StepCost[],
  blockFrames: number,
  titleOf: (name: string) => string,
): CycleNode =>
  nodeOf(totalOf(steps, blockFrames, 'all'), steps, blockFrames, [
    ({ layer }) => layer,
    ({ kind }) => kind,
    ({ name }) => titleOf(name),
  ]);
