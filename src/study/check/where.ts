/** Where the cycles of one case go: what a growth or a miss is traced to. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Program } from '../../program/program.ts';
import { remember } from '../../units/remember.ts';
import type { CostBook } from '../cost/cost-cache.ts';
import { type Point, price } from '../cost/price.ts';

type OfPoint = 'network' | 'engines' | 'engine' | 'blockFrames' | 'copies' | 'tanh';

export interface WhereInput extends Pick<Point, OfPoint> {
  readonly device: DeviceProfile;
  readonly coreOf: (id: string) => CoreProfile;
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

const known = new WeakMap<Program, Parts>();

const weightsOf = (program: Program): Parts =>
  remember(known, program, ({ operations }) => {
    const weights: Record<string, number> = {};
    for (const operation of operations) {
      const count = floatsIn(operation);
      if (count > 0) weights[operation.layer] = (weights[operation.layer] ?? 0) + count;
    }
    return weights;
  });

export const whereOf = (input: WhereInput, book: CostBook): Where => {
  const { network, blockFrames, coreOf } = input;
  const { chip } = input.device;
  if (chip === null) return nowhere;
  const core = coreOf(audioClusterOf(chip).coreId);
  const costed = price(book, { ...input, chip, core, parallel: false });
  if (costed.engine === null) return nowhere;
  const { layers, kinds } = costed.cost.summary;
  return {
    layers: perSample(layers, blockFrames),
    kinds: perSample(kinds, blockFrames),
    weights: weightsOf(book.program(network)),
  };
};
