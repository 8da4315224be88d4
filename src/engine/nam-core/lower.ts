/** A whole program, operation by operation, as NAM Core's generic classes run it. */

import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Operation, Program } from '../../program/program.ts';
import { Lowering, type Place } from '../common/lowering.ts';
import { appendActivation, resolveTanh } from '../eigen/activations.ts';
import {
  appendAdd,
  appendCopy,
  appendPass,
  appendScale,
  type Operand,
  passCode,
} from '../eigen/passes.ts';
import type { LowerOptions } from '../engine.ts';
import { appendZero } from '../libc/memset.ts';
import { callCode } from './call-code.ts';
import { appendBatchNorm, appendConvNetBlock, appendConvNetHead } from './convnet.ts';
import { appendCall, appendConv1d, appendConv1x1 } from './convolution.ts';
import type { ConvolutionPath } from './convolution-path.ts';
import { functionNames } from './functions.ts';
import { appendCopyRows, appendFilm, appendGate } from './gate.ts';
import { appendLinear } from './linear.ts';
import { appendLinearFft, takesFft } from './linear-fft.ts';
import { appendLstm, appendLstmHead } from './lstm.ts';
import { Signals } from './signals.ts';

const pointwise = new Set(['rechannel', 'mixin', 'layer1x1', 'head1x1', 'film']);

export const genericConvolution: ConvolutionPath = (
  lowering,
  place,
  { role, conv },
  source,
  result,
) => {
  if (pointwise.has(role)) appendConv1x1(lowering, place, conv, source, result);
  else appendConv1d(lowering, place, conv, source, result);
};

/**
 * Lines of code that one block runs through, in bytes: counted in an emulator for A1 nano, Thumb-2,
 * -O3. The functions lie apart, each among branches that are not taken.
 */
const touchedCodeBytes = (engine: string): number =>
  engine === 'nam-core-inline' ? 283 * 32 : 276 * 32;

export const lowerGeneric = (
  engine: string,
  program: Program,
  target: Target,
  options: LowerOptions,
  convolution: ConvolutionPath,
): Lowered => {
  const lowering = new Lowering(target, options.blockFrames, functionNames());
  const signals = new Signals(lowering, program);
  const input = lowering.buffer('audio in', options.blockFrames, 'io');
  const output = lowering.buffer('audio out', options.blockFrames, 'io');
  appendInput(lowering, program, input, signals.get(program.input));
  const head1x1 = new Set(
    program.operations.flatMap((o) => (o.op === 'conv' && o.role === 'head1x1' ? [o.dst] : [])),
  );
  let signal: Operand | null = null;
  let channels = 0;
  for (const [index, operation] of program.operations.entries()) {
    const { kind } = program.network;
    if (operation.op === 'conv' && operation.role === 'linear') {
      const { layer, conv, src, dst } = operation;
      const append = takesFft(program.network, conv) ? appendLinearFft : appendLinear;
      append(lowering, { layer, kind: 'linear' }, conv, signals.get(src), signals.get(dst));
      continue;
    }
    if (kind === 'convnet' && operation.op === 'conv') {
      const { role, src, dst } = operation;
      const place = { layer: operation.layer, kind: role };
      const from = signals.get(src);
      if (role === 'head') {
        appendConvNetHead(lowering, place, operation.conv, from, signals.get(dst));
      } else appendConvNetBlock(lowering, place, operation, from, signals.get(dst), convolution);
      continue;
    }
    // The head of an LSTM is part of its loop over samples.
    const afterLstm = program.operations[index - 1]?.op === 'lstm' && target.isa === 'aarch64';
    if (operation.op === 'conv' && operation.role === 'head' && afterLstm) {
      const { layer, conv, src, dst } = operation;
      const place = { layer, kind: 'head' };
      appendLstmHead(lowering, place, conv, signals.get(src), signals.get(dst));
      continue;
    }
    if (operation.op === 'conv' && operation.role === 'rechannel') {
      signal = signals.get(operation.dst);
      channels = operation.conv.outChannels;
      appendCall(lowering, { layer: operation.layer, kind: 'call' }, 'array');
    }
    if (operation.op === 'conv' && operation.role === 'headRechannel' && signal) {
      // LayerArray keeps its output for the next array.
      const shape = { rows: channels, columns: options.blockFrames };
      const kept = {
        at: lowering.scratch(`${operation.layer} outputs`, channels * options.blockFrames),
        stride: channels,
      };
      appendCopy(lowering, { layer: operation.layer, kind: 'copy' }, shape, signal, kept);
    }
    const fromHead1x1 = head1x1.has(operation.op === 'add' ? operation.b : -1);
    appendOperation(lowering, operation, signals, options, convolution, fromHead1x1);
  }
  appendOutput(lowering, signals.get(program.output), output);
  const codeBytes = touchedCodeBytes(engine);
  return { ...lowering.finish(engine, input, output, codeBytes), codeScattered: true };
};

const appendOperation = (
  lowering: Lowering,
  operation: Operation,
  signals: Signals,
  options: LowerOptions,
  convolution: ConvolutionPath,
  fromHead1x1: boolean,
): void => {
  const { blockFrames } = options;
  const place = (kind: string): Place => ({ layer: operation.layer, kind });
  switch (operation.op) {
    case 'zero': {
      const { at, stride } = signals.get(operation.dst);
      appendZero(lowering, place('zero'), at, stride * blockFrames);
      return;
    }
    case 'copy': {
      const shape = { rows: operation.rows, columns: blockFrames };
      appendCopy(
        lowering,
        place('copy'),
        shape,
        signals.get(operation.src),
        signals.get(operation.dst),
      );
      return;
    }
    case 'conv':
      convolution(
        lowering,
        place(operation.role),
        operation,
        signals.get(operation.src),
        signals.get(operation.dst),
      );
      return;
    case 'add': {
      const { role, rows } = operation;
      const head = role === 'head';
      const code = callCode(lowering.target);
      const call = role === 'mixin' ? code.layer : head ? code.headSum : {};
      const shape = { rows, columns: blockFrames };
      const added = signals.get(operation.b);
      // What is not the layer's whole signal is copied before the array adds it up.
      const kept = { at: lowering.scratch('layer to head', rows * blockFrames), stride: rows };
      const gated = head && added.stride !== rows;
      if (gated) appendCopyRows(lowering, place('head sum'), shape, added, kept);
      else if (head && fromHead1x1) appendCopy(lowering, place('head sum'), shape, added, kept);
      appendAdd(
        lowering,
        place(`${role} sum`),
        shape,
        signals.get(operation.a),
        gated || (head && fromHead1x1) ? kept : added,
        signals.get(operation.dst),
        { kind: head ? 'accumulate' : 'add', call },
      );
      return;
    }
    case 'activation': {
      const signal = signals.get(operation.buf);
      const shape = { rows: signal.stride, columns: blockFrames };
      const activation = resolveTanh(operation.activation, options.tanh);
      appendActivation(lowering, place('activation'), shape, activation, signal, signal);
      return;
    }
    case 'gate':
      appendGate(lowering, place('gate'), operation, signals, options.tanh);
      return;
    case 'film':
      appendFilm(
        lowering,
        place('film'),
        operation,
        signals,
        convolution,
        convolution !== genericConvolution,
      );
      return;
    case 'scale': {
      const from = signals.get(operation.src);
      const shape = { rows: from.stride, columns: blockFrames };
      appendScale(
        lowering,
        place('scale'),
        shape,
        from,
        signals.get(operation.dst),
        operation.scale,
      );
      return;
    }
    case 'affine': {
      const signal = signals.get(operation.buf);
      const scale = lowering.weights(`${operation.layer} scale`, operation.scale);
      const offset = lowering.weights(`${operation.layer} offset`, operation.offset);
      appendBatchNorm(lowering, place('batch norm'), signal, scale, offset);
      return;
    }
    case 'lstm':
      appendLstm(
        lowering,
        place('lstm'),
        operation.cell,
        signals.get(operation.src),
        signals.get(operation.dst),
        options.tanh,
      );
      return;
    default:
      operation satisfies never;
  }
};

/** Doubles of the host to float, and the copy that becomes the condition. */
const appendInput = (lowering: Lowering, program: Program, input: number, to: Operand): void => {
  const { target, blockFrames } = lowering;
  const place: Place = { layer: 'input', kind: 'input' };
  const { kind } = program.network;
  appendCall(lowering, place, kind === 'lstm' ? 'samples' : kind);
  const shape = { rows: 1, columns: blockFrames };
  appendPass(
    lowering,
    place,
    { name: 'narrow', shape, loop: passCode(target).narrow, call: {}, lanes: 1, wide: 'sources' },
    [{ at: { buffer: input, offset: 0 }, stride: 1 }],
    to,
    (b, [x]) => b.convert('narrow', x ?? 0, 1),
  );
  if (kind !== 'wavenet') return;
  const copy = { at: lowering.scratch('condition', blockFrames), stride: 1 };
  appendCopy(lowering, place, shape, to, copy);
};

const appendOutput = (lowering: Lowering, from: Operand, output: number): void => {
  const { target, blockFrames } = lowering;
  appendPass(
    lowering,
    { layer: 'output', kind: 'output' },
    {
      name: 'widen',
      shape: { rows: 1, columns: blockFrames },
      loop: passCode(target).widen,
      call: {},
      lanes: 1,
      wide: 'result',
    },
    [from],
    { at: { buffer: output, offset: 0 }, stride: 1 },
    (b, [x]) => b.convert('widen', x ?? 0, 1),
  );
};
