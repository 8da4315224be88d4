/**
 * Small networks priced in place of large ones, layer by layer. Remembers them over devices: those
 * that compile a library the same way share its code, those with one core its cycles.
 */
import { type ArchitectureChange, editWaveNet } from '../../nam/edit-wavenet.ts';
import type { LayerArray, WaveNetNetwork } from '../../nam/network.ts';
import { remember } from '../../units/remember.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { type Point, price } from '../cost/price.ts';

/** Where a candidate would have to run. */
export type Place = Omit<Point, 'network'>;

/** Cycles per sample. */
export interface Probe {
  /** The engine that took it. */
  readonly engine: string;
  /** By the name of the layer, `layerName(array, layer)`. */
  readonly layers: ReadonlyMap<string, number>;
  /** What belongs to no layer: rechannels, heads, input and output. */
  readonly rest: number;
}

export const layerName = (array: number, layer: number): string => `array ${array} layer ${layer}`;
const isLayer = /^array \d+ layer \d+$/;

/** Layers like the first one of the array, one for each kernel size. */
const withKernels = (array: LayerArray, sizes: readonly number[]): LayerArray => {
  const [first] = array.layers;
  if (first === undefined) return array;
  const { conv } = first;
  const layers = sizes.map((kernelSize) => ({
    ...first,
    conv: {
      ...conv,
      kernelSize,
      weights: new Float32Array(kernelSize * conv.outChannels * conv.inChannels),
    },
  }));
  return { ...array, layers };
};

const splitByLayer = (
  book: CostBook,
  place: Place,
  network: WaveNetNetwork,
): (Probe & { readonly total: number }) | null => {
  const priced = price(book, { ...place, network });
  if (priced.engine === null) return null;
  const layers = new Map<string, number>();
  let inLayers = 0;
  for (const { layer, cycles } of priced.cost.steps) {
    if (!isLayer.test(layer)) continue;
    const perSample = cycles.expected / place.blockFrames;
    layers.set(layer, (layers.get(layer) ?? 0) + perSample);
    inLayers += perSample;
  }
  const total = priced.cost.total.expected / place.blockFrames;
  return { engine: priced.engine.id, layers, rest: total - inLayers, total };
};

export class Probes {
  readonly #book = new CostBook();
  readonly #stubs = new WeakMap<WaveNetNetwork, WaveNetNetwork>();
  readonly #networks = new WeakMap<WaveNetNetwork, Map<string, WaveNetNetwork>>();

  /**
   * The network with a change that every layer feels, and for each array layers with these kernel
   * sizes only, once at the place; null where every engine refuses it.
   */
  small(
    network: WaveNetNetwork,
    place: Place,
    change: ArchitectureChange,
    kernelSizes: readonly (readonly number[])[],
  ): Probe | null {
    const own = remember(this.#networks, network, () => new Map<string, WaveNetNetwork>());
    const key = JSON.stringify([change, kernelSizes]);
    const small = remember(own, key, () => this.#build(network, change, kernelSizes));
    return splitByLayer(this.#book, { ...place, copies: 1, ends: 'expected' }, small);
  }

  /** The whole network at the place. */
  whole(
    network: WaveNetNetwork,
    place: Place,
    change: ArchitectureChange,
  ): (Probe & { readonly total: number }) | null {
    return splitByLayer(
      new CostBook(),
      { ...place, ends: 'expected' },
      editWaveNet(network, change),
    );
  }

  #build(
    network: WaveNetNetwork,
    change: ArchitectureChange,
    kernelSizes: readonly (readonly number[])[],
  ): WaveNetNetwork {
    // One layer of each array is enough to slice.
    const stub = this.#stubs.get(network) ?? {
      ...network,
      arrays: network.arrays.map((array) => ({ ...array, layers: array.layers.slice(0, 1) })),
    };
    this.#stubs.set(network, stub);
    const edited = editWaveNet(stub, change);
    return {
      ...edited,
      arrays: edited.arrays.map((array, index) => withKernels(array, kernelSizes[index] ?? [])),
    };
  }
}
