/** What of a network its cost hangs on: everything but the weights' values. */
import type { Network } from '../../nam/network.ts';

/** Arrays of weights are as long as they are, whatever they hold: no engine looks into them. */
const withoutWeights = (_: string, value: unknown): unknown =>
  value instanceof Float32Array ? `weights ${value.length}` : value;

export const shapeOf = (network: Network): string => JSON.stringify(network, withoutWeights);
