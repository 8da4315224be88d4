/** Writes a plain WaveNet as a `.nam` file: the inverse of reading one. */

import { editObstacle } from './edit-wavenet.ts';
import type { Activation, Convolution, LayerArray, WaveNetNetwork } from './network.ts';

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

const activationJson = (activation: Activation): unknown => {
  const slopes = activation.negativeSlopes;
  if (activation.type === 'LeakyReLU')
    return { type: activation.type, negative_slope: slopes?.[0] };
  if (activation.type === 'PReLU') return { type: activation.type, negative_slopes: slopes };
  if (activation.type !== 'LeakyHardtanh') return { type: activation.type };
  return {
    type: activation.type,
    min_val: activation.minValue,
    max_val: activation.maxValue,
    min_slope: activation.minSlope,
    max_slope: activation.maxSlope,
  };
};

const arrayJson = (array: LayerArray): Record<string, unknown> => ({
  input_size: array.inputSize,
  condition_size: array.conditionSize,
  head: {
    out_channels: array.headSize,
    kernel_size: array.headRechannel.kernelSize,
    bias: array.headRechannel.bias !== null,
    ...(array.headRechannel.dilation === 1 ? {} : { head_dilation: array.headRechannel.dilation }),
  },
  channels: array.channels,
  bottleneck: array.layers[0]?.bottleneck ?? array.channels,
  kernel_sizes: array.layers.map((layer) => layer.conv.kernelSize),
  dilations: array.layers.map((layer) => layer.conv.dilation),
  activation: array.layers.map((layer) => activationJson(layer.activation)),
  layer1x1: { active: array.layers[0]?.layer1x1 != null, groups: 1 },
});

export interface WrittenMetadata {
  readonly name: string;
  readonly sampleRateHz: number;
  readonly loudness?: number;
}

/**
 * Throws `RangeError` for networks with more than plain layers (`editObstacle` says which).
 */
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
  const model = {
    version: '0.7.0',
    architecture: 'WaveNet',
    config: {
      layers: network.arrays.map(arrayJson),
      head: null,
      head_scale: network.headScale,
      in_channels: network.inChannels,
    },
    weights: [...weights, network.headScale].map((value) => Number(value.toPrecision(7))),
    sample_rate: metadata.sampleRateHz,
    metadata: {
      name: metadata.name,
      synthetic: true,
      ...(metadata.loudness === undefined ? {} : { loudness: metadata.loudness }),
    },
  };
  return `${JSON.stringify(model)}\n`;
};
