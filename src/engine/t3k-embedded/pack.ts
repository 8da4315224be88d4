/**
 * The generator's weights: all layers in one array in the order of their use, [tap][in][out], bias,
 * mixin, 1x1 [in][out], 1x1 bias; then the head [tap][in], its bias and the output scale.
 */
import type { Stack, StackLayer } from '../planar-neon/stack.ts';

/** Offsets within one layer's weights. */
export interface LayerPack {
  readonly bias: number;
  readonly mixin: number;
  readonly one: number;
  readonly oneBias: number;
  readonly floats: number;
}

export const layerPack = (channels: number, kernelSize: number): LayerPack => {
  const bias = channels * channels * kernelSize;
  const one = bias + 2 * channels;
  const oneBias = one + channels * channels;
  return { bias, mixin: bias + channels, one, oneBias, floats: oneBias + channels };
};

const writeLayer = (out: Float32Array, at: number, layer: StackLayer, channels: number): void => {
  const { kernelSize, conv, mixin, layer1x1 } = layer;
  const pack = layerPack(channels, kernelSize);
  for (let o = 0; o < channels; o++) {
    for (let j = 0; j < channels; j++) {
      for (let k = 0; k < kernelSize; k++) {
        const from = (k * channels + o) * channels + j;
        out[at + (k * channels + j) * channels + o] = conv.weights[from]!;
      }
      out[at + pack.one + j * channels + o] = layer1x1.weights[o * channels + j]!;
    }
    out[at + pack.bias + o] = conv.bias?.[o] ?? 0;
    out[at + pack.mixin + o] = mixin.weights[o]!;
    out[at + pack.oneBias + o] = layer1x1.bias?.[o] ?? 0;
  }
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

export function packStack(stack: Stack): PackedStack {
  const known = packed.get(stack);
  if (known !== undefined) return known;
  const { channels } = stack;
  const layers: number[] = [];
  let floats = channels;
  for (const layer of stack.layers) {
    layers.push(floats);
    floats += layerPack(channels, layer.kernelSize).floats;
  }
  const head = floats;
  const headFloats = channels * stack.head.kernelSize;
  const data = new Float32Array(head + headFloats + 2 + padding);
  data.set(stack.rechannel.weights, 0);
  stack.layers.forEach((layer, i) => {
    writeLayer(data, layers[i]!, layer, channels);
  });
  data.set(stack.head.weights, head);
  data[head + headFloats] = stack.head.bias?.[0] ?? 0;
  data[head + headFloats + 1] = stack.headScale;
  const result = { data, layers, head };
  packed.set(stack, result);
  return result;
}
