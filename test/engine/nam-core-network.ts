/** Small networks with drawn weights, for engines of NAM Core's family. */
import type { Activation, Convolution, WaveNetNetwork } from '../../src/nam/network.ts';

export const draws = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296 - 0.5;
  };
};

export interface SmallShape {
  readonly channels: readonly number[];
  readonly kernelSize: number;
  readonly dilations: readonly number[];
  readonly activation: Activation;
  readonly gating?: 'none' | 'gated' | 'blended';
  readonly seed?: number;
}

/** Arrays one after the other: 16/8 is channels [16, 8]. */
export const smallNetwork = (shape: SmallShape): WaveNetNetwork => {
  const next = draws(shape.seed ?? 1);
  const conv = (
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    dilation: number,
    bias: boolean,
  ): Convolution => ({
    inChannels,
    outChannels,
    kernelSize,
    dilation,
    groups: 1,
    weights: Float32Array.from(
      { length: inChannels * outChannels * kernelSize },
      () => next() / Math.sqrt(inChannels * kernelSize),
    ),
    bias: bias ? Float32Array.from({ length: outChannels }, () => 0.2 * next()) : null,
  });
  const gating = shape.gating ?? 'none';
  const arrays = shape.channels.map((channels, index) => {
    const inputs = index === 0 ? 1 : (shape.channels[index - 1] ?? 1);
    const headSize = shape.channels[index + 1] ?? 1;
    const rows = gating === 'none' ? channels : 2 * channels;
    return {
      channels,
      inputSize: inputs,
      conditionSize: 1,
      headSize,
      rechannel: conv(inputs, channels, 1, 1, false),
      layers: shape.dilations.map((dilation) => ({
        conv: conv(channels, rows, shape.kernelSize, dilation, true),
        inputMixin: conv(1, rows, 1, 1, false),
        layer1x1: conv(channels, channels, 1, 1, true),
        head1x1: null,
        activation: shape.activation,
        gating,
        secondaryActivation: gating === 'none' ? null : ({ type: 'Sigmoid' } as const),
        bottleneck: channels,
        films: {},
      })),
      headRechannel: conv(channels, headSize, 1, 1, headSize === 1),
    };
  });
  return {
    kind: 'wavenet',
    inChannels: 1,
    conditionDsp: null,
    arrays,
    head: null,
    headScale: 0.5,
    prewarmSamples:
      1 +
      arrays.length *
        (shape.kernelSize - 1) *
        Math.max(...shape.dilations) *
        shape.dilations.length,
  };
};
