/** ConvNet: a stack of dilated convolutions of two taps, with or without batch norm. */
import type * as z from 'zod';
import { fitSlopes, readActivation } from './activation.ts';
import { limits } from './limits.ts';
import { type At, ModelError } from './model-error.ts';
import type { Activation, ConvNetBlock, ConvNetNetwork } from './network.ts';
import { anything, at, count, flag, list, read, record } from './read.ts';
import type { WeightReader } from './weight-reader.ts';

const schema = record({
  channels: count(limits.channels),
  dilations: list(count(limits.dilation), 'dilations', limits.layers),
  batchnorm: flag,
  activation: anything,
  groups: count(limits.channels).default(1),
  in_channels: count(limits.channels).default(1),
  out_channels: count(limits.channels).default(1),
});

export type ConvNetConfig = Omit<z.output<typeof schema>, 'activation'> & {
  readonly where: At;
  readonly activation: Activation;
};

export const readConvNet = (value: unknown, where: At): ConvNetConfig => {
  const raw = read(schema, value, where);
  const here = at(where, 'activation');
  const activation = fitSlopes(readActivation(raw.activation, here), raw.channels, false);
  if (activation === null) {
    throw new ModelError(
      'config',
      here,
      `a PReLU with one slope, or one for each of the ${raw.channels} channels`,
      'another number of slopes',
    );
  }
  return { ...raw, where, activation };
};

/** NAM Core's folding, rounded to float32 where it rounds. */
const foldBatchNorm = (
  channels: number,
  reader: WeightReader,
  place: string,
  where: At,
): { readonly scale: Float32Array; readonly offset: Float32Array } => {
  const mean = reader.floats(channels, `${place} batch norm mean`);
  const variance = reader.floats(channels, `${place} batch norm variance`);
  const weight = reader.floats(channels, `${place} batch norm weight`);
  const bias = reader.floats(channels, `${place} batch norm bias`);
  const epsilon = reader.scalar(`${place} batch norm epsilon`);
  const scale = new Float32Array(mean.length);
  const offset = new Float32Array(mean.length);
  for (let c = 0; c < mean.length; c++) {
    const spread = Math.fround(epsilon + (variance[c] ?? 0));
    scale[c] = (weight[c] ?? 0) / Math.fround(Math.sqrt(spread));
    offset[c] = (bias[c] ?? 0) - Math.fround((scale[c] ?? 0) * (mean[c] ?? 0));
    if (!(spread > 0 && Number.isFinite(scale[c]) && Number.isFinite(offset[c]))) {
      throw new ModelError(
        'weights',
        { file: where.file, path: where.path.replace(/config$/, 'weights') },
        `a positive variance plus epsilon in the batch norm of ${place}, channel ${c}`,
        String(spread),
      );
    }
  }
  return { scale, offset };
};

export const buildConvNet = (config: ConvNetConfig, reader: WeightReader): ConvNetNetwork => {
  const { channels, dilations, batchnorm, activation, where } = config;
  const blocks = dilations.map((dilation, i): ConvNetBlock => {
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
  });
  return {
    kind: 'convnet',
    inChannels: config.in_channels,
    blocks,
    head: reader.convolution({ inChannels: channels, outChannels: config.out_channels }, 'head'),
    prewarmSamples: 1 + dilations.reduce((sum, dilation) => sum + dilation, 0),
  };
};
