/** Conv1D and Conv1x1 of NAM Core, without NAM_USE_INLINE_GEMM. */
import type { Reference, RingId } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import type { ConvRole, Operation } from '../../program/program.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { linearRing, rewindsPerBlock } from '../common/rings.ts';
import { appendBias, appendCopy, appendDiagonal, type Operand } from '../eigen/passes.ts';
import { appendProduct, offsetBy, productOf } from '../eigen/product.ts';
import { writeCopy } from '../libc/memcpy.ts';
import { appendZero } from '../libc/memset.ts';
import { callCode, callOf } from './calls.ts';
import { isDepthwise, tapMatrices } from './weights.ts';

export type ConvOperation = Extract<Operation, { op: 'conv' }>;

/** Appends a convolution of a signal by one way of computing it. */
export type AppendConvolution = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
) => void;

/** Appends a convolution by its role; engines of NAM Core differ in this. */
export type ConvolutionPath = (
  lowering: Lowering,
  place: Place,
  operation: Pick<ConvOperation, 'role' | 'conv'>,
  source: Operand,
  result: Operand,
) => void;

const pointwise: ReadonlySet<ConvRole> = new Set([
  'rechannel',
  'mixin',
  'layer1x1',
  'head1x1',
  'film',
]);

/** Whether the library's class for what a convolution is there for has no kernel: Conv1x1. */
export const isPointwise = (role: ConvRole): boolean => pointwise.has(role);

export const genericConvolution: ConvolutionPath = (
  lowering,
  place,
  { role, conv },
  source,
  result,
) => (isPointwise(role) ? appendConv1x1 : appendConv1d)(lowering, place, conv, source, result);

/** Writes the block into the ring of a convolution; now and then the ring is rewound first. */
export const appendRingWrite = (
  lowering: Lowering,
  { layer }: Place,
  ring: RingId,
  source: Operand,
  channels: number,
  lookback: number,
): void => {
  const { target, blockFrames } = lowering;
  const place = { layer, kind: 'ring' };
  let from = source;
  if (source.stride !== channels) {
    from = { at: lowering.scratch('ring input', channels * blockFrames), stride: channels };
    appendCopy(lowering, place, { rows: channels, columns: blockFrames }, source, from);
  }
  const copy = (columns: number, call: 'ringWrite' | 'ringRewind') =>
    lowering.template(`nam-core/${call}/${columns * channels}`, (b) =>
      writeCopy(b, target, columns * channels, callCode(target)[call]),
    );
  const rewind = [lowering.frontOf(ring, lookback * channels), lowering.frontOf(ring)] as const;
  const perBlock = rewindsPerBlock(lowering, ring);
  const rewindCopy = copy(lookback, 'ringRewind');
  lowering.ringCopy(place, 'rewind', ring, rewindCopy, rewind, { perBlock });
  const write = [from.at, lowering.history(ring)] as const;
  lowering.ringCopy(place, 'write', ring, copy(blockFrames, 'ringWrite'), write, { src: from.at });
};

/** The block in a ring of the convolution's own: what each of its taps reads. */
export const appendHistory = (
  lowering: Lowering,
  place: Place,
  { inChannels, kernelSize, dilation }: Convolution,
  source: Operand,
): { readonly ring: RingId; readonly taps: readonly Reference[] } => {
  const last = kernelSize - 1;
  const lookback = last * dilation;
  const ring = linearRing(lowering, `${place.layer} ${place.kind} history`, inChannels, lookback);
  appendRingWrite(lowering, place, ring, source, inChannels, lookback);
  const taps = Array.from({ length: kernelSize }, (_, tap) =>
    lowering.history(ring, (last - tap) * dilation),
  );
  return { ring, taps };
};

/** The weights of a convolution: one matrix a tap, or, where it is depthwise, one diagonal. */
const weightsOf = (lowering: Lowering, { layer, kind }: Place, conv: Convolution): Reference =>
  lowering.weights(
    `${layer} ${kind} weights`,
    isDepthwise(conv) ? conv.weights : tapMatrices(conv),
  );

const appendConvBias = (
  lowering: Lowering,
  place: Place,
  { bias, outChannels: rows }: Convolution,
  result: Operand,
): void => {
  if (!bias) return;
  const weights = lowering.weights(`${place.layer} ${place.kind} bias`, bias);
  appendBias(lowering, place, { rows, columns: lowering.blockFrames }, result, weights);
};

/** Conv1D::Process: ring, zero, one product per tap, bias. */
export const appendConv1d: AppendConvolution = (lowering, place, conv, source, result) => {
  const { inChannels, outChannels } = conv;
  const columns = lowering.blockFrames;
  callOf(lowering, 'conv')(place);
  const { ring, taps } = appendHistory(lowering, place, conv, source);
  appendZero(lowering, place, result.at, outChannels * columns);
  const weights = weightsOf(lowering, place, conv);
  const tapFloats = isDepthwise(conv) ? inChannels : inChannels * outChannels;
  const product = isDepthwise(conv) ? null : productOf(lowering, shapeOf(conv, columns, result));
  const appendTapCall = callOf(lowering, 'tap');
  for (const [tap, block] of taps.entries()) {
    appendTapCall(place);
    const ofTap = offsetBy(weights, tap * tapFloats);
    if (product) product(place, { weights: ofTap, block, result: result.at });
    else {
      const signal = { at: block, stride: inChannels };
      const shape = { rows: inChannels, columns };
      appendDiagonal(lowering, place, shape, ofTap, signal, result, true);
    }
  }
  appendConvBias(lowering, place, conv, result);
  lowering.advance(place.layer, ring);
};

/** One tap as a product; its block is contiguous, or a signal. */
export const shapeOf = (
  { inChannels, outChannels }: Pick<Convolution, 'inChannels' | 'outChannels'>,
  columns: number,
  result: Operand,
  blockStride: number = inChannels,
): Parameters<typeof productOf>[1] => ({
  rows: outChannels,
  depth: inChannels,
  columns,
  weightStride: outChannels,
  blockStride,
  resultStride: result.stride,
});

/** Conv1x1::process_: the product into a zeroed output, then the bias. */
const appendConv1x1: AppendConvolution = (lowering, place, conv, source, result) => {
  const columns = lowering.blockFrames;
  const rows = conv.outChannels;
  callOf(lowering, 'conv1x1')(place);
  const weights = weightsOf(lowering, place, conv);
  if (isDepthwise(conv)) {
    appendDiagonal(lowering, place, { rows, columns }, weights, source, result, false);
  } else {
    appendZero(lowering, place, result.at, rows * columns);
    const shape = shapeOf(conv, columns, result, source.stride);
    appendProduct(lowering, place, shape, { weights, block: source.at, result: result.at });
  }
  if (conv.bias) callOf(lowering, 'conv1x1Bias')(place);
  appendConvBias(lowering, place, conv, result);
};
