/** Conv1D and Conv1x1 of NAM Core with NAM_USE_INLINE_GEMM. */
import type { Reference } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import { Code, plus } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { linearRing } from '../common/rings.ts';

import { appendBias, type Operand } from '../eigen/passes.ts';
import { productOf } from '../eigen/product.ts';
import { appendZero } from '../libc/memset.ts';
import { appendRingWrite } from '../nam-core/convolution.ts';
import type { ConvolutionPath } from '../nam-core/convolution-path.ts';
import { genericConvolution } from '../nam-core/lower.ts';
import { offsetBy } from '../nam-core/signals.ts';
import { isDepthwise, tapMatrices } from '../nam-core/weights.ts';
import { inlineCode } from './body-code.ts';
import {
  biasPeriod,
  type InlineShape,
  writeHeldBias,
  writeNamed,
  writePlain,
  writeSmall,
  writeVectorBias,
} from './products.ts';

type Form = 'small' | 'named' | 'plain' | 'eigen';

/** conv1d.cpp: the products that are written out; the others go to Eigen. */
const convForms: Readonly<Record<string, Form>> = {
  '2x2': 'small',
  '2x4': 'small',
  '4x1': 'small',
  '4x4': 'small',
  '3x1': 'small',
  '3x3': 'small',
  '4x3': 'small',
  '3x4': 'small',
  '6x1': 'small',
  '6x6': 'named',
  '8x8': 'named',
  '8x4': 'named',
  '1x4': 'small',
};

/** dsp.cpp, Conv1x1; everything else is a plain triple loop. */
const pointwiseForms: Readonly<Record<string, Form>> = {
  '2x1': 'small',
  '3x1': 'small',
  '4x1': 'small',
  '1x2': 'small',
  '1x3': 'small',
  '2x2': 'small',
  '2x4': 'small',
  '1x4': 'small',
  '4x2': 'small',
  '3x3': 'small',
  '4x4': 'small',
  '4x6': 'small',
  '6x6': 'named',
  '8x6': 'named',
  '8x8': 'named',
  '4x8': 'named',
  '8x4': 'named',
};

/** Products that add the bias in the same pass. */
const fusedBias = new Set(['1x3', '3x3', '4x4']);
/** Convolutions of one pass over all taps: channels and kernel size. */
const fusedTaps = new Set(['2/3', '4/3', '3/6']);
/** Output channels whose bias loop is written out. */
const writtenBias = new Set([2, 3, 4, 6, 8]);

const shapeName = ({ outChannels, inChannels }: Convolution): string =>
  `${outChannels}x${inChannels}`;

const appendCallOf = (
  lowering: Lowering,
  place: Place,
  kind: 'conv' | 'tap' | 'conv1x1',
  times = 1,
): void =>
  lowering.overhead(
    `nam-core-inline/call/${kind}/${times}`,
    plus({}, inlineCode(lowering.target)[kind], times),
  )({ ...place, kind: 'call' });

const appendInlineBias = (
  lowering: Lowering,
  place: Place,
  block: Operand,
  bias: Float32Array,
): void => {
  const rows = bias.length;
  const shape = { rows, columns: lowering.blockFrames };
  const reference = lowering.weights(`${place.layer} ${place.kind} bias`, bias);
  if (writtenBias.has(rows) && block.stride === rows && inlineCode(lowering.target).overFrames) {
    const { lanes } = lowering.target;
    const frames = lowering.blockFrames;
    const repeated = Float32Array.from(
      { length: biasPeriod(rows, lanes) * lanes },
      (_, i) => bias[i % rows] ?? 0,
    );
    const template = lowering.template(`nam-core-inline/bias/${rows}x${frames}`, (b) =>
      writeVectorBias(b, rows, frames, lanes),
    );
    const spread = lowering.weights(`${place.layer} ${place.kind} bias`, repeated);
    lowering.kernel({ ...place, kind: 'bias' }, template, [block.at, spread]);
    return;
  }
  if (writtenBias.has(rows) && block.stride === rows) {
    const frames = lowering.blockFrames;
    const template = lowering.template(`nam-core-inline/bias/${rows}x${frames}`, (b) =>
      writeHeldBias(b, rows, frames),
    );
    lowering.kernel({ ...place, kind: 'bias' }, template, [block.at, reference]);
    return;
  }
  appendBias(lowering, place, shape, block, reference);
};

interface FormOperands {
  readonly weights: Reference;
  readonly bias: Reference;
  /** One for each tap of a product over `taps`. */
  readonly blocks: readonly Reference[];
  readonly result: Reference;
}

/** Appends products of one form and shape, over `taps` taps at a time. */
const formOf = (
  lowering: Lowering,
  form: Exclude<Form, 'eigen'>,
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
    lowering.kernel(place, template, [weights, blocks[0] ?? weights, result]);
};

const appendInlineConv1d = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
): void => {
  const { inChannels, outChannels, kernelSize, dilation } = conv;
  const frames = lowering.blockFrames;
  const lookback = (kernelSize - 1) * dilation;
  const form = convForms[shapeName(conv)] ?? 'eigen';
  const fused = outChannels === inChannels && fusedTaps.has(`${outChannels}/${kernelSize}`);
  const ring = linearRing(lowering, `${place.layer} ${place.kind} history`, inChannels, lookback);
  const storage = lowering.rings[ring]?.buffer ?? 0;
  appendCallOf(lowering, place, 'conv');
  appendRingWrite(lowering, place, ring, source, inChannels, lookback);
  const weights = lowering.weights(`${place.layer} ${place.kind} weights`, tapMatrices(conv));
  const blocks = Array.from({ length: kernelSize }, (_, tap) => ({
    buffer: storage,
    offset: 0,
    ring: { id: ring, delay: (kernelSize - 1 - tap) * dilation },
  }));
  const shape: InlineShape = {
    outputs: outChannels,
    inputs: inChannels,
    frames,
    inputStride: inChannels,
    outputStride: result.stride,
    accumulate: !fused,
    bias: false,
  };
  appendCallOf(lowering, place, 'tap', kernelSize);
  if (fused) {
    const multiply = formOf(lowering, 'small', shape, blocks.length);
    multiply(place, { weights, bias: weights, blocks, result: result.at });
  } else {
    appendZero(lowering, place, result.at, outChannels * frames);
    const tapOf = (tap: number): Reference => offsetBy(weights, tap * inChannels * outChannels);
    if (form === 'eigen') {
      const multiply = productOf(lowering, {
        rows: outChannels,
        depth: inChannels,
        columns: frames,
        weightStride: outChannels,
        blockStride: inChannels,
        resultStride: result.stride,
      });
      blocks.forEach((block, tap) => {
        multiply(place, { weights: tapOf(tap), block, result: result.at });
      });
    } else {
      const multiply = formOf(lowering, form, shape);
      blocks.forEach((block, tap) => {
        const own = tapOf(tap);
        multiply(place, { weights: own, bias: own, blocks: [block], result: result.at });
      });
    }
  }
  if (conv.bias) appendInlineBias(lowering, place, result, conv.bias);
  lowering.advance(place.layer, ring);
};

const appendInlineConv1x1 = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
): void => {
  const form = pointwiseForms[shapeName(conv)] ?? 'plain';
  const bias = conv.bias !== null && fusedBias.has(shapeName(conv));
  const weights = lowering.weights(`${place.layer} ${place.kind} weights`, tapMatrices(conv));
  appendCallOf(lowering, place, 'conv1x1');
  const shape: InlineShape = {
    outputs: conv.outChannels,
    inputs: conv.inChannels,
    frames: lowering.blockFrames,
    inputStride: source.stride,
    outputStride: result.stride,
    accumulate: false,
    bias,
  };
  const held =
    bias && conv.bias ? lowering.weights(`${place.layer} ${place.kind} bias`, conv.bias) : weights;
  formOf(
    lowering,
    form === 'eigen' ? 'plain' : form,
    shape,
  )(place, { weights, bias: held, blocks: [source.at], result: result.at });
  if (conv.bias && !bias) appendInlineBias(lowering, place, result, conv.bias);
};

/** Conv1D goes through a depthwise tap frame by frame, with a loop over the channels inside. */
const appendChannelLoops = (lowering: Lowering, place: Place, conv: Convolution): void => {
  const { perFrame } = inlineCode(lowering.target);
  const rounds = conv.kernelSize * lowering.blockFrames;
  lowering.kernel(
    place,
    lowering.template(`nam-core-inline/channel loops/${rounds}`, (b) => {
      const code = new Code(b);
      b.loop(rounds, () => code.body(perFrame));
    }),
    [],
    { costOnly: true },
  );
};

const pointwise = new Set(['rechannel', 'mixin', 'layer1x1', 'head1x1', 'film']);

export const inlineConvolution: ConvolutionPath = (lowering, place, operation, source, result) => {
  const { role, conv } = operation;
  if (isDepthwise(conv) || role === 'linear') {
    genericConvolution(lowering, place, operation, source, result);
    if (isDepthwise(conv) && !pointwise.has(role)) appendChannelLoops(lowering, place, conv);
  } else if (pointwise.has(role)) appendInlineConv1x1(lowering, place, conv, source, result);
  else appendInlineConv1d(lowering, place, conv, source, result);
};
