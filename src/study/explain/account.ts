/** One line of an account of cycles: a layer, a kind of work, a kernel, or everything. */
import type { StepCost } from '../../machine/cost.ts';

/** Where cycles go; the parts of an account add up to its cycles. */
const accountParts = [
  'arithmetic',
  'loadStore',
  'latency',
  'frontEnd',
  'mispredict',
  'calls',
  'memory',
] as const;
export type AccountPart = (typeof accountParts)[number];

export interface Account {
  readonly name: string;
  /** Expected. The machine's answer. */
  readonly cyclesPerSample: number;
  readonly bestCyclesPerSample: number;
  readonly worstCyclesPerSample: number;
  readonly share: number;
  readonly instructionsPerSample: number;
  /** Cycles per sample by cause; they add up to `cyclesPerSample`. */
  readonly parts: Readonly<Record<AccountPart, number>>;
  /** Stalls by level, cycles per sample; they add up to `parts.memory`. */
  readonly memory: Readonly<Record<string, number>>;
  /** The largest part. */
  readonly limitedBy: AccountPart;
}

interface Sum {
  best: number;
  expected: number;
  worst: number;
  instructions: number;
  readonly parts: Record<AccountPart, number>;
  readonly memory: Record<string, number>;
}

const emptySum = (): Sum => ({
  best: 0,
  expected: 0,
  worst: 0,
  instructions: 0,
  parts: {
    arithmetic: 0,
    loadStore: 0,
    latency: 0,
    frontEnd: 0,
    mispredict: 0,
    calls: 0,
    memory: 0,
  },
  memory: {},
});

const addStep = (sum: Sum, step: StepCost): void => {
  sum.best += step.cycles.best;
  sum.expected += step.cycles.expected;
  sum.worst += step.cycles.worst;
  sum.instructions += step.instructions;
  for (const [cause, cycles] of Object.entries(step.causes)) {
    sum.parts[cause as keyof StepCost['causes']] += cycles;
  }
  for (const [level, cycles] of Object.entries(step.memory)) {
    sum.memory[level] = (sum.memory[level] ?? 0) + cycles;
    sum.parts.memory += cycles;
  }
};

const accountOf = (name: string, sum: Sum, blockFrames: number, total: number): Account => {
  const perSample = (value: number): number => value / blockFrames;
  const parts = Object.fromEntries(
    accountParts.map((part) => [part, perSample(sum.parts[part])]),
  ) as Record<AccountPart, number>;
  return {
    name,
    cyclesPerSample: perSample(sum.expected),
    bestCyclesPerSample: perSample(sum.best),
    worstCyclesPerSample: perSample(sum.worst),
    share: total === 0 ? 0 : sum.expected / total,
    instructionsPerSample: perSample(sum.instructions),
    parts,
    memory: Object.fromEntries(
      Object.entries(sum.memory)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([level, cycles]) => [level, perSample(cycles)]),
    ),
    limitedBy: accountParts.reduce((most, part) => (parts[part] > parts[most] ? part : most)),
  };
};

/** Accounts of all steps grouped by `keyOf`, in the order of first appearance. */
export const accountsBy = (
  steps: readonly StepCost[],
  blockFrames: number,
  keyOf: (step: StepCost) => string,
): readonly Account[] => {
  const sums = new Map<string, Sum>();
  let total = 0;
  for (const step of steps) {
    const key = keyOf(step);
    const sum = sums.get(key) ?? emptySum();
    sums.set(key, sum);
    addStep(sum, step);
    total += step.cycles.expected;
  }
  return [...sums].map(([name, sum]) => accountOf(name, sum, blockFrames, total));
};
