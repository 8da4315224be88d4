/** ConvNet of NAM Core: every block copies its input into a matrix of its own, and its output out of it. */
import type { Reference } from '../../kernel/lowered.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { appendBias, appendCopy, appendPass, type Operand } from '../eigen/passes.ts';
import { appendProduct } from '../eigen/product.ts';
import { appendZero } from '../libc/memset.ts';
import {
  type AppendConvolution,
  type ConvOperation,
  type ConvolutionPath,
  shapeOf,
} from './convolution.ts';
import { appendCopyRows, frameCode } from './frames.ts';
import { tapMatrices } from './weights.ts';

const appendCall = (
  lowering: Lowering,
  { layer }: Place,
  name: 'heap' | 'convnetBlock' | 'convnetHead',
): void => {
  const total = frameCode(lowering.target)[name];
  lowering.overhead(`nam-core/${name}`, total)({ layer, kind: 'call' });
};

/** A matrix of a block's length that lives until the block has been processed. */
const appendMatrixOf = (lowering: Lowering, place: Place, from: Operand): Operand => {
  const { blockFrames: columns } = lowering;
  const { stride: rows } = from;
  const copy = { at: lowering.scratch('block input', rows * columns), stride: rows };
  appendCall(lowering, place, 'heap');
  appendCopyRows(lowering, { ...place, kind: 'copy' }, { rows, columns }, from, copy);
  return copy;
};

/** ConvNetBlock::Process. */
export const appendConvNetBlock = (
  lowering: Lowering,
  place: Place,
  operation: ConvOperation,
  from: Operand,
  to: Operand,
  convolution: ConvolutionPath,
): void => {
  const shape = { rows: to.stride, columns: lowering.blockFrames };
  const at = lowering.scratch('conv output', shape.rows * shape.columns);
  const output = { at, stride: to.stride };
  appendCall(lowering, place, 'convnetBlock');
  const input = appendMatrixOf(lowering, place, from);
  convolution(lowering, place, operation, input, output);
  appendCopy(lowering, { ...place, kind: 'copy' }, shape, output, to);
};

/** BatchNorm::process_: two statements for every column. */
export const appendBatchNorm = (
  lowering: Lowering,
  place: Place,
  signal: Operand,
  scale: Reference,
  offset: Reference,
): void => {
  const { target, blockFrames } = lowering;
  const { call, column, loop } = frameCode(target).batchNorm;
  const shape = { rows: signal.stride, columns: blockFrames };
  const scalePass = { name: 'batch norm scale', shape, loop, call, column };
  const scales = { at: scale, stride: 0 };
  appendPass(lowering, place, scalePass, [signal, scales], signal, (b, [x, y], lanes) =>
    b.binary('mul', x, y, lanes),
  );
  const offsetPass = { name: 'batch norm offset', shape, loop, column: {} };
  const offsets = { at: offset, stride: 0 };
  appendPass(lowering, place, offsetPass, [signal, offsets], signal, (b, [x, y], lanes) =>
    b.binary('add', x, y, lanes),
  );
};

/** ConvNet's _Head::process_, on a copy of the last block's output. */
export const appendConvNetHead: AppendConvolution = (lowering, place, conv, from, to) => {
  const { layer } = place;
  const { blockFrames: columns } = lowering;
  const { inChannels: rows, outChannels } = conv;
  appendCall(lowering, place, 'convnetHead');
  const values = appendMatrixOf(lowering, place, from);
  const slice = { at: lowering.scratch('head input', rows * columns), stride: rows };
  appendCall(lowering, place, 'heap');
  appendCopy(lowering, { layer, kind: 'copy' }, { rows, columns }, values, slice);
  appendZero(lowering, place, to.at, to.stride * columns);
  const weights = lowering.weights(`${layer} weights`, tapMatrices(conv));
  const operands = { weights, block: slice.at, result: to.at };
  appendProduct(lowering, place, shapeOf(conv, columns, to), operands);
  const bias = lowering.weights(`${layer} bias`, conv.bias ?? new Float32Array(outChannels));
  appendBias(lowering, place, { rows: outChannels, columns }, to, bias);
};
