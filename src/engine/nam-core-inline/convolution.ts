/** Conv1D and Conv1x1 of NAM Core with NAM_USE_INLINE_GEMM. */
import type { Reference } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import { Code, plus } from '../common/code.ts';
import { vectorisesFloats } from '../common/compiled-code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { appendBias, type Operand } from '../eigen/passes.ts';
import { offsetBy, productOf } from '../eigen/product.ts';
import { appendZero } from '../libc/memset.ts';
import {
  type AppendConvolution,
  appendHistory,
  type ConvolutionPath,
  genericConvolution,
  isPointwise,
  shapeOf,
} from '../nam-core/convolution.ts';
import { isDepthwise, tapMatrices } from '../nam-core/weights.ts';
import {
  biasPeriod,
  type InlineShape,
  inlineCode,
  writeHeldBias,
  writeNamed,
  writePlain,
  writeSmall,
  writeVectorBias,
} from './products.ts';

type Form = 'small' | 'named' | 'plain';

/** Shapes, outputs x inputs, of products that are written out, by their form. */
const formsOf = (small: string, named: string): ReadonlyMap<string, Form> =>
  new Map([
    ...small.split(' ').map((shape) => [shape, 'small'] as const),
    ...named.split(' ').map((shape) => [shape, 'named'] as const),
  ]);

/** conv1d.cpp: the products that are written out; the others go to Eigen. */
const convForms = formsOf('2x2 2x4 4x1 4x4 3x1 3x3 4x3 3x4 6x1 1x4', '6x6 8x8 8x4');
/** dsp.cpp, Conv1x1; everything else is a plain triple loop. */
const pointwiseForms = formsOf(
  '2x1 3x1 4x1 1x2 1x3 2x2 2x4 1x4 4x2 3x3 4x4 4x6',
  '6x6 8x6 8x8 4x8 8x4',
);

/** Products that add the bias in the same pass. */
const fusedBias = new Set(['1x3', '3x3', '4x4']);
/** Convolutions of one pass over all taps: channels and kernel size. */
const fusedTaps = new Set(['2/3', '4/3', '3/6']);
/** Output channels whose bias loop is written out. */
const writtenBias = new Set([2, 3, 4, 6, 8]);

const shapeName = ({ outChannels, inChannels }: Convolution): string =>
  `${outChannels}x${inChannels}`;

const appendCall = (
  lowering: Lowering,
  { layer }: Place,
  kind: 'conv' | 'tap' | 'conv1x1',
  times = 1,
): void => {
  const total = plus({}, inlineCode(lowering.target)[kind], times);
  lowering.overhead(`nam-core-inline/call/${kind}/${times}`, total)({ layer, kind: 'call' });
};

const appendInlineBias = (
  lowering: Lowering,
  place: Place,
  block: Operand,
  bias: Float32Array,
): void => {
  const { target, blockFrames } = lowering;
  const { lanes } = target;
  const rows = bias.length;
  const name = `${place.layer} ${place.kind} bias`;
  const reference = lowering.weights(name, bias);
  if (!writtenBias.has(rows) || block.stride !== rows) {
    appendBias(lowering, place, { rows, columns: blockFrames }, block, reference);
    return;
  }
  const vectorised = vectorisesFloats(target);
  const template = lowering.template(`nam-core-inline/bias/${rows}x${blockFrames}`, (b) => {
    if (vectorised) writeVectorBias(b, rows, blockFrames, lanes);
    else writeHeldBias(b, rows, blockFrames);
  });
  const repeated = Array<Float32Array>((biasPeriod(rows, lanes) * lanes) / rows).fill(bias);
  const spread = vectorised
    ? lowering.weights(name, Float32Array.from(repeated.flatMap((one) => [...one])))
    : reference;
  lowering.kernel({ ...place, kind: 'bias' }, template, [block.at, spread]);
};

interface FormOperands {
  readonly weights: Reference;
  readonly bias: Reference;
  /** One for each tap of a product over several. */
  readonly blocks: readonly Reference[];
  readonly result: Reference;
}

/** Appends products of one form and shape, over `taps` taps at a time. */
const formOf = (
  lowering: Lowering,
  form: Form,
  shape: InlineShape,
  taps = 1,
): ((place: Place, operands: FormOperands) => void) => {
  const { target } = lowering;
  const name = `nam-core-inline/${form}/${taps}/${Object.values(shape).join(',')}`;
  if (form === 'small') {
    const template = lowering.template(name, (b) => writeSmall(b, target, shape, taps));
    return (place, { weights, bias, blocks, result }) =>
      lowering.kernel(place, template, [weights, bias, result, ...blocks]);
  }
  const write = form === 'named' ? writeNamed : writePlain;
  const template = lowering.template(name, (b) => write(b, target, shape));
  return (place, { weights, blocks, result }) =>
    lowering.kernel(place, template, [weights, ...blocks, result]);
};

const appendInlineConv1d: AppendConvolution = (lowering, place, conv, source, result) => {
  const { inChannels, outChannels, kernelSize } = conv;
  const columns = lowering.blockFrames;
  appendCall(lowering, place, 'conv');
  const { ring, taps } = appendHistory(lowering, place, conv, source);
  const weights = lowering.weights(`${place.layer} ${place.kind} weights`, tapMatrices(conv));
  const fused = outChannels === inChannels && fusedTaps.has(`${outChannels}/${kernelSize}`);
  const shape = inlineShape(conv, columns, inChannels, result, { accumulate: !fused });
  appendCall(lowering, place, 'tap', kernelSize);
  if (fused) {
    const multiply = formOf(lowering, 'small', shape, kernelSize);
    multiply(place, { weights, bias: weights, blocks: taps, result: result.at });
  } else {
    appendZero(lowering, place, result.at, outChannels * columns);
    const form = convForms.get(shapeName(conv));
    const inline = form && formOf(lowering, form, shape);
    const eigen = inline ? null : productOf(lowering, shapeOf(conv, columns, result));
    for (const [tap, block] of taps.entries()) {
      const ofTap = offsetBy(weights, tap * inChannels * outChannels);
      eigen?.(place, { weights: ofTap, block, result: result.at });
      inline?.(place, { weights: ofTap, bias: ofTap, blocks: [block], result: result.at });
    }
  }
  if (conv.bias) appendInlineBias(lowering, place, result, conv.bias);
  lowering.advance(place.layer, ring);
};

const inlineShape = (
  { inChannels, outChannels }: Convolution,
  frames: number,
  inputStride: number,
  { stride: outputStride }: Operand,
  { accumulate = false, bias = false }: Partial<Pick<InlineShape, 'accumulate' | 'bias'>>,
): InlineShape => ({
  outputs: outChannels,
  inputs: inChannels,
  frames,
  inputStride,
  outputStride,
  accumulate,
  bias,
});

const appendInlineConv1x1: AppendConvolution = (lowering, place, conv, source, result) => {
  const { layer, kind } = place;
  const added = fusedBias.has(shapeName(conv)) ? conv.bias : null;
  const weights = lowering.weights(`${layer} ${kind} weights`, tapMatrices(conv));
  appendCall(lowering, place, 'conv1x1');
  const bias = added ? lowering.weights(`${layer} ${kind} bias`, added) : weights;
  const options = { bias: added !== null };
  const shape = inlineShape(conv, lowering.blockFrames, source.stride, result, options);
  const multiply = formOf(lowering, pointwiseForms.get(shapeName(conv)) ?? 'plain', shape);
  multiply(place, { weights, bias, blocks: [source.at], result: result.at });
  if (conv.bias && !added) appendInlineBias(lowering, place, result, conv.bias);
};

/** Conv1D goes through a depthwise tap frame by frame, with a loop over the channels inside. */
const appendChannelLoops = (lowering: Lowering, place: Place, conv: Convolution): void => {
  const { perFrame } = inlineCode(lowering.target);
  const rounds = conv.kernelSize * lowering.blockFrames;
  const template = lowering.template(`nam-core-inline/channel loops/${rounds}`, (b) => {
    const code = new Code(b);
    b.loop(rounds, () => code.body(perFrame));
  });
  lowering.kernel(place, template, [], { costOnly: true });
};

export const inlineConvolution: ConvolutionPath = (lowering, place, operation, source, result) => {
  const { role, conv } = operation;
  if (isDepthwise(conv)) {
    genericConvolution(lowering, place, operation, source, result);
    if (!isPointwise(role)) appendChannelLoops(lowering, place, conv);
  } else if (isPointwise(role)) appendInlineConv1x1(lowering, place, conv, source, result);
  else appendInlineConv1d(lowering, place, conv, source, result);
};
