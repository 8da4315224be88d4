/** Finds the network that a measured case speaks of: 'a2-lite' is the width 'lite' of `a2`. */
import { didYouMean } from '../../device/nearest.ts';
import type { Model } from '../../nam/model.ts';
import type { Activation, Network } from '../../nam/network.ts';
import { selectWidths } from '../../nam/widths.ts';
import type { CostCache } from '../cost/cost-cache.ts';
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

const widthOf = (models: readonly Model[], name: string, width: string | null) => {
  for (const model of models) {
    const label = name.slice(model.id.length + 1);
    const widths = model.id === name ? selectWidths(model, width ?? '1') : [];
    const labelled = () => selectWidths(model, 'all').filter((w) => w.label === label);
    const found = name.startsWith(`${model.id}-`) ? labelled()[0] : widths.at(-1);
    if (found !== undefined) return { model, width: found };
  }
  const ids = models.map((m) => m.id);
  const fault = `model \`${name}\`: not among ${ids.join(', ')}.${didYouMean(name, ids)}`;
  throw new StudyError('bad-cases', fault);
};

/** @throws StudyError 'bad-cases', with the nearest names. */
export const caseModels =
  (models: readonly Model[], cache: CostCache) =>
  (name: string, width: string | null, activation: Activation['type'] | null) => {
    const found = widthOf(models, name, width);
    const { network } = cache.slimmed(found.model, found.width, {});
    return { ...found, network: activation === null ? network : replaceTanh(network, activation) };
  };
