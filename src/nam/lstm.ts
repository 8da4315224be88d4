/** LSTM: the configuration and the weights of a recurrent model. */
import { limits } from './limits.ts';
import { type At, configError } from './model-error.ts';
import type { LstmLayer, LstmNetwork } from './network.ts';
import { at, count, read, record } from './read.ts';
import type { Build } from './weight-reader.ts';

const schema = record({
  num_layers: count(limits.lstmLayers, 0),
  input_size: count(limits.channels),
  hidden_size: count(limits.hiddenSize),
  in_channels: count(limits.channels).default(1),
  out_channels: count(limits.channels).default(1),
});

export const readLstm = (value: unknown, where: At, sampleRateHz: number): Build<LstmNetwork> => {
  const config = read(schema, value, where);
  const { in_channels: inChannels, out_channels: outChannels, hidden_size: hiddenSize } = config;
  if (config.input_size !== inChannels) {
    const expected = `${inChannels}, the input channels`;
    throw configError(at(where, 'input_size'), expected, config.input_size);
  }
  return (reader) => ({
    kind: 'lstm',
    inChannels,
    layers: Array.from({ length: config.num_layers }, (_, i): LstmLayer => {
      const inputSize = i === 0 ? inChannels : hiddenSize;
      const place = `layer ${i}`;
      return {
        inputSize,
        hiddenSize,
        weights: reader.floats(4 * hiddenSize * (inputSize + hiddenSize), place),
        bias: reader.floats(4 * hiddenSize, `${place} bias`),
        initialHidden: reader.floats(hiddenSize, `${place} initial hidden state`),
        initialCell: reader.floats(hiddenSize, `${place} initial cell state`),
      };
    }),
    headWeights: reader.floats(outChannels * hiddenSize, 'head'),
    headBias: reader.floats(outChannels, 'head bias'),
    // Half a second, at least one sample: NAM Core's rule for models without a receptive field.
    prewarmSamples: Math.max(1, Math.trunc(0.5 * sampleRateHz)),
  });
};
