/** Writes plain WaveNets and LSTMs as `.nam` files: the inverse of reading one. */
import { editObstacle } from './edit-wavenet.ts';
import type { Activation, Convolution, LayerArray, LstmNetwork } from './network.ts';
import { filmKeys, type WaveNetNetwork } from './network.ts';
import { isWrittenAsA1, versionOfA1, writtenTraits } from './written-form.ts';

/** The stream has taps innermost; memory has them outermost. */
const streamOf = (conv: Convolution): number[] => {
  const inPerGroup = conv.inChannels / conv.groups;
  const values: number[] = [];
  for (let out = 0; out < conv.outChannels; out++) {
    for (let input = 0; input < inPerGroup; input++) {
      for (let tap = 0; tap < conv.kernelSize; tap++) {
        values.push(conv.weights[(tap * conv.outChannels + out) * inPerGroup + input] ?? 0);
      }
    }
  }
  values.push(...(conv.bias ?? []));
  return values;
};

/** What an activation does not have is undefined, which JSON leaves out. */
const activationJson = ({ type, negativeSlopes: slopes, ...rest }: Activation): unknown => ({
  type,
  negative_slope: type === 'LeakyReLU' ? slopes?.[0] : undefined,
  negative_slopes: type === 'PReLU' ? slopes : undefined,
  min_val: rest.minValue,
  max_val: rest.maxValue,
  min_slope: rest.minSlope,
  max_slope: rest.maxSlope,
});

const olderJson = (array: LayerArray): Record<string, unknown> => ({
  input_size: array.inputSize,
  condition_size: array.conditionSize,
  head_size: array.headSize,
  channels: array.channels,
  kernel_size: array.layers[0]?.conv.kernelSize,
  dilations: array.layers.map((layer) => layer.conv.dilation),
  activation: array.layers[0]?.activation.type,
  gated: false,
  head_bias: array.headRechannel.bias !== null,
});

/** NeuralAudio takes an option that is left out for an active one. */
const switchedOff = {
  head1x1: { active: false, out_channels: 1, groups: 1 },
  ...Object.fromEntries(
    Object.values(filmKeys).map((key) => [key, { active: false, shift: true, groups: 1 }]),
  ),
};

const arrayJson = (array: LayerArray): Record<string, unknown> => ({
  input_size: array.inputSize,
  condition_size: array.conditionSize,
  head: {
    out_channels: array.headSize,
    kernel_size: array.headRechannel.kernelSize,
    bias: array.headRechannel.bias !== null,
    head_dilation: array.headRechannel.dilation === 1 ? undefined : array.headRechannel.dilation,
  },
  channels: array.channels,
  bottleneck: array.layers[0]?.bottleneck ?? array.channels,
  kernel_sizes: array.layers.map((layer) => layer.conv.kernelSize),
  dilations: array.layers.map((layer) => layer.conv.dilation),
  activation: array.layers.map((layer) => activationJson(layer.activation)),
  layer1x1: { active: array.layers[0]?.layer1x1 != null, groups: 1 },
  ...switchedOff,
});

export interface WrittenMetadata {
  readonly name: string;
  readonly sampleRateHz: number;
}

const fileText = (
  version: string,
  architecture: string,
  config: Readonly<Record<string, unknown>>,
  weights: readonly number[],
  metadata: WrittenMetadata,
): string =>
  `${JSON.stringify({
    version,
    architecture,
    config,
    weights: weights.map((value) => Number(value.toPrecision(7))),
    sample_rate: metadata.sampleRateHz,
    metadata: { name: metadata.name, synthetic: true },
  })}\n`;

/** The inverse of `buildLstm`. */
export const writeLstm = (network: LstmNetwork, metadata: WrittenMetadata): string =>
  fileText(
    versionOfA1,
    'LSTM',
    {
      num_layers: network.layers.length,
      input_size: network.inChannels,
      hidden_size: network.layers[0]?.hiddenSize ?? 1,
      in_channels: network.inChannels,
      out_channels: network.headBias.length,
    },
    [
      ...network.layers.flatMap((l) => [l.weights, l.bias, l.initialHidden, l.initialCell]),
      network.headWeights,
      network.headBias,
    ].flatMap((values) => [...values]),
    metadata,
  );

/** Throws `RangeError` for networks with more than plain layers (`editObstacle` says which). */
export const writeWaveNet = (network: WaveNetNetwork, metadata: WrittenMetadata): string => {
  const obstacle = editObstacle(network);
  if (obstacle !== null) throw new RangeError(`Expected a plain WaveNet, but ${obstacle}.`);
  const weights = network.arrays.flatMap((array) => [
    ...streamOf(array.rechannel),
    ...array.layers.flatMap((layer) => [
      ...streamOf(layer.conv),
      ...streamOf(layer.inputMixin),
      ...(layer.layer1x1 === null ? [] : streamOf(layer.layer1x1)),
    ]),
    ...streamOf(array.headRechannel),
  ]);
  return fileText(
    writtenTraits(network).version,
    'WaveNet',
    {
      layers: network.arrays.map(isWrittenAsA1(network) ? olderJson : arrayJson),
      head: null,
      head_scale: network.headScale,
      in_channels: network.inChannels,
    },
    [...weights, network.headScale],
    metadata,
  );
};
