/**
 * Changes the architecture of a WaveNet: fewer channels, shorter kernels, closer taps, fewer layers,
 * another activation. Weights that stay keep their values, so the result runs, but nobody trained it.
 */
import type {
  Activation,
  Convolution,
  LayerArray,
  WaveNetLayer,
  WaveNetNetwork,
} from './network.ts';
import { sliceWaveNet } from './slice.ts';
import { waveNetPrewarm } from './wavenet-build.ts';
import { writtenTraits } from './written-form.ts';

/** What to change; everything that is absent stays. */
export interface ArchitectureChange {
  /** For each layer array, at most what it has. */
  readonly channels?: readonly number[];
  /** Taken from every kernel; kernels keep at least two taps. */
  readonly kernelLess?: number;
  /** Kernels longer than this are cut to it. */
  readonly kernelCap?: number;
  /** Every layer's dilation as a share of what it is, rounded down, at least one. */
  readonly dilationShare?: number;
  /** For each layer array: so many of its last layers are left out; one always stays. */
  readonly dropped?: readonly number[];
  /** Taps of the last layer array's head convolution. */
  readonly headKernel?: number;
  readonly activation?: Activation;
  /**
   * Bottleneck of the first layer array as a share of its channels, rounded down, at least one. In
   * later arrays it has to equal the head size of the array before.
   */
  readonly bottleneckShare?: number;
}

/** Keeps what overlaps: the first rows and columns, the newest taps. */
const resize = (
  conv: Convolution,
  inChannels: number,
  outChannels: number,
  kernelSize: number,
): Convolution => {
  if (
    conv.inChannels === inChannels &&
    conv.outChannels === outChannels &&
    conv.kernelSize === kernelSize
  ) {
    return conv;
  }
  const weights = new Float32Array(kernelSize * outChannels * inChannels);
  for (let tap = 0; tap < kernelSize; tap++) {
    const from = tap + conv.kernelSize - kernelSize;
    if (from < 0) continue;
    for (let out = 0; out < Math.min(outChannels, conv.outChannels); out++) {
      for (let input = 0; input < Math.min(inChannels, conv.inChannels); input++) {
        weights[(tap * outChannels + out) * inChannels + input] =
          conv.weights[(from * conv.outChannels + out) * conv.inChannels + input] ?? 0;
      }
    }
  }
  const bias = conv.bias === null ? null : new Float32Array(outChannels);
  bias?.set((conv.bias ?? new Float32Array(0)).subarray(0, outChannels));
  return { ...conv, inChannels, outChannels, kernelSize, weights, bias };
};

/** Taps of a layer's convolution. */
export const kernelSizeAfter = (conv: Convolution, change: ArchitectureChange): number => {
  const wanted =
    Math.min(conv.kernelSize, change.kernelCap ?? conv.kernelSize) - (change.kernelLess ?? 0);
  return Math.min(conv.kernelSize, Math.max(2, wanted));
};

export const dilationAfter = (conv: Convolution, change: ArchitectureChange): number =>
  change.dilationShare === undefined
    ? conv.dilation
    : Math.max(1, Math.floor(conv.dilation * change.dilationShare));

/** How many layers of an array stay. */
export const layersAfter = (array: LayerArray, change: ArchitectureChange, index: number): number =>
  Math.max(1, array.layers.length - (change.dropped?.[index] ?? 0));

/** `sizes`: of the array once it has its channels. */
export const bottleneckAfter = (
  layer: WaveNetLayer,
  sizes: { readonly channels: number; readonly bottleneck: number },
  change: ArchitectureChange,
  arrayIndex: number,
): number =>
  change.bottleneckShare === undefined || layer.layer1x1 === null || arrayIndex > 0
    ? sizes.bottleneck
    : Math.max(1, Math.floor(sizes.channels * change.bottleneckShare));

const editLayer = (
  layer: WaveNetLayer,
  change: ArchitectureChange,
  arrayIndex: number,
): WaveNetLayer => {
  const { conv, layer1x1 } = layer;
  const channels = conv.inChannels;
  const bottleneck = bottleneckAfter(
    layer,
    { channels, bottleneck: layer.bottleneck },
    change,
    arrayIndex,
  );
  const dilation = dilationAfter(conv, change);
  const resized = resize(conv, channels, bottleneck, kernelSizeAfter(conv, change));
  return {
    ...layer,
    conv: dilation === conv.dilation ? resized : { ...resized, dilation },
    inputMixin: resize(layer.inputMixin, layer.inputMixin.inChannels, bottleneck, 1),
    layer1x1: layer1x1 && resize(layer1x1, bottleneck, channels, 1),
    activation: change.activation ?? layer.activation,
    bottleneck,
  };
};

/** Why `editWaveNet` does not take this network, as a sentence; null if it does. */
export const editObstacle = (network: WaveNetNetwork): string | null => {
  const layers = network.arrays.flatMap((array) => array.layers);
  if (network.conditionDsp !== null) return 'it has a condition model';
  if (network.head !== null) return 'it has a head after the layer arrays';
  if (layers.some((layer) => Object.keys(layer.films).length > 0)) return 'it has FiLM';
  if (layers.some((layer) => layer.gating !== 'none')) return 'it has gated layers';
  if (layers.some((layer) => layer.head1x1 !== null)) return 'it has head1x1 convolutions';
  if (layers.some((layer) => layer.conv.groups > 1)) return 'it has grouped convolutions';
  return null;
};

/** Throws `RangeError` for a network that `editObstacle` names an obstacle for. */
export const editWaveNet = (
  network: WaveNetNetwork,
  change: ArchitectureChange,
): WaveNetNetwork => {
  const obstacle = editObstacle(network);
  if (obstacle !== null) throw new RangeError(`Expected a plain WaveNet, but ${obstacle}.`);
  const sliced = change.channels === undefined ? network : sliceWaveNet(network, change.channels);
  const arrays = sliced.arrays.map((array, index): LayerArray => {
    const layers = array.layers
      .slice(0, layersAfter(array, change, index))
      .map((layer) => editLayer(layer, change, index));
    const last = index === sliced.arrays.length - 1;
    const headInputs = layers[0]?.bottleneck ?? array.channels;
    const { headRechannel, headSize } = array;
    const taps =
      last && change.headKernel !== undefined
        ? Math.min(headRechannel.kernelSize, change.headKernel)
        : headRechannel.kernelSize;
    return {
      ...array,
      headSize,
      layers,
      headRechannel: resize(headRechannel, headInputs, headSize, taps),
    };
  });
  // NAM Core counts from 1 where there is no condition model.
  const edited = { ...sliced, arrays, prewarmSamples: waveNetPrewarm(arrays, sliced.head, 1) };
  // What libraries choose their code by, beside the shape, is that of the file that would be written.
  return { ...edited, file: writtenTraits(edited) };
};
