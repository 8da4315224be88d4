/** What networks cost layer by layer, and small ones in place of large ones. */
import { type ArchitectureChange, editWaveNet } from '../../nam/edit-wavenet.ts';
import type { LayerArray, WaveNetNetwork } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { costPoint, type Point } from '../cost/cost-point.ts';

/** Where a candidate would have to run. */
export type Place = Omit<Point, 'network'>;

/** Cycles per sample of a network: by the name of each layer, and of what belongs to none. */
interface Split {
  readonly engine: string;
  readonly layers: ReadonlyMap<string, number>;
  readonly rest: number;
}

export const layerName = (array: number, layer: number): string => `array ${array} layer ${layer}`;
const isLayer = /^array \d+ layer \d+$/;

export const splitByLayer = (cache: CostCache, at: Place, model: WaveNetNetwork): Split | null => {
  const costed = costPoint(cache, { ...at, network: model, corners: 'expected' });
  if (costed.engine === null) return null;
  const layers = new Map<string, number>();
  let inLayers = 0;
  for (const { layer, cycles } of costed.cost.steps) {
    if (!isLayer.test(layer)) continue;
    const perSample = cycles.expected / at.blockFrames;
    layers.set(layer, (layers.get(layer) ?? 0) + perSample);
    inLayers += perSample;
  }
  const rest = costed.cost.total.expected / at.blockFrames - inLayers;
  return { engine: costed.engine.id, layers, rest };
};

/** Layers like the first one of the array, one for each kernel size. */
const withKernels = (array: LayerArray, sizes: readonly number[] = []): LayerArray => ({
  ...array,
  layers: array.layers.slice(0, 1).flatMap((first) =>
    sizes.map((kernelSize) => {
      const { inChannels, outChannels } = first.conv;
      const weights = new Float32Array(kernelSize * outChannels * inChannels);
      return { ...first, conv: { ...first.conv, kernelSize, weights } };
    }),
  ),
});

/**
 * What a small network in place of a large one costs: the network with a change that every layer feels, and for each
 * array layers with these kernel sizes only, once at the place; null where every engine refuses it.
 */
export type Probe = (
  network: WaveNetNetwork,
  place: Place,
  change: ArchitectureChange,
  kernelSizes: readonly (readonly number[])[],
) => Split | null;

/** Devices share them: those that compile a library the same way share its code, those with one core its cycles. */
export const newProbe = (): Probe => {
  const cache = new CostCache();
  const networks = new WeakMap<WaveNetNetwork, Map<string, WaveNetNetwork>>();
  return (network, place, change, kernelSizes) => {
    const known = memoize(networks, network, () => new Map<string, WaveNetNetwork>());
    const small = memoize(known, JSON.stringify([change, kernelSizes]), () => {
      // One layer of each array is enough to slice.
      const first = network.arrays.map((a) => ({ ...a, layers: a.layers.slice(0, 1) }));
      const edited = editWaveNet({ ...network, arrays: first }, change);
      return { ...edited, arrays: edited.arrays.map((a, i) => withKernels(a, kernelSizes[i])) };
    });
    return splitByLayer(cache, { ...place, copies: 1 }, small);
  };
};
