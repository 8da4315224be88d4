// biome-ignore-all lint/style/noNonNullAssertion: faultOf refused layers without layer1x1, and another number of layers
/**
 * The layer stack that the specialised engines know: one layer array with a mono input, plain layers
 * (no gating, FiLM, groups or bottleneck), a head convolution over the sum of the activations. Both
 * A2 shapes are of this kind. Knows nothing of instruction sets.
 */
import type { Convolution, LayerArray, Network, WaveNetLayer } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import { memoize } from '../../units/memoize.ts';

export interface StackLayer {
  readonly kernelSize: number;
  readonly dilation: number;
  /** Frames of history: (kernelSize - 1) x dilation. */
  readonly lookback: number;
  readonly conv: Convolution;
  readonly mixin: Convolution;
  readonly layer1x1: Convolution;
}

/** Where an engine keeps a layer's weights: indices of floats. */
export interface LayerPack {
  /** Floats of a tap, and in it of the outputs of one input. */
  readonly tap: number;
  readonly row: number;
  readonly bias: number;
  readonly mixin: number;
  /** The 1x1's weight from `input` to `output`. */
  readonly one: (input: number, output: number) => number;
  readonly oneBias: number;
  readonly floats: number;
}

/** Writes a layer's weights to where `pack` has them, from `at` on. */
export function packLayer(layer: StackLayer, pack: LayerPack, out: Float32Array, at = 0): void {
  const { conv, mixin, layer1x1 } = layer;
  const { outChannels: outputs, inChannels: inputs } = conv;
  conv.weights.forEach((weight, i) => {
    const row = Math.floor(i / inputs);
    const [tap, output] = [Math.floor(row / outputs), row % outputs];
    out[at + pack.tap * tap + pack.row * (i % inputs) + output] = weight;
  });
  layer1x1.weights.forEach((weight, i) => {
    out[at + pack.one(i % inputs, Math.floor(i / inputs))] = weight;
  });
  out.set(conv.bias ?? [], at + pack.bias);
  out.set(mixin.weights, at + pack.mixin);
  out.set(layer1x1.bias ?? [], at + pack.oneBias);
}

export interface Stack {
  readonly channels: number;
  readonly layers: readonly StackLayer[];
  readonly rechannel: Convolution;
  readonly head: Convolution;
  readonly headScale: number;
  /** y = max(x, slope * x): LeakyReLU, or ReLU where it is 0. */
  readonly slope: number;
}

export type StackReading =
  | { readonly stack: Stack }
  /** Why the network is no such stack, as the end of a sentence. */
  | { readonly reason: string };

const slopeOf = (layer: WaveNetLayer): number | null => {
  const { type, negativeSlopes } = layer.activation;
  if (type === 'ReLU') return 0;
  const slope = negativeSlopes?.[0];
  return type === 'LeakyReLU' && slope !== undefined && slope >= 0 && slope <= 1 ? slope : null;
};

const faultOf = (layer: WaveNetLayer, channels: number): string | null => {
  if (layer.gating !== 'none') return 'its layers are gated';
  if (Object.keys(layer.films).length > 0) return 'its layers are modulated (FiLM)';
  if (layer.head1x1) return 'its layers have a head1x1';
  if (!layer.layer1x1) return 'its layers have no layer1x1';
  if (layer.bottleneck !== channels) return 'its layers have a bottleneck';
  if (slopeOf(layer) === null) return `its activation is ${layer.activation.type}`;
  const grouped = [layer.conv, layer.inputMixin, layer.layer1x1].some((conv) => conv.groups !== 1);
  return grouped ? 'its convolutions are grouped' : null;
};

const readArray = (array: LayerArray, headScale: number): StackReading => {
  if (array.inputSize !== 1 || array.conditionSize !== 1) return { reason: 'it is not mono' };
  if (array.headSize !== 1) return { reason: `its head has ${array.headSize} outputs` };
  const first = array.layers[0];
  if (!first) return { reason: 'it has no layers' };
  for (const layer of array.layers) {
    const reason = faultOf(layer, array.channels);
    if (reason) return { reason };
  }
  const slope = slopeOf(first) ?? 0;
  if (array.layers.some((layer) => slopeOf(layer) !== slope)) {
    return { reason: 'its layers differ in their activation' };
  }
  const layers = array.layers.map(({ conv, inputMixin, layer1x1 }) => ({
    kernelSize: conv.kernelSize,
    dilation: conv.dilation,
    lookback: (conv.kernelSize - 1) * conv.dilation,
    conv,
    mixin: inputMixin,
    layer1x1: layer1x1!,
  }));
  const { channels, rechannel, headRechannel: head } = array;
  return { stack: { channels, layers, rechannel, head, headScale, slope } };
};

const readings = new WeakMap<Program, StackReading>();

/** The same stack for everybody who asks about a program. */
export const readStack = (program: Program): StackReading =>
  memoize(readings, program, ({ network }) => readNetwork(network));

function readNetwork(network: Network): StackReading {
  if (network.kind !== 'wavenet') return { reason: `it is a ${network.kind} network` };
  if (network.conditionDsp) return { reason: 'it has a condition DSP' };
  if (network.head) return { reason: 'it has a post-stack head' };
  const [array, ...more] = network.arrays;
  if (!array || more.length > 0) return { reason: `it has ${network.arrays.length} layer arrays` };
  return readArray(array, network.headScale);
}

/** The layers of NAM's A2: kernel sizes and dilations, in order. */
const a2Dilations = [1, 3, 7, 17, 41, 101, 239];
export const a2Layers: readonly (readonly [kernelSize: number, dilation: number])[] = [
  ...a2Dilations.map((d) => [6, d] as const),
  ...a2Dilations.map((d) => [6, d] as const),
  [15, 1],
  [15, 13],
  ...a2Dilations.map((d) => [6, d] as const),
];

/** The A2 shapes of NAM Core's fast paths: 3 or 8 channels, this layer list, LeakyReLU 0.01. */
export function isA2(stack: Stack): boolean {
  return (
    (stack.channels === 3 || stack.channels === 8) &&
    Math.abs(stack.slope - 0.01) < 1e-6 &&
    stack.head.kernelSize === 16 &&
    stack.head.bias !== null &&
    stack.layers.length === a2Layers.length &&
    stack.layers.every(
      (layer, i) => layer.kernelSize === a2Layers[i]![0] && layer.dilation === a2Layers[i]![1],
    )
  );
}
