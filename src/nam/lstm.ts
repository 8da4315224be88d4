/** LSTM: the configuration and the weights of a recurrent model. */
import * as z from 'zod';
import { limits } from './limits.ts';
import { ModelError } from './model-error.ts';
import type { LstmLayer, LstmNetwork } from './network.ts';
import { type At, at, count, read, record } from './read.ts';
import type { WeightReader } from './weight-reader.ts';

const layersError = `a whole number from 0 to ${limits.lstmLayers}`;

const schema = record({
  num_layers: z
    .int({ error: layersError })
    .min(0, { error: layersError })
    .max(limits.lstmLayers, { error: layersError }),
  input_size: count(limits.channels),
  hidden_size: count(limits.hiddenSize),
  in_channels: count(limits.channels).default(1),
  out_channels: count(limits.channels).default(1),
});
export interface LstmConfig {
  readonly num_layers: number;
  readonly input_size: number;
  readonly hidden_size: number;
  readonly in_channels: number;
  readonly out_channels: number;
}

export const readLstm = (value: unknown, where: At): LstmConfig => {
  const config = read(schema, value, where);
  if (config.input_size !== config.in_channels) {
    throw new ModelError({
      code: 'config',
      ...at(where, 'input_size'),
      expected: `${config.in_channels}, the input channels`,
      found: String(config.input_size),
    });
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
