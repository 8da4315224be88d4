/** One line of an account of cycles: a layer, a kind of work, a kernel, or everything. */
import type { StepCost } from '../../machine/cost.ts';
import { memoize } from '../../units/memoize.ts';

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
/** @useDeclaredType */
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

const sumOf = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

const accountOf = (name: string, steps: readonly StepCost[], frames: number, total: number) => {
  const perSample = (of: (step: StepCost) => number): number => sumOf(steps, of) / frames;
  const waits = steps.flatMap((step) => Object.values(step.memory));
  const levels = [...new Set(steps.flatMap((step) => Object.keys(step.memory)))].sort();
  const partOf = (part: AccountPart): number =>
    part === 'memory' ? sumOf(waits, Number) / frames : perSample((step) => step.causes[part]);
  // One for each part.
  const parts = Object.fromEntries(accountParts.map((part) => [part, partOf(part)])) as Record<
    AccountPart,
    number
  >;
  const memory = levels.map((at) => [at, perSample((step) => step.memory[at] ?? 0)] as const);
  return {
    name,
    cyclesPerSample: perSample((step) => step.cycles.expected),
    bestCyclesPerSample: perSample((step) => step.cycles.best),
    worstCyclesPerSample: perSample((step) => step.cycles.worst),
    share: total === 0 ? 0 : sumOf(steps, (step) => step.cycles.expected) / total,
    instructionsPerSample: perSample((step) => step.instructions),
    parts,
    memory: Object.fromEntries(memory),
    limitedBy: accountParts.reduce((most, part) => (parts[part] > parts[most] ? part : most)),
  };
};

/** By key, in the order of first appearance. */
export const groupedBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) memoize(groups, keyOf(item), (): T[] => []).push(item);
  return groups;
};

/** Accounts of all steps grouped by `keyOf`, in the order of first appearance. */
export const accountsBy = (
  steps: readonly StepCost[],
  blockFrames: number,
  keyOf: (step: StepCost) => string,
): readonly Account[] => {
  const total = sumOf(steps, (step) => step.cycles.expected);
  return [...groupedBy(steps, keyOf)].map(([name, group]) =>
    accountOf(name, group, blockFrames, total),
  );
};

/** @throws RangeError where there are no steps */
export const totalOf = (steps: readonly StepCost[], blockFrames: number, name: string): Account => {
  const [total] = accountsBy(steps, blockFrames, () => name);
  if (total !== undefined) return total;
  throw new RangeError('Expected a program with at least one step, got none.');
};

/** Where cycles go as one tree: the total, its layers, the kinds of work in each, the kernels in each. */
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
  name: string,
  steps: readonly StepCost[],
  blockFrames: number,
  [key, ...deeper]: readonly KeyOf[],
): CycleNode => {
  const { cyclesPerSample, limitedBy } = accountOf(name, steps, blockFrames, 0);
  const groups = key === undefined ? [] : [...groupedBy(steps, key)];
  const children = groups.map(([child, own]) => nodeOf(child, own, blockFrames, deeper));
  return { name, cyclesPerSample, limitedBy, children };
};

/** `titleOf`: a kernel's name as a reader would say it. */
export const cycleTree = (
  steps: readonly StepCost[],
  blockFrames: number,
  titleOf: (name: string) => string,
): CycleNode =>
  nodeOf('all', steps, blockFrames, [
    ({ layer }) => layer,
    ({ kind }) => kind,
    ({ name }) => titleOf(name),
  ]);
