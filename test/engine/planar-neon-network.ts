/** Networks of the A2's layer pattern with drawn weights, small enough to stay stable. */
import type { Convolution, WaveNetNetwork } from '../../src/nam/network.ts';

/** A linear congruential generator: the same numbers on every host. */
const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296 - 0.5;
  };
};

const a2Dilations = [1, 3, 7, 17, 41, 101, 239];
const a2Layers: readonly (readonly [number, number])[] = [
  ...a2Dilations.map((d) => [6, d] as const),
  ...a2Dilations.map((d) => [6, d] as const),
  [15, 1],
  [15, 13],
  ...a2Dilations.map((d) => [6, d] as const),
];

export interface StackOptions {
  readonly layers?: readonly (readonly [kernelSize: number, dilation: number])[];
  readonly headKernel?: number;
  readonly activation?: 'LeakyReLU' | 'ReLU' | 'Tanh';
  readonly seed?: number;
}

export function stackNetwork(channels: number, options: StackOptions = {}): WaveNetNetwork {
  const next = generator(options.seed ?? 1);
  const draw = (count: number, scale: number): Float32Array =>
    Float32Array.from({ length: count }, () => scale * next());
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
    weights: draw(inChannels * outChannels * kernelSize, 1.6 / Math.sqrt(inChannels * kernelSize)),
    bias: bias ? draw(outChannels, 0.2) : null,
  });
  const activation =
    options.activation === 'Tanh'
      ? ({ type: 'Tanh' } as const)
      : options.activation === 'ReLU'
        ? ({ type: 'ReLU' } as const)
        : ({ type: 'LeakyReLU', negativeSlopes: [0.01] } as const);
  const layers = (options.layers ?? a2Layers).map(([kernelSize, dilation]) => ({
    conv: conv(channels, channels, kernelSize, dilation, true),
    inputMixin: conv(1, channels, 1, 1, false),
    layer1x1: conv(channels, channels, 1, 1, true),
    head1x1: null,
    activation,
    gating: 'none' as const,
    secondaryActivation: null,
    bottleneck: channels,
    films: {},
  }));
  return {
    kind: 'wavenet',
    inChannels: 1,
    conditionDsp: null,
    arrays: [
      {
        channels,
        inputSize: 1,
        conditionSize: 1,
        headSize: 1,
        rechannel: conv(1, channels, 1, 1, false),
        layers,
        headRechannel: conv(channels, 1, options.headKernel ?? 16, 1, true),
      },
    ],
    head: null,
    headScale: 0.05,
    prewarmSamples:
      layers.reduce((sum, { conv: c }) => sum + (c.kernelSize - 1) * c.dilation, 1) +
      (options.headKernel ?? 16),
  };
}
