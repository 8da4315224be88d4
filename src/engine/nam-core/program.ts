/** A whole program, operation by operation, as NAM Core's generic classes run it. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { BufferId, Operation, Program } from '../../program/program.ts';
import { type Label, Lowering } from '../common/lowering.ts';
import { appendActivation, resolveTanh } from '../eigen/activation.ts';
import { appendAdd, appendCopy, appendScale, type Operand } from '../eigen/passes.ts';
import { eigenTarget } from '../eigen/registers.ts';
import { type LowerOptions, type Refusal, refusal } from '../engine.ts';
import { appendZero } from '../libc/memory.ts';
import { appendGate } from './activation.ts';
import { appendCall, callCode, functionNames } from './calls.ts';
import { appendBatchNorm, appendConvNetBlock, appendConvNetHead } from './convnet.ts';
import type { ConvOperation, ConvolutionPath } from './convolution.ts';
import { appendCopyRows, appendFilm, appendInput, appendOutput } from './frames.ts';
import { appendLinear, type LinearStyle, namCoreLinear } from './linear.ts';
import { appendLinearFft, takesFft } from './linear-fft.ts';
import { appendLstm, appendLstmHead } from './lstm.ts';

/** What NAM Core's host interface can be asked for here: one channel in, one out. */
export const readMono = (program: Program): Program | Refusal => {
  const inputs = program.buffers[program.input]?.channels ?? 0;
  const outputs = program.buffers[program.output]?.channels ?? 0;
  if (inputs === 1 && outputs === 1) return program;
  const reason = `the model has ${inputs} inputs and ${outputs} outputs; blocks are mono here.`;
  return refusal(reason, null);
};

/**
 * Lines of code that one block runs through, in bytes: counted in an emulator for A1 nano, Thumb-2,
 * -O3. The functions lie apart, each among branches that are not taken.
 */
const touchedCodeBytes = (engine: string) => (engine === 'nam-core-inline' ? 283 * 32 : 276 * 32);

interface GenericOptions extends LowerOptions {
  /** How another library than NAM Core convolves a `Linear`. */
  readonly linear?: LinearStyle;
}

export const lowerGeneric = (
  engine: string,
  program: Program,
  target: Target,
  options: GenericOptions,
  convolution: ConvolutionPath,
): Lowered => {
  const code = { codeOf: functionNames() };
  const low = new Lowering(eigenTarget(target), options.blockFrames, code);
  const writer = new ProgramWriter(low, program, options, convolution);
  const { input, output } = low.io();
  writer.write(input, output);
  return { ...low.finish(engine, input, output, touchedCodeBytes(engine)), codeScattered: true };
};

class ProgramWriter {
  private readonly low: Lowering;
  private readonly program: Program;
  private readonly options: GenericOptions;
  private readonly convolution: ConvolutionPath;
  /** The signals of the program as column-major matrices of one block. */
  private readonly signals: readonly Operand[];
  /** Outputs of head1x1 convolutions. */
  private readonly head1x1: ReadonlySet<BufferId>;
  /** What the layers of the array that is written work on. */
  private layerSignal: Operand | null = null;

  constructor(low: Lowering, program: Program, options: GenericOptions, path: ConvolutionPath) {
    this.low = low;
    this.program = program;
    this.options = options;
    this.convolution = path;
    this.signals = program.buffers.map(({ name, channels }) => ({
      at: low.memory(name, channels * options.blockFrames, 'scratch'),
      stride: channels,
    }));
    this.head1x1 = new Set(
      program.operations.flatMap((o) => (o.op === 'conv' && o.role === 'head1x1' ? [o.dst] : [])),
    );
  }

  write(input: BufferId, output: BufferId): void {
    const { low, program } = this;
    appendInput(low, program.network.kind, input, this.signal(program.input));
    for (const [index, operation] of program.operations.entries()) {
      if (operation.op !== 'conv') this.append(operation);
      else this.conv(operation, program.operations[index - 1]?.op === 'lstm');
    }
    appendOutput(low, this.signal(program.output), output);
  }

  private signal = (id: BufferId): Operand => {
    const operand = this.signals[id];
    if (!operand) throw new RangeError(`The program has no buffer ${id}.`);
    return operand;
  };

  private scratch(name: string, rows: number): Operand {
    return { at: this.low.scratch(name, rows * this.options.blockFrames), stride: rows };
  }

  private conv(operation: ConvOperation, afterLstm: boolean): void {
    const { low, convolution } = this;
    const { network } = this.program;
    const { layer, role, conv } = operation;
    const place: Label = { layer, kind: role };
    const [from, to] = [this.signal(operation.src), this.signal(operation.dst)];
    if (role === 'linear') {
      const { linear = namCoreLinear } = this.options;
      const append = takesFft(network, conv, linear) ? appendLinearFft : appendLinear;
      append(low, place, conv, from, to, linear);
    } else if (network.kind === 'convnet') {
      if (role === 'head') appendConvNetHead(low, place, conv, from, to);
      else appendConvNetBlock(low, place, operation, from, to, convolution);
    } else if (role === 'head' && afterLstm && /aarch64|x86/.test(low.target.isa)) {
      // The head of an LSTM is part of its loop over samples.
      appendLstmHead(low, place, conv, from, to);
    } else {
      this.aroundArray(operation, to);
      convolution(low, place, operation, from, to);
    }
  }

  /** LayerArray is called where it begins, and keeps its output for the next array. */
  private aroundArray({ layer, role }: ConvOperation, to: Operand): void {
    const { low } = this;
    if (role === 'rechannel') {
      this.layerSignal = to;
      appendCall(low, 'array', { layer });
    }
    if (role !== 'headRechannel' || !this.layerSignal) return;
    const rows = this.layerSignal.stride;
    const shape = { rows, columns: this.options.blockFrames };
    const kept = this.scratch(`${layer} outputs`, rows);
    appendCopy(low, { layer, kind: 'copy' }, shape, this.layerSignal, kept);
  }

  private append(operation: Exclude<Operation, { op: 'conv' }>): void {
    const { low, signal, convolution } = this;
    const { blockFrames: columns, tanh } = this.options;
    const { layer } = operation;
    const place = (kind: string): Label => ({ layer, kind });
    switch (operation.op) {
      case 'zero': {
        const { at, stride } = signal(operation.dst);
        appendZero(low, place('zero'), at, stride * columns);
        break;
      }
      case 'copy': {
        const shape = { rows: operation.rows, columns };
        const [from, to] = [signal(operation.src), signal(operation.dst)];
        appendCopy(low, place('copy'), shape, from, to);
        break;
      }
      case 'add':
        this.add(operation);
        break;
      case 'activation': {
        const of = signal(operation.buf);
        const activation = resolveTanh(operation.activation, tanh);
        const shape = { rows: of.stride, columns };
        appendActivation(low, place('activation'), shape, activation, of, of);
        break;
      }
      case 'gate':
        appendGate(low, place('gate'), operation, signal(operation.buf), tanh);
        break;
      case 'film':
        appendFilm(low, place('film'), operation, signal, convolution);
        break;
      case 'scale': {
        const [from, to] = [signal(operation.src), signal(operation.dst)];
        appendScale(low, place('scale'), { rows: from.stride, columns }, from, to, operation.scale);
        break;
      }
      case 'affine': {
        const scale = low.weights(`${layer} scale`, operation.scale);
        const offset = low.weights(`${layer} offset`, operation.offset);
        const of = signal(operation.buf);
        appendBatchNorm(low, place('batch norm'), of, scale, offset);
        break;
      }
      case 'lstm': {
        const [from, to] = [signal(operation.src), signal(operation.dst)];
        appendLstm(low, place('lstm'), operation.cell, from, to, tanh);
        break;
      }
      default:
        operation satisfies never;
    }
  }

  private add({ layer, role, rows, a, b, dst }: Extract<Operation, { op: 'add' }>): void {
    const { low, signal } = this;
    const head = role === 'head';
    const code = callCode(low.target);
    const call = role === 'mixin' ? code.layer : head ? code.headSum : {};
    const shape = { rows, columns: this.options.blockFrames };
    const place = { layer, kind: `${role} sum` };
    let added = signal(b);
    // What is not the layer's whole signal is copied before the array adds it up.
    const gated = head && added.stride !== rows;
    const kept = this.scratch('layer to head', rows);
    if (gated || (head && this.head1x1.has(b))) {
      (gated ? appendCopyRows : appendCopy)(low, place, shape, added, kept);
      added = kept;
    }
    appendAdd(low, place, shape, signal(a), added, signal(dst), head ? 'accumulate' : 'add', call);
  }
}
