/**
 * The layers of one array, for chunks of one length. They differ in weights, dilation and taps; what
 * they have in common is written once.
 */
import { offsetBy, type Reference } from '../../kernel/lowered.ts';
import type { Activation, Convolution } from '../../nam/network.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { appendActivation, formulaOf, resolveTanh } from '../eigen/activation.ts';
import { appendPass } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import data from './compiled-code.json' with { type: 'json' };
import type { Append, ProductOperands } from './passes.ts';
import type { Chunk, History, PreparedLayer } from './prepared.ts';
import { maxChunkFrames, windowOf } from './prepared.ts';
import { type Calls, overheadOf, type Products, type Taps } from './products.ts';

const appendChunkActivation = (
  low: Lowering,
  place: Label,
  floats: number,
  activation: Activation,
  tanh: TanhKind,
  at: Reference,
  calls: Calls,
): void => {
  const { target } = low;
  const resolved = resolveTanh(activation, tanh);
  const { type, negativeSlopes: [slope = ''] = [] } = resolved;
  const operand = { at, stride: floats };
  const shape = { rows: floats, columns: 1 };
  const vectorised = type === 'Fasttanh' || (type === 'LeakyReLU' && target.fastMath);
  if (!vectorised || target.lanes < 4) {
    appendActivation(low, place, shape, resolved, operand, operand);
    return;
  }
  const { constants, apply } = formulaOf(resolved);
  const { [type]: vector, scalar } = data.code.activations;
  const pass = {
    name: `neural-audio ${type} ${slope}`,
    shape,
    loop: { vector, scalar },
    call: calls.activation,
    lanes: 4,
    constants,
  } as const;
  const of = { ...place, kind: 'activation' };
  appendPass(low, of, pass, [operand], operand, (b, [x], lanes, held) => apply(b, x, held, lanes));
};

export const appendConvolution = (
  low: Lowering,
  place: Label,
  taps: Taps,
  { inChannels, outChannels, kernelSize, dilation }: Convolution,
  history: History,
  chunk: Chunk,
  { weights, bias, result }: { weights: Reference; bias: Reference; result: Reference },
): void => {
  for (let k = 0; k < kernelSize; k++) {
    const append = k === 0 ? taps.first : taps.further;
    append(place, {
      weights: offsetBy(weights, k * inChannels * outChannels),
      block: windowOf(low, history, chunk, (kernelSize - 1 - k) * dilation),
      result,
      bias,
    });
  }
  taps.bias?.({ layer: place.layer, kind: 'bias' }, { a: result, b: bias, result });
};

interface LayerSignals {
  readonly condition: Reference;
  readonly headInput: Reference;
  /** Where the residual goes; null where nobody reads it. */
  readonly result: Reference | null;
}

type AppendLayer = (name: string, of: PreparedLayer, chunk: Chunk, at: LayerSignals) => void;

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
    const place = (kind: string): Label => ({ layer: name, kind });
    overhead(place('overhead'));
    const taps = products.taps(layer.conv, frames);
    const convolution = { weights: conv, bias: convBias, result: state };
    appendConvolution(low, place('conv'), taps, layer.conv, history, chunk, convolution);
    addMixin(place('mixin'), { weights: mixin, block: condition, result: state });
    const floats = channels * frames;
    appendChunkActivation(low, place('activation'), floats, activation, tanh, state, calls);
    sum(place('head'), { a: headInput, b: state, result: headInput });
    if (result === null) return;
    layer1x1 ??= products.square(channels, frames);
    layer1x1(place('layer1x1'), { weights: one, block: state, bias: oneBias, result });
    sum(place('residual'), { a: result, b: windowOf(low, history, chunk), result });
  };
};
