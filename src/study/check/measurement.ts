/** What was measured for one case of a budget, and where its cycles go. Plain data. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Network } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import type { Budget } from '../../scenario/budget.ts';
import { ContentHash, littleEndian } from '../../units/content-key.ts';
import { memoize } from '../../units/memoize.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { costPoint, type Point } from '../cost/cost-point.ts';
import type { Bounds, Subject } from './verdict.ts';

/** By layer or by kind of work. */
export type Parts = Readonly<Record<string, number>>;

export interface CycleBreakdown {
  /** Cycles per sample of all copies together. */
  readonly layers: Parts;
  readonly kinds: Parts;
  /** Weights of each layer: tells which one was changed. */
  readonly weights: Parts;
}

export const emptyBreakdown: CycleBreakdown = { layers: {}, kinds: {}, weights: {} };

const perSample = (sums: Parts, blockFrames: number): Parts =>
  Object.fromEntries(Object.entries(sums).map(([name, cycles]) => [name, cycles / blockFrames]));

const floatsIn = (value: unknown): number => {
  if (value instanceof Float32Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + floatsIn(part), 0);
};

const weightsOf = ({ operations }: Program): Parts => {
  const weights: Record<string, number> = {};
  for (const operation of operations) {
    const count = floatsIn(operation);
    if (count > 0) weights[operation.layer] = (weights[operation.layer] ?? 0) + count;
  }
  return weights;
};

interface OnDevice extends Omit<Point, 'chip' | 'core'> {
  readonly device: DeviceProfile;
  readonly coreOf: (id: string) => CoreProfile;
}

export const breakdownOf = (
  { device, coreOf, ...point }: OnDevice,
  cache: CostCache,
): CycleBreakdown => {
  const { network, blockFrames } = point;
  const { chip } = device;
  if (chip === null) return emptyBreakdown;
  const costed = costPoint(cache, { ...point, chip, core: coreOf(audioClusterOf(chip).coreId) });
  if (costed.engine === null) return emptyBreakdown;
  const { layers, kinds } = costed.cost.summary;
  return {
    layers: perSample(layers, blockFrames),
    kinds: perSample(kinds, blockFrames),
    weights: weightsOf(cache.program(network)),
  };
};

export interface Measurement extends Subject, CycleBreakdown {
  /** The key of the case in the baseline. */
  readonly key: string;
  /** Null where it could not be measured; `problem` says why. */
  readonly value: number | null;
  readonly interval: Bounds | null;
  readonly problem: string | null;
  /** What the budget names is not there or broken: a failure, where nobody knows is none. */
  readonly faulty: boolean;
  /** Of the model at this width, or of the scenario: tells a stale baseline. */
  readonly fingerprint: string;
}

type Names = Pick<Partial<Measurement>, 'model' | 'device' | 'scenario'>;

/** What is known of a case before anything is measured. */
export const unmeasured = (budget: Budget, names: Names): Measurement => ({
  key: '',
  model: null,
  modelPath: null,
  width: names.model === undefined ? null : budget.width,
  device: null,
  devicePath: null,
  engine: null,
  scenario: null,
  blockFrames: null,
  whatIf: false,
  value: null,
  interval: null,
  problem: null,
  faulty: false,
  fingerprint: '',
  ...emptyBreakdown,
  ...names,
});

export const matchesNothing =
  "no width matches. Look at model, width and device; 'pedalbench models show' lists the widths";

/** A case that is a failure by itself, because of what the budget names. */
export const faultyCase = (budget: Budget, names: Names, problem: string): Measurement => ({
  ...unmeasured(budget, names),
  problem,
  faulty: true,
});

/** Of its architecture and its weights at one width. */
const fingerprints = new WeakMap<Network, string>();

export const fingerprint = (network: Network): string =>
  memoize(fingerprints, network, () => {
    const hash = new ContentHash();
    const arrays: Float32Array[] = [];
    const shape = JSON.stringify(network, (_, value: unknown) => {
      if (!(value instanceof Float32Array)) return value;
      arrays.push(value);
      return value.length;
    });
    hash.add(new TextEncoder().encode(shape));
    for (const values of arrays) hash.add(littleEndian(values));
    return hash.key().slice(0, 16);
  });
