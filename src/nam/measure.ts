/** What a network costs before any chip is known: weights, multiply-accumulates, memory, receptive field. */
import { memoize } from '../units/memoize.ts';
import type { ConvNetNetwork, Convolution, LinearNetwork, LstmNetwork } from './network.ts';
import { filmPlaces, type Network, type WaveNetLayer, type WaveNetNetwork } from './network.ts';

const layerConvolutions = (layer: WaveNetLayer): readonly (Convolution | null)[] => [
  layer.conv,
  layer.inputMixin,
  layer.layer1x1,
  layer.head1x1,
  ...filmPlaces.map((place) => layer.films[place]?.conv ?? null),
];

type Stack = Pick<WaveNetNetwork, 'arrays' | 'head'>;

const waveNetConvolutions = ({ arrays, head }: Stack): readonly Convolution[] =>
  [
    ...arrays.flatMap(({ rechannel, layers, headRechannel }) => [
      rechannel,
      ...layers.flatMap(layerConvolutions),
      headRechannel,
    ]),
    ...(head?.convs ?? []),
  ].filter((conv) => conv !== null);

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

const lookback = (conv: Convolution): number => (conv.kernelSize - 1) * conv.dilation;

/** Counted from the shape, so that it holds for networks without weights too. */
const convMacs = (conv: Convolution): number =>
  conv.kernelSize * conv.outChannels * (conv.inChannels / conv.groups);

interface Sizes {
  readonly outputChannels: number;
  readonly macsPerSample: number;
  readonly weights: number;
  readonly receptiveField: number;
  readonly historyFloats: number;
}

/** Of convolutions after one another; the newest sample is part of the field. */
const convSizes = (convs: readonly Convolution[]): Omit<Sizes, 'outputChannels'> => ({
  macsPerSample: sum(convs.map(convMacs)),
  weights: sum(convs.map((conv) => convMacs(conv) + (conv.bias === null ? 0 : conv.outChannels))),
  receptiveField: 1 + sum(convs.map(lookback)),
  historyFloats: sum(convs.map((conv) => lookback(conv) * conv.inChannels)),
});

/** Samples before the newest that the layer arrays and the head look at. */
export const waveNetLookback = (stack: Stack): number =>
  sum(waveNetConvolutions(stack).map(lookback));

const waveNetSizes = (network: WaveNetNetwork): Sizes => {
  const { conditionDsp, head, arrays } = network;
  const sizes = convSizes(waveNetConvolutions(network));
  const condition = conditionDsp === null ? convSizes([]) : sizesOf(conditionDsp);
  return {
    outputChannels: head?.convs.at(-1)?.outChannels ?? arrays.at(-1)?.headSize ?? 1,
    macsPerSample: sizes.macsPerSample + condition.macsPerSample,
    // The head scale is a weight of the stream.
    weights: sizes.weights + 1 + condition.weights,
    receptiveField: condition.receptiveField + sizes.receptiveField - 1,
    historyFloats: sizes.historyFloats + condition.historyFloats,
  };
};

const convNetSizes = ({ blocks, head }: ConvNetNetwork): Sizes => {
  const sizes = convSizes([...blocks.map(({ conv }) => conv), head]);
  const norms = blocks.map(({ batchNorm, conv }) => (batchNorm ? 4 * conv.outChannels + 1 : 0));
  return { ...sizes, outputChannels: head.outChannels, weights: sizes.weights + sum(norms) };
};

const lstmSizes = ({ layers, headWeights, headBias }: LstmNetwork): Sizes => ({
  outputChannels: headBias.length,
  macsPerSample: sum(layers.map(({ weights }) => weights.length)) + headWeights.length,
  weights: sum([
    ...layers.map(({ weights, bias, hiddenSize }) => weights.length + bias.length + 2 * hiddenSize),
    headWeights.length,
    headBias.length,
  ]),
  receptiveField: Number.POSITIVE_INFINITY,
  historyFloats: sum(layers.map(({ hiddenSize }) => 2 * hiddenSize)),
});

const linearSizes = ({ inChannels, outChannels, impulse, hasBias }: LinearNetwork): Sizes => {
  const channels = Math.min(inChannels, outChannels);
  return {
    outputChannels: outChannels,
    macsPerSample: impulse.length * channels,
    weights: impulse.length + (hasBias ? 1 : 0),
    receptiveField: impulse.length,
    historyFloats: (impulse.length - 1) * channels,
  };
};

const findSizes = (network: Network): Sizes => {
  switch (network.kind) {
    case 'wavenet':
      return waveNetSizes(network);
    case 'convnet':
      return convNetSizes(network);
    case 'lstm':
      return lstmSizes(network);
    case 'linear':
      return linearSizes(network);
    default:
      return network satisfies never;
  }
};

const known = new WeakMap<Network, Sizes>();
const sizesOf = (network: Network): Sizes => memoize(known, network, findSizes);

export const outputChannels = (network: Network): number => sizesOf(network).outputChannels;

/** Products of the convolutions and matrices per sample, with those of the condition model. */
export const macsPerSample = (network: Network): number => sizesOf(network).macsPerSample;

/** Weights in the file's stream (unused batch norm parameters included), with the condition model's. */
export const weightCount = (network: Network): number => sizesOf(network).weights;

/** Input samples that an output sample depends on; Infinity for recurrent networks. */
export const receptiveField = (network: Network): number => sizesOf(network).receptiveField;

/** Floats that the convolutions remember from one block to the next. */
export const historyFloats = (network: Network): number => sizesOf(network).historyFloats;

export const historyBytes = (network: Network): number => 4 * historyFloats(network);
