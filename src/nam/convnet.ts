/** ConvNet: a stack of dilated convolutions of two taps, with or without batch norm. */
import { fitSlopes, readActivation } from './activation.ts';
import { limits } from './limits.ts';
import { type At, configError, ModelError } from './model-error.ts';
import type { ConvNetBlock, ConvNetNetwork } from './network.ts';
import { anything, at, count, flag, list, read, record } from './read.ts';
import type { Build, WeightReader } from './weight-reader.ts';

const schema = record({
  channels: count(limits.channels),
  dilations: list(count(limits.dilation), 'dilations', limits.layers),
  batchnorm: flag,
  activation: anything,
  groups: count(limits.channels).default(1),
  in_channels: count(limits.channels).default(1),
  out_channels: count(limits.channels).default(1),
});

/** NAM Core's folding, rounded to float32 where it rounds. */
const foldBatchNorm = (
  channels: number,
  reader: WeightReader,
  place: string,
  where: At,
): ConvNetBlock['batchNorm'] => {
  const mean = reader.floats(channels, `${place} batch norm mean`);
  const variance = reader.floats(channels, `${place} batch norm variance`);
  const weight = reader.floats(channels, `${place} batch norm weight`);
  const bias = reader.floats(channels, `${place} batch norm bias`);
  const epsilon = reader.scalar(`${place} batch norm epsilon`);
  const scale = new Float32Array(mean.length);
  const offset = new Float32Array(mean.length);
  for (const [c, center] of mean.entries()) {
    const spread = Math.fround(epsilon + (variance[c] ?? 0));
    scale[c] = (weight[c] ?? 0) / Math.fround(Math.sqrt(spread));
    offset[c] = (bias[c] ?? 0) - Math.fround((scale[c] ?? 0) * center);
    if (!(spread > 0 && Number.isFinite(scale[c]) && Number.isFinite(offset[c]))) {
      const here = { file: where.file, path: where.path.replace(/config$/, 'weights') };
      const expected = `a positive variance plus epsilon in the batch norm of ${place}, channel ${c}`;
      throw new ModelError('weights', here, expected, String(spread));
    }
  }
  return { scale, offset };
};

export const readConvNet = (value: unknown, where: At): Build<ConvNetNetwork> => {
  const config = read(schema, value, where);
  const { channels, dilations, batchnorm } = config;
  const here = at(where, 'activation');
  const activation = fitSlopes(readActivation(config.activation, here), channels, false);
  if (activation === null) {
    const expected = `a PReLU with one slope, or one for each of the ${channels} channels`;
    throw configError(here, expected, 'another number of slopes');
  }
  return (reader) => ({
    kind: 'convnet',
    inChannels: config.in_channels,
    blocks: dilations.map((dilation, i): ConvNetBlock => {
      const place = `block ${i}`;
      const conv = reader.convolution(
        {
          inChannels: i === 0 ? config.in_channels : channels,
          outChannels: channels,
          kernelSize: 2,
          dilation,
          groups: [config.groups, at(where, 'groups')],
          bias: !batchnorm,
        },
        place,
      );
      const batchNorm = batchnorm ? foldBatchNorm(channels, reader, place, where) : null;
      return { conv, batchNorm, activation };
    }),
    head: reader.convolution({ inChannels: channels, outChannels: config.out_channels }, 'head'),
    prewarmSamples: 1 + dilations.reduce((sum, dilation) => sum + dilation, 0),
  });
};
