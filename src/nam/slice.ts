/**
 * Slices a WaveNet to fewer channels as NAM Core's slice_channels_uniform does: of every weight
 * matrix the first rows and the first columns. Knows nothing of which widths are allowed.
 */
import type { Activation, Convolution, Film, FilmPlace, LayerArray } from './network.ts';
import { filmChannels, filmPlaces, type WaveNetLayer, type WaveNetNetwork } from './network.ts';

const sliceConvolution = (conv: Convolution, inChannels: number, outChannels: number) => {
  if (conv.inChannels === inChannels && conv.outChannels === outChannels) return conv;
  const isDepthwise = conv.groups === conv.inChannels && inChannels === outChannels;
  let groups = isDepthwise ? inChannels : conv.groups;
  // The largest number of groups, not above the original, that divides both channel counts.
  while (inChannels % groups !== 0 || outChannels % groups !== 0) groups--;
  const fullPerGroup = conv.inChannels / conv.groups;
  const perGroup = inChannels / groups;
  const weights = new Float32Array(conv.kernelSize * outChannels * perGroup);
  for (let tap = 0; tap < conv.kernelSize; tap++) {
    for (let out = 0; out < outChannels; out++) {
      const from = (tap * conv.outChannels + out) * fullPerGroup;
      const to = (tap * outChannels + out) * perGroup;
      // Groups may grow when they have to divide fewer channels; weights then repeat.
      for (let input = 0; input < perGroup; input++) {
        weights[to + input] = conv.weights[from + (input % fullPerGroup)] ?? 0;
      }
    }
  }
  const bias = conv.bias?.slice(0, outChannels) ?? null;
  return { ...conv, inChannels, outChannels, groups, weights, bias };
};

/** A PReLU with a slope per channel keeps the first ones. */
const sliceActivation = (activation: Activation, channels: number): Activation => {
  const slopes = activation.negativeSlopes;
  if (slopes === undefined || slopes.length <= channels) return activation;
  return { ...activation, negativeSlopes: slopes.slice(0, channels) };
};

/** What slicing makes of the sizes of a layer array. */
export interface SlicedSizes {
  readonly inputSize: number;
  readonly channels: number;
  readonly bottleneck: number;
  readonly headInputs: number;
  readonly headSize: number;
}

const sliceLayer = (layer: WaveNetLayer, sizes: SlicedSizes): WaveNetLayer => {
  const { channels, bottleneck } = sizes;
  const outputs = layer.gating === 'none' ? bottleneck : 2 * bottleneck;
  const { headInputs: headOut } = sizes;
  const conditionSize = layer.inputMixin.inChannels;
  const filmed = filmChannels({ channels, bottleneck, outputs, conditionSize, headOut });
  const films: { [Place in FilmPlace]?: Film } = {};
  for (const place of filmPlaces) {
    const film = layer.films[place];
    if (film === undefined) continue;
    const rows = filmed[place] * (film.shift ? 2 : 1);
    films[place] = { ...film, conv: sliceConvolution(film.conv, conditionSize, rows) };
  }
  return {
    conv: sliceConvolution(layer.conv, channels, outputs),
    inputMixin: sliceConvolution(layer.inputMixin, conditionSize, outputs),
    layer1x1: layer.layer1x1 && sliceConvolution(layer.layer1x1, bottleneck, channels),
    head1x1: layer.head1x1 && sliceConvolution(layer.head1x1, bottleneck, headOut),
    activation: sliceActivation(layer.activation, bottleneck),
    gating: layer.gating,
    secondaryActivation:
      layer.secondaryActivation && sliceActivation(layer.secondaryActivation, bottleneck),
    bottleneck,
    films,
  };
};

export const slicedSizes = (
  arrays: readonly LayerArray[],
  index: number,
  channels: readonly number[],
): SlicedSizes => {
  const array = arrays[index] as LayerArray;
  const { layer1x1, head1x1, bottleneck: full } = array.layers[0] as WaveNetLayer;
  const width = channels[index] ?? array.channels;
  const share = Math.max(1, Math.floor((full * width) / array.channels));
  const bottleneck = layer1x1 === null ? width : share;
  return {
    inputSize: channels[index - 1] ?? array.inputSize,
    channels: width,
    bottleneck,
    // The head of the array before has as many channels as this array, and is added to.
    headInputs: head1x1 === null ? bottleneck : index === 0 ? head1x1.outChannels : width,
    headSize: channels[index + 1] ?? array.headSize,
  };
};

/** `channels`: one count for each layer array, none above the network's. */
export const sliceWaveNet = (net: WaveNetNetwork, channels: readonly number[]): WaveNetNetwork => {
  if (net.arrays.every((array, i) => array.channels === channels[i])) return net;
  const arrays = net.arrays.map((array, i): LayerArray => {
    const sizes = slicedSizes(net.arrays, i, channels);
    const { channels: width, inputSize, headSize } = sizes;
    return {
      channels: width,
      inputSize,
      conditionSize: array.conditionSize,
      headSize,
      rechannel: sliceConvolution(array.rechannel, inputSize, width),
      layers: array.layers.map((layer) => sliceLayer(layer, sizes)),
      headRechannel: sliceConvolution(array.headRechannel, sizes.headInputs, headSize),
    };
  });
  return { ...net, arrays };
};

/** Why NAM Core would not slice this network (or would compute nonsense), as a sentence; null if it would. */
export const sliceObstacle = (
  network: WaveNetNetwork,
  slimmable: readonly boolean[],
): string | null => {
  for (const [i, array] of network.arrays.entries()) {
    const name = `layer array ${i}`;
    if (array.headRechannel.kernelSize !== 1) {
      return `${name} has a head kernel of ${array.headRechannel.kernelSize}; slicing needs 1`;
    }
    for (const layer of array.layers) {
      const films = filmPlaces.map((place) => layer.films[place]?.conv);
      const convs = [layer.conv, layer.inputMixin, layer.layer1x1, layer.head1x1, ...films];
      if (convs.some((conv) => conv && conv.groups > 1)) {
        return `${name} has grouped convolutions; slicing needs groups of 1`;
      }
      if (slimmable[i] !== true) continue;
      if (layer.gating === 'none' && (layer.activation.negativeSlopes?.length ?? 1) > 1) {
        return `${name} has a PReLU with a slope per channel; slicing needs one slope`;
      }
      if (i > 0 && layer.head1x1 !== null) {
        return `${name} adds its head1x1 to the array before, and slicing leaves head1x1 as wide as it is`;
      }
    }
  }
  return null;
};
