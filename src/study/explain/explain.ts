/** Where the cycles of one prediction go: per layer, per kind of work, per kernel. Pure. */
import { titleOf } from '../../engine/common/title.ts';
import { type InstructionClass, instructionClasses } from '../../kernel/instruction-class.ts';
import type { InstructionCounts, StepCost } from '../../machine/cost.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Priced } from '../cost/price.ts';
import { type Account, accountsBy } from './account.ts';
import { type CycleNode, cycleTree } from './cycle-tree.ts';
import { withoutLimits } from './without-limit.ts';

export interface KernelAccount extends Account {
  readonly runsPerBlock: number;
  /** Instructions per sample by class. */
  readonly mix: Readonly<Partial<InstructionCounts>>;
  /** Cycles per sample of this kernel if one limit at a time were gone; null for what has no kernel. */
  readonly without: Readonly<
    Record<'arithmetic' | 'loadStore' | 'latency' | 'frontEnd', number>
  > | null;
}

export interface Explanation {
  readonly total: Account;
  readonly layers: readonly Account[];
  readonly kinds: readonly Account[];
  readonly kernels: readonly KernelAccount[];
  /** The same as one tree: everything, its layers, kinds of work and kernels. */
  readonly tree: CycleNode;
}

/** The steps of a prediction; of the busiest core, where several work. */
export const explain = (priced: Priced, core: CoreProfile, blockFrames: number): Explanation => {
  const { steps } = priced.cost;
  const [total] = accountsBy(steps, blockFrames, () => 'total');
  if (total === undefined)
    throw new RangeError('Expected a program with at least one step, got none.');
  return {
    total,
    layers: accountsBy(steps, blockFrames, (step) => step.layer),
    kinds: accountsBy(steps, blockFrames, (step) => step.kind),
    kernels: kernelAccounts(steps, blockFrames, priced, core),
    tree: cycleTree(steps, blockFrames, (name) =>
      titleOf(name, { ...priced.target, ...priced.lowered.target }),
    ),
  };
};

const kernelAccounts = (
  steps: readonly StepCost[],
  blockFrames: number,
  priced: Priced,
  core: CoreProfile,
): readonly KernelAccount[] => {
  const { lowered, target } = priced;
  const without = withoutLimits(lowered, core);
  return accountsBy(steps, blockFrames, (step) => step.name).map((account) => {
    const own = steps.filter((step) => step.name === account.name);
    const runsPerBlock = own.reduce((sum, step) => sum + step.perBlock, 0);
    const mix: Partial<Record<InstructionClass, number>> = {};
    for (const step of own) {
      for (const name of instructionClasses) {
        const count = step.counts[name];
        if (count > 0) mix[name] = (mix[name] ?? 0) + count / blockFrames;
      }
    }
    const relaxed = without.get(account.name);
    const waiting = account.parts.memory;
    const scale = runsPerBlock / blockFrames;
    return {
      ...account,
      name: titleOf(account.name, { ...target, ...lowered.target }),
      runsPerBlock,
      mix,
      without:
        relaxed === undefined
          ? null
          : {
              arithmetic: relaxed.arithmetic * scale + waiting,
              loadStore: relaxed.loadStore * scale + waiting,
              latency: relaxed.latency * scale + waiting,
              frontEnd: relaxed.frontEnd * scale + waiting,
            },
    };
  });
};

/** One line of a comparison of two explanations. */
export interface Difference {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly delta: number;
}

const differences = (a: readonly Account[], b: readonly Account[]): readonly Difference[] => {
  const cyclesOf = (list: readonly Account[], name: string): number =>
    list.find((account) => account.name === name)?.cyclesPerSample ?? 0;
  return [...new Set([...a, ...b].map((account) => account.name))]
    .map((name) => {
      const before = cyclesOf(a, name);
      const after = cyclesOf(b, name);
      return { name, a: before, b: after, delta: after - before };
    })
    .sort((x, y) => Math.abs(y.delta) - Math.abs(x.delta) || (x.name < y.name ? -1 : 1));
};

export interface ExplanationDiff {
  readonly total: Difference;
  readonly layers: readonly Difference[];
  readonly kinds: readonly Difference[];
  readonly kernels: readonly Difference[];
}

export const diffExplanations = (a: Explanation, b: Explanation): ExplanationDiff => {
  const [total] = differences([a.total], [b.total]);
  return {
    // Both lists have exactly one entry, called 'total'.
    total: total ?? { name: 'total', a: 0, b: 0, delta: 0 },
    layers: differences(a.layers, b.layers),
    kinds: differences(a.kinds, b.kinds),
    kernels: differences(a.kernels, b.kernels),
  };
};
