/** What a network costs before any chip is known: weights, multiply-accumulates, memory, receptive field. */
import type {
  ConvNetNetwork,
  Convolution,
  LinearNetwork,
  LstmNetwork,
  Network,
  WaveNetLayer,
  WaveNetNetwork,
} from './network.ts';
import { filmPlaces } from './network.ts';

const layerConvolutions = (layer: WaveNetLayer): readonly (Convolution | null)[] => [
  layer.conv,
  layer.inputMixin,
  layer.layer1x1,
  layer.head1x1,
  ...filmPlaces.map((place) => layer.films[place]?.conv ?? null),
];

const waveNetConvolutions = ({ arrays, head }: WaveNetNetwork): readonly Convolution[] =>
  [
    ...arrays.flatMap(({ rechannel, layers, headRechannel }) => [
      rechannel,
      ...layers.flatMap(layerConvolutions),
      headRechannel,
    ]),
    ...(head?.convs ?? []),
  ].filter((conv) => conv !== null);

const convNetConvolutions = ({ blocks, head }: ConvNetNetwork): readonly Convolution[] => [
  ...blocks.map(({ conv }) => conv),
  head,
];

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

const lookback = (conv: Convolution): number => (conv.kernelSize - 1) * conv.dilation;

/** Counted from the shape, so that it holds for networks without weights too. */
const convMacs = (conv: Convolution): number =>
  conv.kernelSize * conv.outChannels * (conv.inChannels / conv.groups);

const convWeights = (conv: Convolution): number =>
  convMacs(conv) + (conv.bias === null ? 0 : conv.outChannels);

const convHistory = (conv: Convolution): number => lookback(conv) * conv.inChannels;

interface Sizes {
  readonly outputChannels: number;
  readonly macsPerSample: number;
  readonly weights: number;
  readonly receptiveField: number;
  readonly historyFloats: number;
}

const noCondition = { macsPerSample: 0, weights: 0, receptiveField: 1, historyFloats: 0 } as const;

const waveNetSizes = (network: WaveNetNetwork): Sizes => {
  const { conditionDsp, head, arrays } = network;
  const convs = waveNetConvolutions(network);
  const condition = conditionDsp === null ? noCondition : sizesOf(conditionDsp);
  return {
    outputChannels: head?.convs.at(-1)?.outChannels ?? arrays.at(-1)?.headSize ?? 1,
    macsPerSample: sum(convs.map(convMacs)) + condition.macsPerSample,
    // The head scale is a weight of the stream.
    weights: sum(convs.map(convWeights)) + 1 + condition.weights,
    receptiveField: condition.receptiveField + sum(convs.map(lookback)),
    historyFloats: sum(convs.map(convHistory)) + condition.historyFloats,
  };
};

const convNetSizes = (network: ConvNetNetwork): Sizes => {
  const convs = convNetConvolutions(network);
  const norms = network.blocks.map(({ batchNorm, conv }) =>
    batchNorm === null ? 0 : 4 * conv.outChannels + 1,
  );
  return {
    outputChannels: network.head.outChannels,
    macsPerSample: sum(convs.map(convMacs)),
    weights: sum(convs.map(convWeights)) + sum(norms),
    receptiveField: 1 + sum(convs.map(lookback)),
    historyFloats: sum(convs.map(convHistory)),
  };
};

const lstmSizes = ({ layers, headWeights, headBias }: LstmNetwork): Sizes => ({
  outputChannels: headBias.length,
  macsPerSample: sum(layers.map(({ weights }) => weights.length)) + headWeights.length,
  weights:
    sum(
      layers.map(({ weights, bias, hiddenSize }) => weights.length + bias.length + 2 * hiddenSize),
    ) +
    headWeights.length +
    headBias.length,
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

const sizesOf = (network: Network): Sizes => {
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
