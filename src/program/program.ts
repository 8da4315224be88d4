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

/** Where an operation belongs, for `explain`: 'array 0 layer 3', 'head', ... */
export interface Place {
  readonly layer: string;
}

export type Operation = Place &
  (
    | { readonly op: 'zero'; readonly dst: BufferId }
    | { readonly op: 'copy'; readonly src: BufferId; readonly dst: BufferId; readonly rows: number }
    /** dst = conv(src); the convolution's history of src is state, one per operation. */
    | {
        readonly op: 'conv';
        readonly role: ConvRole;
        readonly src: BufferId;
        readonly dst: BufferId;
        readonly conv: Convolution;
      }
    /** dst = a + b, over the first `rows` channels. */
    | {
        readonly op: 'add';
        readonly role: AddRole;
        readonly a: BufferId;
        readonly b: BufferId;
        readonly dst: BufferId;
        readonly rows: number;
      }
    /** In place on all channels of buf. */
    | { readonly op: 'activation'; readonly buf: BufferId; readonly activation: Activation }
    /**
     * buf holds 2 x rows channels. gated: top = primary(top) * secondary(bottom).
     * blended: top = a * primary(top) + (1 - a) * top with a = secondary(bottom).
     */
    | {
        readonly op: 'gate';
        readonly mode: 'gated' | 'blended';
        readonly buf: BufferId;
        readonly rows: number;
        readonly primary: Activation;
        readonly secondary: Activation;
      }
    /** dst = src * scale(condition) [+ shift(condition)], over the first `rows` channels. */
    | {
        readonly op: 'film';
        readonly src: BufferId;
        readonly condition: BufferId;
        readonly dst: BufferId;
        readonly rows: number;
        readonly conv: Convolution;
        readonly shift: boolean;
      }
    /** dst = scale * src. */
    | {
        readonly op: 'scale';
        readonly src: BufferId;
        readonly dst: BufferId;
        readonly scale: number;
      }
    /** dst[c] = scale[c] * src[c] + offset[c]. */
    | {
        readonly op: 'affine';
        readonly buf: BufferId;
        readonly scale: Float32Array;
        readonly offset: Float32Array;
      }
    | {
        readonly op: 'lstm';
        readonly src: BufferId;
        readonly dst: BufferId;
        readonly cell: LstmLayer;
      }
  );

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
