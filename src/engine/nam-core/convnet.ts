/** ConvNet of NAM Core: every block copies its input into a matrix of its own, and its output out of it. */
import type { Reference } from '../../kernel/lowered.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { appendBias, appendCopy, appendPass, type Operand } from '../eigen/passes.ts';
import { appendProduct } from '../eigen/product.ts';
import { appendZero } from '../libc/memory.ts';
import type { AppendConvolution, AppendOf, ConvOperation, ConvolutionPath } from './convolution.ts';
import { shapeOf } from './convolution.ts';
import { appendCopyRows, frameCode } from './frames.ts';
import { tapMatrices } from './weights.ts';

const appendCost = (
  low: Lowering,
  { layer }: Label,
  name: 'heap' | 'heapShort' | 'convnetBlock' | 'convnetHead',
) => {
  low.overhead(`nam-core/${name}`, frameCode(low.target)[name])({ layer, kind: 'call' });
};

/** malloc and free of a matrix: glibc keeps small ones in lists of their own, up to 64 sizes of two words each. */
const appendHeap = (low: Lowering, place: Label, floats: number) =>
  appendCost(
    low,
    place,
    floats > (low.target.isa === 'armv7-neon' ? 129 : 258) ? 'heap' : 'heapShort',
  );

/** A matrix of a block's length that lives until the block has been processed. */
const appendMatrixOf = (low: Lowering, place: Label, from: Operand): Operand => {
  const { blockFrames: columns } = low;
  const { stride: rows } = from;
  const copy = { at: low.scratch('block input', rows * columns), stride: rows };
  appendHeap(low, place, rows * columns);
  appendCopyRows(low, { ...place, kind: 'copy' }, { rows, columns }, from, copy);
  return copy;
};

type AppendBlock = AppendOf<ConvOperation, [ConvolutionPath]>;

/** ConvNetBlock::Process. */
export const appendConvNetBlock: AppendBlock = (low, place, operation, from, to, convolution) => {
  const shape = { rows: to.stride, columns: low.blockFrames };
  const output = { at: low.scratch('conv output', shape.rows * shape.columns), stride: to.stride };
  appendCost(low, place, 'convnetBlock');
  convolution(low, place, operation, appendMatrixOf(low, place, from), output);
  appendCopy(low, { ...place, kind: 'copy' }, shape, output, to);
};

/** BatchNorm::process_: two statements for every column. */
export const appendBatchNorm = (
  low: Lowering,
  place: Label,
  signal: Operand,
  scale: Reference,
  offset: Reference,
): void => {
  const { target, blockFrames } = low;
  const { call, column, loop } = frameCode(target).batchNorm;
  const shape = { rows: signal.stride, columns: blockFrames };
  const scalePass = { name: 'batch norm scale', shape, loop, call, column };
  const scales = { at: scale, stride: 0 };
  appendPass(low, place, scalePass, [signal, scales], signal, (b, [x, y], lanes) =>
    b.binary('mul', x, y, lanes),
  );
  const offsetPass = { name: 'batch norm offset', shape, loop, column: {} };
  const offsets = { at: offset, stride: 0 };
  appendPass(low, place, offsetPass, [signal, offsets], signal, (b, [x, y], lanes) =>
    b.binary('add', x, y, lanes),
  );
};

/** ConvNet's _Head::process_, on a copy of the last block's output. */
export const appendConvNetHead: AppendConvolution = (low, place, conv, from, to) => {
  const { layer } = place;
  const { blockFrames: columns } = low;
  const { inChannels: rows, outChannels } = conv;
  appendCost(low, place, 'convnetHead');
  const values = appendMatrixOf(low, place, from);
  const slice = { at: low.scratch('head input', rows * columns), stride: rows };
  appendHeap(low, place, rows * columns);
  appendCopy(low, { layer, kind: 'copy' }, { rows, columns }, values, slice);
  appendZero(low, place, to.at, to.stride * columns);
  const weights = low.weights(`${layer} weights`, tapMatrices(conv));
  const operands = { weights, block: slice.at, result: to.at };
  appendProduct(low, place, shapeOf(conv, columns, to), operands);
  const bias = low.weights(`${layer} bias`, conv.bias ?? new Float32Array(outChannels));
  appendBias(low, place, { rows: outChannels, columns }, to, bias);
};
