/** Weights as Eigen holds them: one column-major matrix per tap, zeros outside the groups. */
import type { Convolution } from '../../nam/network.ts';

export const isDepthwise = (conv: Convolution): boolean =>
  conv.groups === conv.inChannels && conv.inChannels === conv.outChannels;

/** out x in of one tap, column-major. */
const tapMatrix = (conv: Convolution, tap: number): Float32Array => {
  const { inChannels, outChannels, groups } = conv;
  const inPerGroup = inChannels / groups;
  const outPerGroup = outChannels / groups;
  const matrix = new Float32Array(inChannels * outChannels);
  for (let out = 0; out < outChannels; out++) {
    const firstIn = Math.floor(out / outPerGroup) * inPerGroup;
    for (let i = 0; i < inPerGroup; i++) {
      const weight = conv.weights[(tap * outChannels + out) * inPerGroup + i] ?? 0;
      matrix[(firstIn + i) * outChannels + out] = weight;
    }
  }
  return matrix;
};

const known = new WeakMap<Convolution, Float32Array>();

/** All taps, one matrix after the other; shared by everything that is lowered from this convolution. */
export const tapMatrices = (conv: Convolution): Float32Array => {
  const shared = known.get(conv);
  if (shared) return shared;
  const size = conv.inChannels * conv.outChannels;
  const all = new Float32Array(size * conv.kernelSize);
  for (let tap = 0; tap < conv.kernelSize; tap++) all.set(tapMatrix(conv, tap), tap * size);
  known.set(conv, all);
  return all;
};
