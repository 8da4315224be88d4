/** ConvNet: a stack of dilated convolutions of two taps, with or without batch norm. */
import { fitSlopes, readActivation } from './activation.ts';
import { limits } from './limits.ts';
import { ModelError } from './model-error.ts';
import type { Activation, ConvNetBlock, ConvNetNetwork } from './network.ts';
import { type At, anything, at, count, flag, list, read, record } from './read.ts';
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

export interface ConvNetConfig {
  readonly where: At;
  readonly channels: number;
  readonly dilations: readonly number[];
  readonly batchnorm: boolean;
  readonly activation: Activation;
  readonly groups: number;
  readonly in_channels: number;
  readonly out_channels: number;
}

export const readConvNet = (value: unknown, where: At): ConvNetConfig => {
  const raw = read(schema, value, where);
  const here = at(where, 'activation');
  const activation = fitSlopes(readActivation(raw.activation, here), raw.channels, false);
  if (activation === null) {
    throw new ModelError({
      code: 'config',
      ...here,
      expected: `a PReLU with one slope, or one for each of the ${raw.channels} channels`,
      found: 'another number of slopes',
    });
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
      throw new ModelError({
        code: 'weights',
        file: where.file,
        path: where.path.replace(/config$/, 'weights'),
        expected: `a positive variance plus epsilon in the batch norm of ${place}, channel ${c}`,
        found: String(spread),
      });
    }
  }
  return { scale, offset };
};

export const buildConvNet = (config: ConvNetConfig, reader: WeightReader): ConvNetNetwork => {
  const blocks = config.dilations.map((dilation, i): ConvNetBlock => {
    const place = `block ${i}`;
    const conv = reader.convolution(
      {
        inChannels: i === 0 ? config.in_channels : config.channels,
        outChannels: config.channels,
        kernelSize: 2,
        dilation,
        groups: config.groups,
        bias: !config.batchnorm,
        groupsAt: at(config.where, 'groups'),
      },
      place,
    );
    const batchNorm = config.batchnorm
      ? foldBatchNorm(config.channels, reader, place, config.where)
      : null;
    return { conv, batchNorm, activation: config.activation };
  });
  const head = reader.convolution(
    {
      inChannels: config.channels,
      outChannels: config.out_channels,
      kernelSize: 1,
      dilation: 1,
      groups: 1,
      bias: true,
      groupsAt: config.where,
    },
    'head',
  );
  return {
    kind: 'convnet',
    inChannels: config.in_channels,
    blocks,
    head,
    prewarmSamples: 1 + config.dilations.reduce((sum, dilation) => sum + dilation, 0),
  };
};
