/** ConvNet of NAM Core: every block copies its input into a matrix of its own, and its output out of it. */
import type { Reference } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import type { Lowering, Place } from '../common/lowering.ts';

import { appendBias, appendCopy, appendPass, type Operand } from '../eigen/passes.ts';
import { appendProduct } from '../eigen/product.ts';
import { appendZero } from '../libc/memset.ts';
import type { ConvolutionPath } from './convolution-path.ts';
import { frameCode } from './frame-code.ts';
import { appendCopyRows } from './gate.ts';
import { tapMatrices } from './weights.ts';

const appendOverhead = (
  lowering: Lowering,
  place: Place,
  name: 'heap' | 'convnetBlock' | 'convnetHead',
): void =>
  lowering.overhead(
    `nam-core/${name}`,
    frameCode(lowering.target)[name],
  )({ ...place, kind: 'call' });

/** A matrix of a block's length that lives until the block has been processed. */
const appendMatrixOf = (lowering: Lowering, place: Place, from: Operand): Operand => {
  const { blockFrames } = lowering;
  const rows = from.stride;
  const copy = { at: lowering.scratch('block input', rows * blockFrames), stride: rows };
  appendOverhead(lowering, place, 'heap');
  const shape = { rows, columns: blockFrames };
  appendCopyRows(lowering, { ...place, kind: 'copy' }, shape, from, copy);
  return copy;
};

type ConvOperation = Parameters<ConvolutionPath>[2];

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
  const output = {
    at: lowering.scratch('conv output', shape.rows * shape.columns),
    stride: to.stride,
  };
  appendOverhead(lowering, place, 'convnetBlock');
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
  const { lanes } = target;
  appendPass(
    lowering,
    place,
    { name: 'batch norm scale', shape, loop, call, column, lanes },
    [signal, { at: scale, stride: 0 }],
    signal,
    (b, [x = 0, y = 0], l) => b.binary('mul', x, y, l),
  );
  appendPass(
    lowering,
    place,
    { name: 'batch norm offset', shape, loop, call: {}, column: {}, lanes },
    [signal, { at: offset, stride: 0 }],
    signal,
    (b, [x = 0, y = 0], l) => b.binary('add', x, y, l),
  );
};

/** ConvNet's _Head::process_, on a copy of the last block's output. */
export const appendConvNetHead = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  from: Operand,
  to: Operand,
): void => {
  const { blockFrames } = lowering;
  const { inChannels, outChannels } = conv;
  appendOverhead(lowering, place, 'convnetHead');
  const values = appendMatrixOf(lowering, place, from);
  const slice = {
    at: lowering.scratch('head input', inChannels * blockFrames),
    stride: inChannels,
  };
  appendOverhead(lowering, place, 'heap');
  const shape = { rows: inChannels, columns: blockFrames };
  appendCopy(lowering, { ...place, kind: 'copy' }, shape, values, slice);
  appendZero(lowering, place, to.at, to.stride * blockFrames);
  appendProduct(
    lowering,
    place,
    {
      rows: outChannels,
      depth: inChannels,
      columns: blockFrames,
      weightStride: outChannels,
      blockStride: inChannels,
      resultStride: to.stride,
    },
    {
      weights: lowering.weights(`${place.layer} weights`, tapMatrices(conv)),
      block: slice.at,
      result: to.at,
    },
  );
  const bias = lowering.weights(`${place.layer} bias`, conv.bias ?? new Float32Array(outChannels));
  appendBias(lowering, place, { rows: outChannels, columns: blockFrames }, to, bias);
};
