/**
 * The layers of one array, for chunks of one length. They differ in weights, dilation and taps; what
 * they have in common is written once.
 */
import type { Reference } from '../../kernel/lowered.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import type { TanhKind } from '../engine.ts';
import { appendChunkActivation } from './activation.ts';
import { overheadOf } from './calls.ts';
import { appendConvolution } from './convolution.ts';
import type { Append, ProductOperands } from './passes.ts';
import { type Chunk, maxChunkFrames, type PreparedLayer, windowOf } from './prepared.ts';
import type { Products } from './products.ts';

interface LayerSignals {
  readonly condition: Reference;
  readonly headInput: Reference;
  /** Where the residual goes; null where nobody reads it. */
  readonly result: Reference | null;
}

type AppendLayer = (
  name: string,
  prepared: PreparedLayer,
  chunk: Chunk,
  signals: LayerSignals,
) => void;

/** Appends layers of so many channels, over so many frames of a chunk. */
export const layerOf = (
  low: Lowering,
  products: Products,
  tanh: TanhKind,
  channels: number,
  frames: number,
): AppendLayer => {
  const calls = products.calls(channels);
  const state = low.scratch(`state of ${channels}`, channels * maxChunkFrames);
  const overhead = overheadOf(low, calls.layer);
  const addMixin = products.outer(channels, frames, false);
  const sum = products.sum(channels, frames);
  /** Written when the first layer needs it: the only layer of an array may not. */
  let layer1x1: Append<Required<ProductOperands>> | undefined;
  return (name, prepared, chunk, { condition, headInput, result }) => {
    const { layer, history, conv, convBias, mixin, one, oneBias } = prepared;
    const { activation } = layer;
    const place = (kind: string): Place => ({ layer: name, kind });
    overhead(place('overhead'));
    const taps = products.taps(layer.conv, frames);
    const convolution = { weights: conv, bias: convBias, result: state };
    appendConvolution(low, place('conv'), taps, layer.conv, history, chunk, convolution);
    addMixin(place('mixin'), { weights: mixin, block: condition, result: state });
    const floats = channels * frames;
    const at = place('activation');
    appendChunkActivation(low, at, floats, activation, tanh, state, calls);
    sum(place('head'), { a: headInput, b: state, result: headInput });
    if (result === null) return;
    layer1x1 ??= products.square(channels, frames);
    layer1x1(place('layer1x1'), { weights: one, block: state, bias: oneBias, result });
    sum(place('residual'), { a: result, b: windowOf(low, history, chunk), result });
  };
};
