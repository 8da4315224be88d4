/** What a network costs before any chip is known: weights, multiply-accumulates, memory, receptive field. */
import type { Convolution, Network, WaveNetLayer, WaveNetNetwork } from './network.ts';
import { filmPlaces } from './network.ts';

const layerConvolutions = (layer: WaveNetLayer): Convolution[] => {
  const convs = [layer.conv, layer.inputMixin];
  if (layer.layer1x1 !== null) convs.push(layer.layer1x1);
  if (layer.head1x1 !== null) convs.push(layer.head1x1);
  for (const place of filmPlaces) {
    const film = layer.films[place];
    if (film !== undefined) convs.push(film.conv);
  }
  return convs;
};

const waveNetConvolutions = (network: WaveNetNetwork): Convolution[] => [
  ...network.arrays.flatMap((array) => [
    array.rechannel,
    ...array.layers.flatMap(layerConvolutions),
    array.headRechannel,
  ]),
  ...(network.head?.convs ?? []),
];

const convolutions = (network: Network): Convolution[] => {
  switch (network.kind) {
    case 'wavenet':
      return waveNetConvolutions(network);
    case 'convnet':
      return [...network.blocks.map((block) => block.conv), network.head];
    case 'lstm':
    case 'linear':
      return [];
    default:
      return network satisfies never;
  }
};

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

const lookback = (conv: Convolution): number => (conv.kernelSize - 1) * conv.dilation;

/** Counted from the shape, so that it holds for networks without weights too. */
const convMacs = (conv: Convolution): number =>
  conv.kernelSize * conv.outChannels * (conv.inChannels / conv.groups);

const convWeights = (conv: Convolution): number =>
  convMacs(conv) + (conv.bias === null ? 0 : conv.outChannels);

export const outputChannels = (network: Network): number => {
  switch (network.kind) {
    case 'wavenet':
      return (
        network.head?.convs[network.head.convs.length - 1]?.outChannels ??
        network.arrays[network.arrays.length - 1]?.headSize ??
        1
      );
    case 'convnet':
      return network.head.outChannels;
    case 'lstm':
      return network.headBias.length;
    case 'linear':
      return network.outChannels;
    default:
      return network satisfies never;
  }
};

/** Products of the convolutions and matrices per sample, with those of the condition model. */
export const macsPerSample = (network: Network): number => {
  const own = sum(convolutions(network).map(convMacs));
  switch (network.kind) {
    case 'wavenet':
      return own + (network.conditionDsp === null ? 0 : macsPerSample(network.conditionDsp));
    case 'convnet':
      return own;
    case 'lstm':
      return sum(network.layers.map((layer) => layer.weights.length)) + network.headWeights.length;
    case 'linear':
      return network.impulse.length * Math.min(network.inChannels, network.outChannels);
    default:
      return network satisfies never;
  }
};

/** Weights in the file's stream (unused batch norm parameters included), with the condition model's. */
export const weightCount = (network: Network): number => {
  const own = sum(convolutions(network).map(convWeights));
  switch (network.kind) {
    case 'wavenet':
      return own + 1 + (network.conditionDsp === null ? 0 : weightCount(network.conditionDsp));
    case 'convnet':
      return (
        own +
        sum(
          network.blocks.map((block) =>
            block.batchNorm === null ? 0 : 4 * block.conv.outChannels + 1,
          ),
        )
      );
    case 'lstm':
      return (
        sum(
          network.layers.map(
            (layer) => layer.weights.length + layer.bias.length + 2 * layer.hiddenSize,
          ),
        ) +
        network.headWeights.length +
        network.headBias.length
      );
    case 'linear':
      return network.impulse.length + (network.hasBias ? 1 : 0);
    default:
      return network satisfies never;
  }
};

/** Input samples that an output sample depends on; Infinity for recurrent networks. */
export const receptiveField = (network: Network): number => {
  switch (network.kind) {
    case 'wavenet':
      return (
        (network.conditionDsp === null ? 1 : receptiveField(network.conditionDsp)) +
        sum(waveNetConvolutions(network).map(lookback))
      );
    case 'convnet':
      return 1 + sum(convolutions(network).map(lookback));
    case 'lstm':
      return Number.POSITIVE_INFINITY;
    case 'linear':
      return network.impulse.length;
    default:
      return network satisfies never;
  }
};

/** Floats that the convolutions remember from one block to the next. */
export const historyFloats = (network: Network): number => {
  const own = sum(convolutions(network).map((conv) => lookback(conv) * conv.inChannels));
  switch (network.kind) {
    case 'wavenet':
      return own + (network.conditionDsp === null ? 0 : historyFloats(network.conditionDsp));
    case 'convnet':
      return own;
    case 'lstm':
      return sum(network.layers.map((layer) => 2 * layer.hiddenSize));
    case 'linear':
      return (network.impulse.length - 1) * Math.min(network.inChannels, network.outChannels);
    default:
      return network satisfies never;
  }
};

export const historyBytes = (network: Network): number => 4 * historyFloats(network);
