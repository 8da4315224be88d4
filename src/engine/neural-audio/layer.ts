/**
 * The layers of one array, for chunks of one length. They differ in weights, dilation and taps; what
 * they have in common is written once.
 */
import type { Reference } from '../../kernel/lowered.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import type { TanhKind } from '../engine.ts';
import { appendChunkActivation } from './activation.ts';
import { type Calls, overheadOf } from './calls.ts';
import { appendConvolution } from './convolution.ts';
import type { Append, ProductOperands } from './passes.ts';
import { type Chunk, maxChunkFrames, type PreparedLayer, windowOf } from './prepared.ts';
import type { Products } from './products.ts';

export interface LayerSignals {
  readonly condition: Reference;
  readonly headInput: Reference;
  /** Where the residual goes; null where nobody reads it. */
  readonly result: Reference | null;
}

export class LayerWriter {
  private readonly lowering: Lowering;
  private readonly products: Products;
  private readonly tanh: TanhKind;
  private readonly channels: number;
  private readonly frames: number;
  private readonly calls: Calls;
  private readonly state: Reference;
  private readonly overhead: (place: Place) => void;
  private readonly mixin: Append<ProductOperands>;
  private readonly sum: ReturnType<Products['sum']>;
  /** Written when the first layer needs it: the only layer of an array may not. */
  private layer1x1: Append<Required<ProductOperands>> | undefined;

  constructor(
    lowering: Lowering,
    products: Products,
    tanh: TanhKind,
    channels: number,
    frames: number,
  ) {
    this.lowering = lowering;
    this.products = products;
    this.tanh = tanh;
    this.channels = channels;
    this.frames = frames;
    this.calls = products.calls(channels);
    this.state = lowering.scratch(`state of ${channels}`, channels * maxChunkFrames);
    this.overhead = overheadOf(lowering, this.calls.layer);
    this.mixin = products.outer(channels, frames, false);
    this.sum = products.sum(channels, frames);
  }

  append(name: string, prepared: PreparedLayer, chunk: Chunk, signals: LayerSignals): void {
    const { lowering, state, sum } = this;
    const { layer, history, conv, convBias, mixin, one, oneBias } = prepared;
    const { condition, headInput, result } = signals;
    const place = (kind: string): Place => ({ layer: name, kind });
    this.overhead(place('overhead'));
    const taps = this.products.taps(layer.conv, this.frames);
    const convolution = { weights: conv, bias: convBias, result: state };
    appendConvolution(lowering, place('conv'), taps, layer.conv, history, chunk, convolution);
    this.mixin(place('mixin'), { weights: mixin, block: condition, result: state });
    appendChunkActivation(
      lowering,
      place('activation'),
      this.channels * this.frames,
      layer.activation,
      this.tanh,
      state,
      this.calls,
    );
    sum(place('head'), { a: headInput, b: state, result: headInput });
    if (result === null) return;
    this.layer1x1 ??= this.products.square(this.channels, this.frames);
    this.layer1x1(place('layer1x1'), { weights: one, block: state, bias: oneBias, result });
    sum(place('residual'), { a: result, b: windowOf(lowering, history, chunk), result });
  }
}
