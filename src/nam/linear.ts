/** Linear: one impulse response. */
import * as z from 'zod';
import { limits } from './limits.ts';
import type { At } from './model-error.ts';
import type { LinearNetwork } from './network.ts';
import { count, flag, read, record } from './read.ts';
import type { Build } from './weight-reader.ts';

/** How NAM Core is told to compute it; all give the same samples up to rounding. */
const implementations: Readonly<Record<string, NonNullable<LinearNetwork['implementation']>>> = {
  auto: 'auto',
  direct: 'direct',
  legacy: 'direct',
  old: 'direct',
  fft: 'fft',
  partitioned_fft: 'fft',
  'partitioned-fft': 'fft',
};
const error = `one of ${Object.keys(implementations).join(', ')}`;

const schema = record({
  receptive_field: count(limits.impulseLength),
  bias: flag,
  in_channels: count(limits.channels).default(1),
  out_channels: count(limits.channels).default(1),
  implementation: z
    .string({ error })
    .refine((name) => Object.hasOwn(implementations, name.toLowerCase()), { error })
    .default('auto'),
});

export const readLinear = (value: unknown, where: At): Build<LinearNetwork> => {
  const config = read(schema, value, where);
  return (reader) => ({
    kind: 'linear',
    implementation: implementations[config.implementation.toLowerCase()] ?? 'auto',
    inChannels: config.in_channels,
    outChannels: config.out_channels,
    impulse: reader.floats(config.receptive_field, 'impulse response'),
    bias: config.bias ? reader.scalar('bias') : 0,
    hasBias: config.bias,
    prewarmSamples: 0,
  });
};
