/** Networks that are small enough to interpret, with weights from a seed. */
import type { Activation, Convolution, LayerArray, WaveNetNetwork } from '../../src/nam/network.ts';

/** Numbers in -1 to 1 from a linear congruence: equal on every host. */
export const numbersFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
};

export interface ArrayShape {
  readonly channels: number;
  readonly headSize: number;
  readonly kernelSize: number;
  readonly dilations: readonly number[];
  readonly headKernelSize?: number;
}

export interface NetworkShape {
  readonly arrays: readonly ArrayShape[];
  readonly activation: Activation;
  readonly seed: number;
  /** @default true */
  readonly biases?: boolean;
}

export const waveNet = (shape: NetworkShape): WaveNetNetwork => {
  const next = numbersFrom(shape.seed);
  const withBias = shape.biases ?? true;
  const convolution = (
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    dilation: number,
    bias: boolean,
  ): Convolution => {
    const scale = 1 / Math.sqrt(inChannels * kernelSize);
    const count = kernelSize * outChannels * inChannels;
    return {
      inChannels,
      outChannels,
      kernelSize,
      dilation,
      groups: 1,
      weights: Float32Array.from({ length: count }, () => scale * next()),
      bias: bias
        ? Float32Array.from({ length: outChannels }, () => (withBias ? 0.1 * next() : 0))
        : null,
    };
  };
  let inputs = 1;
  let lookback = 0;
  const arrays = shape.arrays.map((array, index): LayerArray => {
    const { channels, headSize, kernelSize, dilations, headKernelSize = 1 } = array;
    const made: LayerArray = {
      channels,
      inputSize: inputs,
      conditionSize: 1,
      headSize,
      rechannel: convolution(inputs, channels, 1, 1, false),
      layers: dilations.map((dilation) => ({
        conv: convolution(channels, channels, kernelSize, dilation, true),
        inputMixin: convolution(1, channels, 1, 1, false),
        layer1x1: convolution(channels, channels, 1, 1, true),
        head1x1: null,
        activation: shape.activation,
        gating: 'none',
        secondaryActivation: null,
        bottleneck: channels,
        films: {},
      })),
      headRechannel: convolution(
        channels,
        headSize,
        headKernelSize,
        1,
        index === shape.arrays.length - 1,
      ),
    };
    inputs = channels;
    lookback += headKernelSize - 1;
    for (const dilation of dilations) lookback += (kernelSize - 1) * dilation;
    return made;
  });
  return {
    kind: 'wavenet',
    inChannels: 1,
    conditionDsp: null,
    arrays,
    head: null,
    headScale: 0.5,
    prewarmSamples: lookback + 1,
  };
};

/** One array of this many channels, the shape of slimmable models. */
export const oneArray = (channels: number, activation: Activation): WaveNetNetwork =>
  waveNet({
    arrays: [{ channels, headSize: 1, kernelSize: 3, dilations: [1, 2, 5] }],
    activation,
    seed: channels,
  });

/** Two arrays, the second half as wide: the shape of A1. */
export const twoArrays = (channels: number, activation: Activation): WaveNetNetwork => {
  const half = Math.max(1, Math.floor(channels / 2));
  return waveNet({
    arrays: [
      { channels, headSize: half, kernelSize: 3, dilations: [1, 4] },
      { channels: half, headSize: 1, kernelSize: 3, dilations: [2, 1] },
    ],
    activation,
    seed: 100 + channels,
  });
};

/** The shape of A2: 23 layers and a head of 16 taps. Without biases silence leaves no trace. */
export const a2Shape = (channels: number): WaveNetNetwork => {
  const seven = [1, 3, 7, 17, 41, 101, 239];
  const array = (kernelSize: number, dilations: readonly number[]): NetworkShape => ({
    arrays: [{ channels, headSize: 1, kernelSize, dilations, headKernelSize: 16 }],
    activation: { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] },
    seed: 7,
    biases: false,
  });
  const six = waveNet(array(6, [...seven, ...seven, 1, 1, ...seven])).arrays[0]!;
  const fifteen = waveNet(array(15, [1, 13])).arrays[0]!;
  const layers = six.layers.map((layer, i) =>
    i === 14 || i === 15 ? fifteen.layers[i - 14]! : layer,
  );
  return {
    kind: 'wavenet',
    inChannels: 1,
    conditionDsp: null,
    arrays: [{ ...six, layers }],
    head: null,
    headScale: Math.fround(0.01),
    prewarmSamples: 0,
  };
};
