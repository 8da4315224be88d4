/**
 * A network as a flat list of operations on buffers, for one block of any length. The reference
 * executor runs it as it stands; an engine lowers it to kernels. Signals are channels x frames.
 */
import type { Activation, Convolution, LstmLayer, Network } from '../nam/network.ts';

/** Index into `Program.buffers`. */
export type BufferId = number;

export interface Buffer {
  readonly name: string;
  readonly channels: number;
}

/** `layer`: where it belongs, for `explain`: 'array 0 layer 3', 'head', ... */
export type Operation = { readonly layer: string } & Readonly<
  | { op: 'zero'; dst: BufferId }
  | { op: 'copy'; src: BufferId; dst: BufferId; rows: number }
  /** dst = conv(src); the convolution's history of src is state, one per operation. */
  | { op: 'conv'; role: ConvRole; src: BufferId; dst: BufferId; conv: Convolution }
  /** dst = a + b, over the first `rows` channels. */
  | { op: 'add'; role: AddRole; a: BufferId; b: BufferId; dst: BufferId; rows: number }
  /** In place on all channels of buf. */
  | { op: 'activation'; buf: BufferId; activation: Activation }
  | Gate
  | Film
  /** dst = scale * src. */
  | { op: 'scale'; src: BufferId; dst: BufferId; scale: number }
  /** dst[c] = scale[c] * src[c] + offset[c]. */
  | { op: 'affine'; buf: BufferId; scale: Float32Array; offset: Float32Array }
  | { op: 'lstm'; src: BufferId; dst: BufferId; cell: LstmLayer }
>;

/**
 * buf holds 2 x rows channels. gated: top = primary(top) * secondary(bottom).
 * blended: top = a * primary(top) + (1 - a) * top with a = secondary(bottom).
 */
interface Gate {
  readonly op: 'gate';
  readonly mode: 'gated' | 'blended';
  readonly buf: BufferId;
  readonly rows: number;
  readonly primary: Activation;
  readonly secondary: Activation;
}

/** dst = src * scale(condition) [+ shift(condition)], over the first `rows` channels. */
interface Film {
  readonly op: 'film';
  readonly src: BufferId;
  readonly condition: BufferId;
  readonly dst: BufferId;
  readonly rows: number;
  readonly conv: Convolution;
  readonly shift: boolean;
}

export type ConvRole =
  | 'rechannel'
  | 'conv'
  | 'mixin'
  | 'layer1x1'
  | 'head1x1'
  | 'headRechannel'
  | 'head'
  | 'film'
  | 'linear';
export type AddRole = 'mixin' | 'head' | 'residual';

export interface Program {
  readonly network: Network;
  readonly buffers: readonly Buffer[];
  readonly input: BufferId;
  readonly output: BufferId;
  readonly operations: readonly Operation[];
  readonly prewarmSamples: number;
}
