/** LSTM: the configuration and the weights of a recurrent model. */
import type * as z from 'zod';
import { limits } from './limits.ts';
import { type At, ModelError } from './model-error.ts';
import type { LstmLayer, LstmNetwork } from './network.ts';
import { at, count, read, record } from './read.ts';
import type { WeightReader } from './weight-reader.ts';

const schema = record({
  num_layers: count(limits.lstmLayers, 0),
  input_size: count(limits.channels),
  hidden_size: count(limits.hiddenSize),
  in_channels: count(limits.channels).default(1),
  out_channels: count(limits.channels).default(1),
});
export type LstmConfig = z.output<typeof schema>;

export const readLstm = (value: unknown, where: At): LstmConfig => {
  const config = read(schema, value, where);
  if (config.input_size !== config.in_channels) {
    throw new ModelError(
      'config',
      at(where, 'input_size'),
      `${config.in_channels}, the input channels`,
      String(config.input_size),
    );
  }
  return config;
};

export const buildLstm = (
  config: LstmConfig,
  reader: WeightReader,
  sampleRateHz: number,
): LstmNetwork => {
  const hiddenSize = config.hidden_size;
  const layers: LstmLayer[] = [];
  for (let i = 0; i < config.num_layers; i++) {
    const inputSize = i === 0 ? config.input_size : hiddenSize;
    const place = `layer ${i}`;
    layers.push({
      inputSize,
      hiddenSize,
      weights: reader.floats(4 * hiddenSize * (inputSize + hiddenSize), place),
      bias: reader.floats(4 * hiddenSize, `${place} bias`),
      initialHidden: reader.floats(hiddenSize, `${place} initial hidden state`),
      initialCell: reader.floats(hiddenSize, `${place} initial cell state`),
    });
  }
  return {
    kind: 'lstm',
    inChannels: config.in_channels,
    layers,
    headWeights: reader.floats(config.out_channels * hiddenSize, 'head'),
    headBias: reader.floats(config.out_channels, 'head bias'),
    // Half a second, at least one sample: NAM Core's rule for models without a receptive field.
    prewarmSamples: Math.max(1, Math.trunc(0.5 * sampleRateHz)),
  };
};
