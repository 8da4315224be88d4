/** Conv1D and Conv1x1 of NAM Core with NAM_USE_INLINE_GEMM. */
import { offsetBy, type Reference } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import { plus } from '../common/code.ts';
import { vectorisesFloats } from '../common/compiled-code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { appendBias, type Operand } from '../eigen/passes.ts';
import { appendProduct } from '../eigen/product.ts';
import { appendZero } from '../libc/memory.ts';
import {
  type AppendConvolution,
  appendHistory,
  type ConvolutionPath,
  genericConvolution,
  isPointwise,
  shapeOf,
  weightsOf as tapWeights,
} from '../nam-core/convolution.ts';
import { isDepthwise, tapMatrices } from '../nam-core/weights.ts';
import data from './compiled-code.json' with { type: 'json' };
import {
  biasPeriod,
  eightTapOf,
  type InlineShape,
  inlineCode,
  writeChannels,
  writeHeldBias,
  writeNamed,
  writePlain,
  writeSmall,
  writeVectorBias,
} from './products.ts';

type Form = 'small' | 'named' | 'plain';

const { shapes } = data;

const shapeName = ({ outChannels, inChannels }: Convolution) => `${outChannels}x${inChannels}`;

/** How a product of these channels is written out; undefined where it is not. */
const writtenForm = (kind: 'conv' | 'pointwise', conv: Convolution): Form | undefined =>
  (['small', 'named'] as const).find((form) => shapes[kind][form].includes(shapeName(conv)));

const appendCall = (
  low: Lowering,
  { layer }: Label,
  kind: 'conv' | 'tap' | 'conv1x1',
  times = 1,
) => {
  const total = plus({}, inlineCode(low.target)[kind], times);
  low.overhead(`nam-core-inline/call/${kind}/${times}`, total)({ layer, kind: 'call' });
};

const appendInlineBias = (low: Lowering, place: Label, block: Operand, bias: Float32Array) => {
  const { target, blockFrames } = low;
  const { lanes } = target;
  const rows = bias.length;
  const name = `${place.layer} ${place.kind} bias`;
  const reference = low.weights(name, bias);
  if (!shapes.bias.includes(rows) || block.stride !== rows) {
    appendBias(low, place, { rows, columns: blockFrames }, block, reference);
    return;
  }
  const vectorised = vectorisesFloats(target);
  const template = low.template(`nam-core-inline/bias/${rows}x${blockFrames}`, (b) => {
    if (vectorised) writeVectorBias(b, rows, blockFrames, lanes);
    else writeHeldBias(b, rows, blockFrames);
  });
  const repeated = Array<Float32Array>((biasPeriod(rows, lanes) * lanes) / rows).fill(bias);
  const spread = vectorised
    ? low.weights(name, Float32Array.from(repeated.flatMap((one) => [...one])))
    : reference;
  low.kernel({ ...place, kind: 'bias' }, template, [block.at, spread]);
};

interface FormOperands {
  readonly weights: Reference;
  readonly bias: Reference;
  /** One for each tap of a product over several. */
  readonly blocks: readonly Reference[];
  readonly result: Reference;
}

type AppendForm = (place: Label, operands: FormOperands) => void;

/** Appends products of one form and shape, over `taps` taps at a time. */
const formOf = (low: Lowering, form: Form, shape: InlineShape, taps = 1): AppendForm => {
  const name = `nam-core-inline/${form}/${taps}/${Object.values(shape).join(',')}`;
  if (form === 'small') {
    const template = low.template(name, (b) => writeSmall(b, shape, taps));
    return (place, { weights, bias, blocks, result }) =>
      low.kernel(place, template, [weights, bias, result, ...blocks]);
  }
  const write = form === 'named' ? writeNamed : writePlain;
  const template = low.template(name, (b) => write(b, shape));
  return (place, { weights, blocks, result }) =>
    low.kernel(place, template, [weights, ...blocks, result]);
};

const appendInlineConv1d: AppendConvolution = (low, place, conv, source, result) => {
  const { inChannels, outChannels, kernelSize } = conv;
  const columns = low.blockFrames;
  appendCall(low, place, 'conv');
  const { ring, taps } = appendHistory(low, place, conv, source);
  const weights = tapWeights(low, place, conv);
  if (isDepthwise(conv)) {
    appendCall(low, place, 'tap', kernelSize);
    appendZero(low, place, result.at, outChannels * columns);
    const name = `nam-core-inline/depthwise/${inChannels}x${columns}`;
    const template = low.template(name, (b) => writeChannels(b, inChannels, columns));
    for (const [tap, block] of taps.entries()) {
      low.kernel(place, template, [offsetBy(weights, tap * inChannels), block, result.at]);
    }
    if (conv.bias) appendInlineBias(low, place, result, conv.bias);
    low.advance(place.layer, ring);
    return;
  }
  const fused =
    outChannels === inChannels && shapes.allTaps.includes(`${outChannels}/${kernelSize}`);
  const shape = inlineShape(conv, columns, inChannels, result, { accumulate: !fused });
  appendCall(low, place, 'tap', kernelSize);
  if (fused) {
    const multiply = formOf(low, 'small', shape, kernelSize);
    multiply(place, { weights, bias: weights, blocks: taps, result: result.at });
  } else {
    appendZero(low, place, result.at, outChannels * columns);
    const spread = eightTapOf(low.target, shape);
    const isSpread = Object.keys(spread).length > 0;
    const form = isSpread ? 'small' : writtenForm('conv', conv);
    const inline = form && formOf(low, form, shape);
    for (const [tap, block] of taps.entries()) {
      const ofTap = offsetBy(weights, tap * inChannels * outChannels);
      if (isSpread)
        low.overhead('nam-core-inline/call/spread', spread)({ layer: place.layer, kind: 'call' });
      const operands = { weights: ofTap, block, result: result.at };
      if (inline) inline(place, { ...operands, bias: ofTap, blocks: [block] });
      else appendProduct(low, place, shapeOf(conv, columns, result), operands);
    }
  }
  if (conv.bias) appendInlineBias(low, place, result, conv.bias);
  low.advance(place.layer, ring);
};

const inlineShape = (
  { inChannels, outChannels }: Convolution,
  frames: number,
  inputStride: number,
  { stride: outputStride }: Operand,
  { accumulate = false, bias = false }: Partial<Pick<InlineShape, 'accumulate' | 'bias'>>,
): InlineShape => {
  const strides = { inputStride, outputStride };
  return { outputs: outChannels, inputs: inChannels, frames, ...strides, accumulate, bias };
};

const appendInlineConv1x1: AppendConvolution = (low, place, conv, source, result) => {
  const { layer, kind } = place;
  const added = shapes.withBias.includes(shapeName(conv)) ? conv.bias : null;
  const weights = low.weights(`${layer} ${kind} weights`, tapMatrices(conv));
  appendCall(low, place, 'conv1x1');
  const bias = added ? low.weights(`${layer} ${kind} bias`, added) : weights;
  const shape = inlineShape(conv, low.blockFrames, source.stride, result, { bias: added !== null });
  const multiply = formOf(low, writtenForm('pointwise', conv) ?? 'plain', shape);
  multiply(place, { weights, bias, blocks: [source.at], result: result.at });
  if (conv.bias && !added) appendInlineBias(low, place, result, conv.bias);
};

export const inlineConvolution: ConvolutionPath = (low, place, operation, source, result) => {
  const { role, conv } = operation;
  if (isDepthwise(conv) && isPointwise(role)) {
    genericConvolution(low, place, operation, source, result);
  } else if (isPointwise(role)) appendInlineConv1x1(low, place, conv, source, result);
  else appendInlineConv1d(low, place, conv, source, result);
};
