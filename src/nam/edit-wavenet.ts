/**
 * Changes the architecture of a WaveNet: fewer channels, shorter kernels, closer taps, fewer layers,
 * another activation. Weights that stay keep their values, so the result runs, but nobody trained it.
 */
import { waveNetLookback } from './measure.ts';
import type {
  Activation,
  Convolution,
  LayerArray,
  WaveNetLayer,
  WaveNetNetwork,
} from './network.ts';
import { slicedSizes, sliceWaveNet } from './slice.ts';
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
const resize = (conv: Convolution, inChannels: number, outChannels: number, kernelSize: number) => {
  const asItIs = conv.inChannels === inChannels && conv.outChannels === outChannels;
  if (asItIs && conv.kernelSize === kernelSize) return conv;
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
  const from = conv.bias;
  const bias = from && Float32Array.from({ length: outChannels }, (_, out) => from[out] ?? 0);
  return { ...conv, inChannels, outChannels, kernelSize, weights, bias };
};

/** Taps of a layer's convolution. */
export const kernelSizeAfter = ({ kernelSize }: Convolution, by: ArchitectureChange): number => {
  const wanted = Math.min(kernelSize, by.kernelCap ?? kernelSize) - (by.kernelLess ?? 0);
  return Math.min(kernelSize, Math.max(2, wanted));
};

const dilationAfter = ({ dilation }: Convolution, { dilationShare }: ArchitectureChange): number =>
  dilationShare === undefined ? dilation : Math.max(1, Math.floor(dilation * dilationShare));

/** How many layers of an array stay. */
export const layersAfter = (array: LayerArray, change: ArchitectureChange, index: number): number =>
  Math.max(1, array.layers.length - (change.dropped?.[index] ?? 0));

/** `sizes`: of the array once it has its channels. */
const bottleneckAfter = (
  layer: WaveNetLayer,
  sizes: { readonly channels: number; readonly bottleneck: number },
  { bottleneckShare }: ArchitectureChange,
  arrayIndex: number,
): number =>
  bottleneckShare === undefined || layer.layer1x1 === null || arrayIndex > 0
    ? sizes.bottleneck
    : Math.max(1, Math.floor(sizes.channels * bottleneckShare));

/** Taps of the head convolution of an array. */
const headTapsAfter = ({ headRechannel }: LayerArray, headKernel: number | undefined): number =>
  Math.min(headRechannel.kernelSize, headKernel ?? headRechannel.kernelSize);

const editLayer = (layer: WaveNetLayer, by: ArchitectureChange, index: number): WaveNetLayer => {
  const { conv, inputMixin, layer1x1 } = layer;
  const channels = conv.inChannels;
  const bottleneck = bottleneckAfter(layer, { channels, bottleneck: layer.bottleneck }, by, index);
  const dilation = dilationAfter(conv, by);
  const resized = resize(conv, channels, bottleneck, kernelSizeAfter(conv, by));
  return {
    ...layer,
    conv: dilation === conv.dilation ? resized : { ...resized, dilation },
    inputMixin: resize(inputMixin, inputMixin.inChannels, bottleneck, 1),
    layer1x1: layer1x1 && resize(layer1x1, bottleneck, channels, 1),
    activation: by.activation ?? layer.activation,
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
export const editWaveNet = (net: WaveNetNetwork, change: ArchitectureChange): WaveNetNetwork => {
  const obstacle = editObstacle(net);
  if (obstacle !== null) throw new RangeError(`Expected a plain WaveNet, but ${obstacle}.`);
  const sliced = change.channels === undefined ? net : sliceWaveNet(net, change.channels);
  const arrays = sliced.arrays.map((array, index): LayerArray => {
    const layers = array.layers
      .slice(0, layersAfter(array, change, index))
      .map((layer) => editLayer(layer, change, index));
    const isLast = index === sliced.arrays.length - 1;
    const taps = headTapsAfter(array, isLast ? change.headKernel : undefined);
    const headInputs = layers[0]?.bottleneck ?? array.channels;
    const headRechannel = resize(array.headRechannel, headInputs, array.headSize, taps);
    return { ...array, layers, headRechannel };
  });
  // NAM Core counts from 1 where there is no condition model.
  const prewarmSamples = 1 + waveNetLookback({ arrays, head: sliced.head });
  const edited = { ...sliced, arrays, prewarmSamples };
  // What libraries choose their code by, beside the shape, is that of the file that would be written.
  return { ...edited, file: writtenTraits(edited) };
};

export type EditedSizes = Readonly<Record<'weights' | 'receptiveField', number>>;

const weightsOf = (
  conv: Convolution,
  inChannels: number,
  outChannels: number,
  kernelSize: number,
): number => (kernelSize * inChannels + (conv.bias === null ? 0 : 1)) * outChannels;

/**
 * Weights and receptive field of a WaveNet without an obstacle that `editWaveNet` would make, without
 * making it: both are sums over layers. For those who weigh thousands of changes.
 */
export const editedSizes = (network: WaveNetNetwork, change: ArchitectureChange): EditedSizes => {
  const { arrays } = network;
  const channels = change.channels ?? arrays.map((array) => array.channels);
  // The head scale is a weight too, and the newest sample is part of the field.
  let [weights, receptiveField] = [1, 1];
  for (const [index, array] of arrays.entries()) {
    const sizes = slicedSizes(arrays, index, channels);
    const { rechannel, headRechannel } = array;
    weights += weightsOf(rechannel, sizes.inputSize, sizes.channels, rechannel.kernelSize);
    receptiveField += (rechannel.kernelSize - 1) * rechannel.dilation;
    let bottleneck: number | undefined;
    for (const layer of array.layers.slice(0, layersAfter(array, change, index))) {
      const { conv, inputMixin, layer1x1 } = layer;
      // That of the first layer, which is that of all.
      bottleneck ??= bottleneckAfter(layer, sizes, change, index);
      const kernelSize = kernelSizeAfter(conv, change);
      weights += weightsOf(conv, sizes.channels, bottleneck, kernelSize);
      weights += weightsOf(inputMixin, inputMixin.inChannels, bottleneck, 1);
      if (layer1x1 !== null) weights += weightsOf(layer1x1, bottleneck, sizes.channels, 1);
      receptiveField += (kernelSize - 1) * dilationAfter(conv, change);
    }
    const isLast = index === arrays.length - 1;
    const taps = headTapsAfter(array, isLast ? change.headKernel : undefined);
    weights += weightsOf(headRechannel, bottleneck ?? sizes.bottleneck, sizes.headSize, taps);
    receptiveField += (taps - 1) * headRechannel.dilation;
  }
  return { weights, receptiveField };
};
