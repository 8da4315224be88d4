/** The activations of a `.nam` file: a name, or an object with a type and its parameters. */
import * as z from 'zod';
import { limits } from './limits.ts';
import type { At } from './model-error.ts';
import { type Activation, activationTypes } from './network.ts';
import { list, number, read, record } from './read.ts';

/** Names in files: no 'Identity', and NAM Core knows both spellings of the leaky hard tanh. */
const [, ...types] = activationTypes;
const names = types.flatMap((type) =>
  type === 'LeakyHardtanh' ? [type, 'LeakyHardTanh' as const] : [type],
);
const name = z.enum(names, { error: `one of ${names.join(', ')}` });

const slope = number.optional();
const withParameters = record({
  type: name,
  negative_slope: slope,
  negative_slopes: list(number, 'slopes', 2 * limits.channels).optional(),
  min_val: slope,
  max_val: slope,
  min_slope: slope,
  max_slope: slope,
});

/** NAM Core's own default for leaky slopes. */
const defaultSlope = Math.fround(0.01);

export const readActivation = (value: unknown, where: At): Activation => {
  const isObject = typeof value === 'object' && value !== null;
  const config = read(withParameters, isObject ? value : { type: read(name, value, where) }, where);
  const type = config.type === 'LeakyHardTanh' ? 'LeakyHardtanh' : config.type;
  const { negative_slope: one, negative_slopes: many } = config;
  const single = [Math.fround(one ?? defaultSlope)];
  switch (type) {
    case 'LeakyReLU':
      return { type, negativeSlopes: single };
    case 'PReLU':
      // The single slope wins where a file has both, as in NAM Core.
      return { type, negativeSlopes: one === undefined && many ? many.map(Math.fround) : single };
    case 'LeakyHardtanh':
      return {
        type,
        minValue: Math.fround(config.min_val ?? -1),
        maxValue: Math.fround(config.max_val ?? 1),
        minSlope: Math.fround(config.min_slope ?? defaultSlope),
        maxSlope: Math.fround(config.max_slope ?? defaultSlope),
      };
    default:
      return { type };
  }
};

/**
 * Slopes of a PReLU fitted to the channels it acts on. NAM Core walks a flat block with the slopes
 * repeating, which is per channel only where their number divides the channels; in gated layers it
 * takes the first slope for the first channel and so on. Null where NAM Core's result would depend
 * on the block's position or on memory it does not own.
 */
export const fitSlopes = (
  activation: Activation,
  channels: number,
  gated: boolean,
): Activation | null => {
  const { type, negativeSlopes: slopes } = activation;
  if (type !== 'PReLU' || slopes === undefined) return activation;
  if (gated ? slopes.length < channels : channels % slopes.length !== 0) return null;
  if (slopes.length === 1) return activation;
  const fitted = Array.from({ length: channels }, (_, c) => slopes[c % slopes.length] ?? 0);
  return { type, negativeSlopes: fitted };
};
