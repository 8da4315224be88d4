/** Conv1D and Conv1x1 of NAM Core, without NAM_USE_INLINE_GEMM. */
import { offsetBy, type Reference, type RingId } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import type { ConvRole, Operation } from '../../program/program.ts';
import { type Label, type Lowering, linearRing, rewindsPerBlock } from '../common/lowering.ts';
import { appendBias, appendCopy, appendDiagonal, type Operand } from '../eigen/passes.ts';
import { appendProduct } from '../eigen/product.ts';
import type { ProductShape } from '../eigen/product-code.ts';
import { appendZero, writeCopy } from '../libc/memory.ts';
import { appendCall, callCode } from './calls.ts';
import { isDepthwise, tapMatrices } from './weights.ts';

export type ConvOperation = Extract<Operation, { op: 'conv' }>;

/** Appends what makes one signal of another. */
export type AppendOf<T, More extends unknown[] = []> = (
  ...all: [low: Lowering, place: Label, of: T, source: Operand, result: Operand, ...more: More]
) => void;

/** Appends a convolution of a signal by one way of computing it. */
export type AppendConvolution = AppendOf<Convolution>;

/** Appends a convolution by its role; engines of NAM Core differ in this. */
export type ConvolutionPath = AppendOf<Pick<ConvOperation, 'role' | 'conv'>>;

const pointwise: readonly ConvRole[] = ['rechannel', 'mixin', 'layer1x1', 'head1x1', 'film'];

/** Whether the library's class for what a convolution is there for has no kernel: Conv1x1. */
export const isPointwise = (role: ConvRole): boolean => pointwise.includes(role);

export const genericConvolution: ConvolutionPath = (low, place, { role, conv }, source, result) =>
  (isPointwise(role) ? appendConv1x1 : appendConv1d)(low, place, conv, source, result);

/** Writes the block into the ring of a convolution; now and then the ring is rewound first. */
export const appendRingWrite = (
  low: Lowering,
  { layer }: Label,
  ring: RingId,
  source: Operand,
  channels: number,
  lookback: number,
): void => {
  const { target, blockFrames } = low;
  const place = { layer, kind: 'ring' };
  let from = source;
  if (source.stride !== channels) {
    from = { at: low.scratch('ring input', channels * blockFrames), stride: channels };
    appendCopy(low, place, { rows: channels, columns: blockFrames }, source, from);
  }
  const copy = (columns: number, call: 'ringWrite' | 'ringRewind') =>
    low.template(`nam-core/${call}/${columns * channels}`, (b) =>
      writeCopy(b, columns * channels, callCode(target)[call]),
    );
  const rewind = [low.frontOf(ring, lookback * channels), low.frontOf(ring)] as const;
  const perBlock = rewindsPerBlock(low, ring);
  low.ringCopy(place, 'rewind', ring, copy(lookback, 'ringRewind'), rewind, { perBlock });
  const write = [from.at, low.history(ring)] as const;
  low.ringCopy(place, 'write', ring, copy(blockFrames, 'ringWrite'), write, { src: from.at });
};

/** The block in a ring of the convolution's own: what each of its taps reads. */
export const appendHistory = (
  low: Lowering,
  place: Label,
  { inChannels, kernelSize, dilation }: Convolution,
  source: Operand,
): { readonly ring: RingId; readonly taps: readonly Reference[] } => {
  const last = kernelSize - 1;
  const lookback = last * dilation;
  const ring = linearRing(low, `${place.layer} ${place.kind} history`, inChannels, lookback);
  appendRingWrite(low, place, ring, source, inChannels, lookback);
  const taps = Array.from({ length: kernelSize }, (_, tap) =>
    low.history(ring, (last - tap) * dilation),
  );
  return { ring, taps };
};

/** The weights of a convolution: one matrix a tap, or, where it is depthwise, one diagonal. */
export const weightsOf = (low: Lowering, { layer, kind }: Label, conv: Convolution): Reference =>
  low.weights(`${layer} ${kind} weights`, isDepthwise(conv) ? conv.weights : tapMatrices(conv));

const appendConvBias = (low: Lowering, place: Label, conv: Convolution, result: Operand): void => {
  const { bias, outChannels: rows } = conv;
  if (!bias) return;
  const weights = low.weights(`${place.layer} ${place.kind} bias`, bias);
  appendBias(low, place, { rows, columns: low.blockFrames }, result, weights);
};

/** Conv1D::Process: ring, zero, one product per tap, bias. */
export const appendConv1d: AppendConvolution = (low, place, conv, source, result) => {
  const { inChannels, outChannels } = conv;
  const columns = low.blockFrames;
  appendCall(low, 'conv', place);
  const { ring, taps } = appendHistory(low, place, conv, source);
  appendZero(low, place, result.at, outChannels * columns);
  const weights = weightsOf(low, place, conv);
  const tapFloats = isDepthwise(conv) ? inChannels : inChannels * outChannels;
  for (const [tap, block] of taps.entries()) {
    appendCall(low, 'tap', place);
    const ofTap = offsetBy(weights, tap * tapFloats);
    if (isDepthwise(conv)) {
      const signal = { at: block, stride: inChannels };
      appendDiagonal(low, place, { rows: inChannels, columns }, ofTap, signal, result, true);
    } else {
      const operands = { weights: ofTap, block, result: result.at };
      appendProduct(low, place, shapeOf(conv, columns, result), operands);
    }
  }
  appendConvBias(low, place, conv, result);
  low.advance(place.layer, ring);
};

/** One tap as a product; its block is contiguous, or a signal. */
export const shapeOf = (
  { inChannels, outChannels }: Pick<Convolution, 'inChannels' | 'outChannels'>,
  columns: number,
  result: Operand,
  blockStride: number = inChannels,
): ProductShape => ({
  rows: outChannels,
  depth: inChannels,
  columns,
  weightStride: outChannels,
  blockStride,
  resultStride: result.stride,
});

/** Conv1x1::process_: the product into a zeroed output, then the bias. */
const appendConv1x1: AppendConvolution = (low, place, conv, source, result) => {
  const columns = low.blockFrames;
  const rows = conv.outChannels;
  appendCall(low, 'conv1x1', place);
  const weights = weightsOf(low, place, conv);
  if (isDepthwise(conv)) {
    appendDiagonal(low, place, { rows, columns }, weights, source, result, false);
  } else {
    appendZero(low, place, result.at, rows * columns);
    const shape = shapeOf(conv, columns, result, source.stride);
    appendProduct(low, place, shape, { weights, block: source.at, result: result.at });
  }
  if (conv.bias) appendCall(low, 'conv1x1Bias', place);
  appendConvBias(low, place, conv, result);
};
