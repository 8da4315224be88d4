/** Finds the network that a measured case speaks of: 'a2-lite' is the width 'lite' of `a2`. */
import { didYouMean } from '../../device/nearest.ts';
import type { Model } from '../../nam/model.ts';
import type { Activation, Network } from '../../nam/network.ts';
import { selectWidths } from '../../nam/widths.ts';
import type { CostBook } from '../cost/cost-cache.ts';
import { StudyError } from '../cost/study-error.ts';

const replaceTanh = (network: Network, type: Activation['type']): Network => {
  if (network.kind !== 'wavenet') return network;
  const swap = (a: Activation): Activation => (a.type === 'Tanh' ? { type } : a);
  return {
    ...network,
    arrays: network.arrays.map((array) => ({
      ...array,
      layers: array.layers.map((layer) => ({ ...layer, activation: swap(layer.activation) })),
    })),
  };
};

export interface NamedNetwork {
  readonly network: Network;
  readonly macsPerSample: number;
  readonly weights: number;
  readonly label: string;
}

/** Remembers the networks it has made, so that equal names give the same object. */
export class CaseModels {
  readonly #models: readonly Model[];
  readonly #book: CostBook;
  readonly #known = new Map<string, NamedNetwork>();

  constructor(models: readonly Model[], book: CostBook) {
    this.#models = models;
    this.#book = book;
  }

  /** @throws StudyError 'bad-cases', with the nearest names. */
  find(name: string, width: string | null, activation: Activation['type'] | null): NamedNetwork {
    const key = JSON.stringify([name, width, activation]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#widthOf(name, width);
    const { network } = this.#book.slimmed(found.model, found.width, {});
    const named = {
      network: activation === null ? network : replaceTanh(network, activation),
      macsPerSample: found.width.macsPerSample,
      weights: found.width.weights,
      label: `${found.model.id} ${found.width.label}`,
    };
    this.#known.set(key, named);
    return named;
  }

  #widthOf(name: string, width: string | null) {
    const exact = this.#models.find((m) => m.id === name);
    if (exact !== undefined) {
      const widths = selectWidths(exact, width ?? '1');
      const last = widths.at(-1);
      if (last !== undefined) return { model: exact, width: last };
    }
    for (const model of this.#models) {
      if (!name.startsWith(`${model.id}-`)) continue;
      const label = name.slice(model.id.length + 1);
      const found = selectWidths(model, 'all').find((w) => w.label === label);
      if (found !== undefined) return { model, width: found };
    }
    const ids = this.#models.map((m) => m.id);
    throw new StudyError(
      'bad-cases',
      `model \`${name}\`: not among ${ids.join(', ')}.${didYouMean(name, ids)}`,
    );
  }
}
