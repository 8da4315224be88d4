/** Gives a WaveNet seeded weights, so that an architecture can be run before anybody trains it. */
import type { Convolution, LstmNetwork, WaveNetNetwork } from './network.ts';

/** Mulberry32 as a generator of uniform numbers, mean 0, variance 1: the same on every host. */
const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1) * Math.sqrt(3);
  };
};

/** Scaled by the number of inputs, so that signals keep their size from layer to layer. */
export const seedWaveNet = (network: WaveNetNetwork, seed: number): WaveNetNetwork => {
  const next = uniform(seed);
  const draw = (conv: Convolution, gain: number): Convolution => {
    const scale = gain / Math.sqrt((conv.inChannels / conv.groups) * conv.kernelSize);
    return {
      ...conv,
      weights: conv.weights.map(() => next() * scale),
      bias: conv.bias === null ? null : conv.bias.map(() => next() * 0.05),
    };
  };
  const arrays = network.arrays.map((array) => ({
    ...array,
    rechannel: draw(array.rechannel, 1),
    layers: array.layers.map((layer) => ({
      ...layer,
      conv: draw(layer.conv, 1.2),
      inputMixin: draw(layer.inputMixin, 0.5),
      layer1x1: layer.layer1x1 && draw(layer.layer1x1, 0.25),
    })),
    headRechannel: draw(array.headRechannel, 1 / Math.sqrt(array.layers.length)),
  }));
  return { ...network, arrays, headScale: 0.3 };
};

/** Within 1 / sqrt(hidden size), as recurrent layers begin their training. */
export const seedLstm = (network: LstmNetwork, seed: number): LstmNetwork => {
  const next = uniform(seed);
  const draw = (values: Float32Array, hidden: number): Float32Array =>
    values.map(() => next() / Math.sqrt(3 * hidden));
  const hidden = network.layers[0]?.hiddenSize ?? 1;
  return {
    ...network,
    layers: network.layers.map((layer) => ({
      ...layer,
      weights: draw(layer.weights, hidden),
      bias: draw(layer.bias, hidden),
    })),
    headWeights: draw(network.headWeights, hidden),
  };
};
