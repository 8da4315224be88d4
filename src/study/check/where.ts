/** Where the cycles of one case go: what a growth or a miss is traced to. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Network } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import type { CostBook } from '../cost/cost-cache.ts';
import { price } from '../cost/price.ts';

export interface WhereInput {
  readonly network: Network;
  readonly device: DeviceProfile;
  readonly coreOf: (id: string) => CoreProfile;
  readonly engines: readonly Engine[];
  readonly engine: string;
  readonly blockFrames: number;
  readonly copies: number;
  readonly tanh?: TanhKind | undefined;
}

/** By layer or by kind of work. */
export type Parts = Readonly<Record<string, number>>;

export interface Where {
  /** Cycles per sample of all copies together. */
  readonly layers: Parts;
  readonly kinds: Parts;
  /** Weights of each layer: tells which one was changed. */
  readonly weights: Parts;
}

export const nowhere: Where = { layers: {}, kinds: {}, weights: {} };

const perSample = (sums: Parts, blockFrames: number): Parts =>
  Object.fromEntries(Object.entries(sums).map(([name, cycles]) => [name, cycles / blockFrames]));

const floatsIn = (value: unknown): number => {
  if (value instanceof Float32Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + floatsIn(part), 0);
};

const weightMemo = new WeakMap<Program, Parts>();

const weightsOf = (program: Program): Parts => {
  const known = weightMemo.get(program);
  if (known !== undefined) return known;
  const weights: Record<string, number> = {};
  for (const operation of program.operations) {
    const count = floatsIn(operation);
    if (count > 0) weights[operation.layer] = (weights[operation.layer] ?? 0) + count;
  }
  weightMemo.set(program, weights);
  return weights;
};

export const whereOf = (input: WhereInput, book: CostBook): Where => {
  const { network, device, blockFrames } = input;
  const { chip } = device;
  if (chip === null) return nowhere;
  const priced = price(book, {
    network,
    chip,
    core: input.coreOf(audioClusterOf(chip).coreId),
    engines: input.engines,
    engine: input.engine,
    blockFrames,
    tanh: input.tanh,
    copies: input.copies,
    parallel: false,
  });
  if (priced.engine === null) return nowhere;
  const { layers, kinds } = priced.cost.summary;
  return {
    layers: perSample(layers, blockFrames),
    kinds: perSample(kinds, blockFrames),
    weights: weightsOf(book.program(network)),
  };
};
