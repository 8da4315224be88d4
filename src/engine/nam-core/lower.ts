/** A whole program, operation by operation, as NAM Core's generic classes run it. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Operation, Program } from '../../program/program.ts';
import { Lowering, type Place } from '../common/lowering.ts';
import { appendActivation, resolveTanh } from '../eigen/activations.ts';
import { passCode } from '../eigen/pass-code.ts';
import {
  appendAdd,
  appendCopy,
  appendMultiply,
  appendPass,
  appendScale,
  type Operand,
} from '../eigen/passes.ts';
import type { LowerOptions } from '../engine.ts';
import { appendZero } from '../libc/memset.ts';
import { callCode } from './call-code.ts';
import { appendCall, appendConv1d, appendConv1x1 } from './convolution.ts';
import { functionNames } from './functions.ts';
import { appendFilm, appendGate } from './gate.ts';
import { appendLinear } from './linear.ts';
import { appendLstm } from './lstm.ts';
import { Signals } from './signals.ts';

type Conv = Extract<Operation, { op: 'conv' }>;

/** Appends a convolution; engines differ in this. */
export type ConvolutionPath = (
  lowering: Lowering,
  place: Place,
  conv: Conv,
  source: Operand,
  result: Operand,
) => void;

const pointwise = new Set(['rechannel', 'mixin', 'layer1x1', 'head1x1', 'film']);

export const genericConvolution: ConvolutionPath = (
  lowering,
  place,
  { role, conv },
  source,
  result,
) => {
  if (pointwise.has(role)) appendConv1x1(lowering, place, conv, source, result);
  else if (role === 'linear') appendLinear(lowering, place, conv, source, result);
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
  appendInput(lowering, input, signals.get(program.input));
  let signal: Operand | null = null;
  let channels = 0;
  for (const operation of program.operations) {
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
    appendOperation(lowering, operation, signals, options, convolution);
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
      appendAdd(
        lowering,
        place(`${role} sum`),
        { rows, columns: blockFrames },
        signals.get(operation.a),
        signals.get(operation.b),
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
      appendFilm(lowering, place('film'), operation, signals);
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
      const shape = { rows: signal.stride, columns: blockFrames };
      appendMultiply(
        lowering,
        place('batch norm'),
        shape,
        [{ at: scale, stride: 0 }, signal, { at: offset, stride: 0 }],
        signal,
      );
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
const appendInput = (lowering: Lowering, input: number, to: Operand): void => {
  const { target, blockFrames } = lowering;
  const place: Place = { layer: 'input', kind: 'input' };
  appendCall(lowering, place, 'block');
  const shape = { rows: 1, columns: blockFrames };
  appendPass(
    lowering,
    place,
    { name: 'narrow', shape, loop: passCode(target).narrow, call: {}, lanes: 1, wide: 'sources' },
    [{ at: { buffer: input, offset: 0 }, stride: 1 }],
    to,
    (b, [x]) => b.convert('narrow', x ?? 0, 1),
  );
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
