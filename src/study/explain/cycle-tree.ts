/** Where cycles go as one tree: the total, its layers, the kinds of work in each, the kernels in each. */
import type { StepCost } from '../../machine/cost.ts';
import { type Account, type AccountPart, accountsBy } from './account.ts';

export interface CycleNode {
  readonly name: string;
  /** Expected; those of the children add up to it. */
  readonly cyclesPerSample: number;
  readonly limitedBy: AccountPart;
  /** In the order of the program. */
  readonly children: readonly CycleNode[];
}

type KeyOf = (step: StepCost) => string;

const childrenOf = (
  steps: readonly StepCost[],
  blockFrames: number,
  [key, ...deeper]: readonly KeyOf[],
): readonly CycleNode[] => {
  if (key === undefined) return [];
  return accountsBy(steps, blockFrames, key).map((account) =>
    nodeOf(
      account,
      childrenOf(
        steps.filter((step) => key(step) === account.name),
        blockFrames,
        deeper,
      ),
    ),
  );
};

const nodeOf = (account: Account, children: readonly CycleNode[]): CycleNode => ({
  name: account.name,
  cyclesPerSample: account.cyclesPerSample,
  limitedBy: account.limitedBy,
  children,
});

/**
 * @param titleOf a kernel's name as a reader would say it
 * @throws RangeError where there are no steps
 */
export const cycleTree = (
  steps: readonly StepCost[],
  blockFrames: number,
  titleOf: (name: string) => string,
): CycleNode => {
  const [total] = accountsBy(steps, blockFrames, () => 'all');
  if (total === undefined)
    throw new RangeError('Expected a program with at least one step, got none.');
  const keys: readonly KeyOf[] = [
    ({ layer }) => layer,
    ({ kind }) => kind,
    ({ name }) => titleOf(name),
  ];
  return nodeOf(total, childrenOf(steps, blockFrames, keys));
};
