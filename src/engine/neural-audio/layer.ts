/**
 * A layer over a chunk: overhead, convolution, mixin, activation, head sum, 1x1 and residual, each a
 * pass over memory.
 */
import { offsetBy, type Reference } from '../../kernel/lowered.ts';
import type { Activation, Convolution } from '../../nam/network.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { appendActivation, formulaOf, resolveTanh } from '../eigen/activation.ts';
import { appendPass } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import data from './compiled-code.json' with { type: 'json' };
import type { Chunk, History, PreparedLayer } from './prepared.ts';
import { maxChunkFrames, windowOf } from './prepared.ts';
import { appendOverhead, type Calls, type Products } from './products.ts';

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
  products: Products,
  place: Label,
  conv: Convolution,
  history: History,
  chunk: Chunk,
  { weights, bias, result }: { weights: Reference; bias: Reference; result: Reference },
): void => {
  const { inChannels, outChannels, kernelSize, dilation } = conv;
  for (let k = 0; k < kernelSize; k++) {
    products.tap(place, conv, chunk.frames, k, {
      weights: offsetBy(weights, k * inChannels * outChannels),
      block: windowOf(products.low, history, chunk, (kernelSize - 1 - k) * dilation),
      result,
      bias,
    });
  }
};

interface LayerSignals {
  readonly condition: Reference;
  readonly headInput: Reference;
  /** Where the residual goes; null where nobody reads it. */
  readonly result: Reference | null;
}

/** One layer over a chunk. */
export const appendLayer = (
  products: Products,
  tanh: TanhKind,
  name: string,
  { layer, history, conv, convBias, mixin, one, oneBias }: PreparedLayer,
  chunk: Chunk,
  { condition, headInput, result }: LayerSignals,
): void => {
  const { low } = products;
  const { channels } = history;
  const { frames } = chunk;
  const calls = products.calls(channels);
  const state = low.scratch(`state of ${channels}`, channels * maxChunkFrames);
  const place = (kind: string): Label => ({ layer: name, kind });
  appendOverhead(low, name, calls.layer);
  const convolution = { weights: conv, bias: convBias, result: state };
  appendConvolution(products, place('conv'), layer.conv, history, chunk, convolution);
  const added = { weights: mixin, block: condition, result: state };
  products.outer(place('mixin'), channels, frames, added);
  const floats = channels * frames;
  appendChunkActivation(low, place('activation'), floats, layer.activation, tanh, state, calls);
  const sum = { a: headInput, b: state, result: headInput };
  products.sum(place('head'), channels, frames, sum);
  if (result === null) return;
  const operands = { weights: one, block: state, bias: oneBias, result };
  products.square(place('layer1x1'), channels, frames, operands);
  const residual = { a: result, b: windowOf(low, history, chunk), result };
  products.sum(place('residual'), channels, frames, residual);
};
