/** What a model's cost hangs on, as a text: captures of one shape share it. */
import type { Model, Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { textKey } from '../../units/content-key.ts';

/** Arrays of weights are as long as they are, whatever they hold: no engine looks into them. */
const withoutWeights = (name: string, value: unknown): unknown => {
  if (value instanceof Float32Array) return `weights ${value.length}`;
  const isWeight = typeof value === 'number' && (name === 'headScale' || name === 'bias');
  // Our own engine leaves out a product with one.
  return isWeight && value !== 1 ? 'weight' : value;
};

/** The same text for networks that cost the same: all of it but the weights. */
export const shapeOf = (network: Network): string => JSON.stringify(network, withoutWeights);

/** The same for models that differ in nothing but the values of their weights; `shape` is that at the width. */
export const modelKeyOf = (model: Model, width: Width, shape: string): string => {
  const { version, architecture, metadata } = model;
  return textKey(JSON.stringify([version, architecture, metadata.sampleRateHz, width, shape]));
};
