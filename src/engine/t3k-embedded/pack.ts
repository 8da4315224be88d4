/**
 * The generator's weights: all layers in one array in the order of their use, [tap][in][out], bias,
 * mixin, 1x1 [in][out], 1x1 bias; then the head [tap][in], its bias and the output scale.
 */
import { memoize } from '../../units/memoize.ts';
import { type LayerPack, packLayer, type Stack } from '../common/layer-stack.ts';

export const layerPack = (channels: number, kernelSize: number): LayerPack => {
  const tap = channels * channels;
  const bias = tap * kernelSize;
  const mixin = bias + channels;
  const one = (input: number, output: number) => mixin + channels + input * channels + output;
  const oneBias = one(channels, 0);
  return { tap, row: channels, bias, mixin, one, oneBias, floats: oneBias + channels };
};

export interface PackedStack {
  readonly data: Float32Array;
  /** Where each layer's weights start; the rechannel is at 0. */
  readonly layers: readonly number[];
  readonly head: number;
}

/** A vector load of the last weights may reach past them. */
const padding = 8;

const packed = new WeakMap<Stack, PackedStack>();

export const packStack = (stack: Stack): PackedStack => memoize(packed, stack, pack);

const pack = ({ channels, layers, rechannel, head, headScale }: Stack): PackedStack => {
  const packs = layers.map(({ kernelSize }) => layerPack(channels, kernelSize));
  const starts = [channels];
  for (const { floats } of packs) starts.push((starts.at(-1) ?? 0) + floats);
  const headAt = starts.pop() ?? 0;
  const data = new Float32Array(headAt + head.weights.length + 2 + padding);
  data.set(rechannel.weights);
  packs.forEach((pack, i) => {
    const layer = layers[i];
    if (layer) packLayer(layer, pack, data, starts[i]);
  });
  data.set(head.weights, headAt);
  data.set([head.bias?.[0] ?? 0, headScale], headAt + head.weights.length);
  return { data, layers: starts, head: headAt };
};
