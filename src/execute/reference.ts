/**
 * The reference executor: a program in plain TypeScript, float32 at every step, the same bits on
 * every host and for every split into blocks. The check on every other way to run a model.
 */
import type { TanhKind } from '../engine/engine.ts';
import type { BufferId, Operation, Program } from '../program/program.ts';
import type { Executor } from './executor.ts';
import { type LibraryCalls, libraryFunctionOf, planeActivation } from './reference-activation.ts';
import { convolve, History } from './reference-convolution.ts';
import { LstmState } from './reference-lstm.ts';
import { watchForNonFinite } from './reference-watch.ts';

export interface ReferenceOptions {
  /** NAM Core's tanh: libm's, or its fast-tanh switch, which also changes an LSTM's sigmoids. */
  readonly tanh: TanhKind;
  /** Sees the arguments of all calls of tanh and exp; where it is absent nothing is spent on it. */
  readonly onLibraryCalls?: (calls: LibraryCalls) => void;
  /** Sees what LeakyReLU and PReLU are given, row by row. */
  readonly onLeaky?: (row: number, values: Float32Array) => void;
  /** Told the layer and the operation where NaN or infinity first appears, once after each reset. */
  readonly onNonFinite?: (layer: string, operation: string) => void;
}

/** Frames that are computed at a time, whatever the caller's blocks are. */
const chunkFrames = 128;

const f = Math.fround;

type Run = (frames: number) => void;

/** One operation made ready to run on planes of `chunkFrames` floats. */
interface Step {
  readonly run: Run;
  readonly clear: () => void;
  /** Takes its inputs of the first frame for all the past. */
  readonly saturate: () => void;
}

const stateless = (run: Run): Step => ({ run, clear: () => {}, saturate: () => {} });

class Steps {
  readonly planes: readonly Float32Array[];
  private readonly options: ReferenceOptions;

  constructor(program: Program, options: ReferenceOptions) {
    this.planes = program.buffers.map((buffer) => new Float32Array(buffer.channels * chunkFrames));
    this.options = options;
  }

  plane(id: BufferId): Float32Array {
    const plane = this.planes[id];
    if (plane === undefined) throw new Error(`the program has no buffer ${id}`);
    return plane;
  }

  step(operation: Operation): Step {
    switch (operation.op) {
      case 'zero': {
        const dst = this.plane(operation.dst);
        return stateless(() => {
          dst.fill(0);
        });
      }
      case 'copy': {
        const src = this.plane(operation.src);
        const dst = this.plane(operation.dst);
        const end = operation.rows * chunkFrames;
        return stateless(() => {
          for (let i = 0; i < end; i++) dst[i] = src[i]!;
        });
      }
      case 'conv':
        return this.convolution(operation);
      case 'add': {
        const a = this.plane(operation.a);
        const b = this.plane(operation.b);
        const dst = this.plane(operation.dst);
        return rowwise(operation.rows, (at, frames) => {
          for (let i = at; i < at + frames; i++) dst[i] = a[i]! + b[i]!;
        });
      }
      case 'activation': {
        const buf = this.plane(operation.buf);
        const apply = planeActivation(operation.activation, this.options.tanh);
        const fn = libraryFunctionOf(operation.activation, this.options.tanh);
        const { onLibraryCalls: observe } = this.options;
        const { type } = operation.activation;
        const leaky = type === 'LeakyReLU' || type === 'PReLU' ? this.options.onLeaky : undefined;
        return rowwise(buf.length / chunkFrames, (at, frames, row) => {
          if (observe !== undefined && fn !== null) {
            observe({ layer: operation.layer, fn, values: buf, from: at, count: frames });
          }
          leaky?.(row, buf.subarray(at, at + frames));
          apply(buf, at, frames, row);
        });
      }
      case 'gate':
        return this.gate(operation);
      case 'film':
        return this.film(operation);
      case 'scale': {
        const src = this.plane(operation.src);
        const dst = this.plane(operation.dst);
        const { scale } = operation;
        return rowwise(dst.length / chunkFrames, (at, frames) => {
          for (let i = at; i < at + frames; i++) dst[i] = scale * src[i]!;
        });
      }
      case 'affine': {
        const buf = this.plane(operation.buf);
        const { scale, offset } = operation;
        return rowwise(scale.length, (at, frames, row) => {
          const factor = scale[row]!;
          const shift = offset[row]!;
          for (let i = at; i < at + frames; i++) buf[i] = f(factor * buf[i]!) + shift;
        });
      }
      case 'lstm': {
        const src = this.plane(operation.src);
        const dst = this.plane(operation.dst);
        const observe = this.options.onLibraryCalls;
        const { layer, cell } = operation;
        const state = new LstmState(
          cell,
          this.options.tanh,
          observe === undefined
            ? null
            : (fn, values, from) => observe({ layer, fn, values, from, count: cell.hiddenSize }),
        );
        return {
          run: (frames) => state.process(src, dst, chunkFrames, frames),
          clear: () => state.reset(),
          saturate: () => {},
        };
      }
      default:
        return operation satisfies never;
    }
  }

  private convolution(operation: Extract<Operation, { op: 'conv' }>): Step {
    const { conv } = operation;
    const src = this.plane(operation.src);
    const dst = this.plane(operation.dst);
    if ((conv.kernelSize - 1) * conv.dilation === 0) {
      return stateless((frames) => {
        convolve(conv, src, chunkFrames, 0, dst, chunkFrames, frames);
      });
    }
    const history = new History(conv, chunkFrames);
    return {
      run: (frames) => {
        history.write(src, chunkFrames, frames);
        const { planes, stride, position } = history;
        convolve(conv, planes, stride, position, dst, chunkFrames, frames);
        history.position += frames;
      },
      clear: () => history.clear(),
      saturate: () => history.saturate(src, chunkFrames),
    };
  }

  private gate(operation: Extract<Operation, { op: 'gate' }>): Step {
    const buf = this.plane(operation.buf);
    const { rows, mode, primary, secondary, layer } = operation;
    const { tanh, onLibraryCalls: observe } = this.options;
    const first = planeActivation(primary, tanh);
    const second = planeActivation(secondary, tanh);
    const firstFn = libraryFunctionOf(primary, tanh);
    const secondFn = libraryFunctionOf(secondary, tanh);
    const before = new Float32Array(chunkFrames);
    return rowwise(rows, (at, frames, row) => {
      const gateAt = at + rows * chunkFrames;
      if (observe !== undefined) {
        const count = frames;
        if (firstFn !== null) observe({ layer, fn: firstFn, values: buf, from: at, count });
        if (secondFn !== null) observe({ layer, fn: secondFn, values: buf, from: gateAt, count });
      }
      for (let i = 0; i < frames; i++) before[i] = buf[at + i]!;
      first(buf, at, frames, row);
      second(buf, gateAt, frames, row);
      for (let i = 0; i < frames; i++) {
        const value = buf[at + i]!;
        const share = buf[gateAt + i]!;
        buf[at + i] =
          mode === 'gated' ? value * share : f(share * value) + f(f(1 - share) * before[i]!);
      }
    });
  }

  private film(operation: Extract<Operation, { op: 'film' }>): Step {
    const { conv, rows, shift } = operation;
    const src = this.plane(operation.src);
    const dst = this.plane(operation.dst);
    const condition = this.plane(operation.condition);
    const scaleShift = new Float32Array(conv.outChannels * chunkFrames);
    const shiftFrom = (conv.outChannels / 2) * chunkFrames;
    return stateless((frames) => {
      convolve(conv, condition, chunkFrames, 0, scaleShift, chunkFrames, frames);
      for (let row = 0; row < rows; row++) {
        const at = row * chunkFrames;
        for (let i = at; i < at + frames; i++) {
          const scaled = f(src[i]! * scaleShift[i]!);
          dst[i] = shift ? scaled + scaleShift[shiftFrom + i]! : scaled;
        }
      }
    });
  }
}

const rowwise = (rows: number, run: (at: number, frames: number, row: number) => void): Step =>
  stateless((frames) => {
    for (let row = 0; row < rows; row++) run(row * chunkFrames, frames, row);
  });

export const createReferenceExecutor = (
  program: Program,
  options: ReferenceOptions = { tanh: 'libm' },
): Executor => {
  const builder = new Steps(program, options);
  const steps = program.operations.map((operation) => builder.step(operation));
  const recurrent = program.operations.some((operation) => operation.op === 'lstm');
  const inputPlanes = builder.plane(program.input);
  const outputPlanes = builder.plane(program.output);
  const inputs = inputPlanes.length / chunkFrames;
  const outputs = outputPlanes.length / chunkFrames;

  const { onNonFinite } = options;
  const watch = onNonFinite && watchForNonFinite(program, builder.planes, chunkFrames, onNonFinite);

  const run = (frames: number): void => {
    for (let i = 0; i < steps.length; i++) {
      steps[i]!.run(frames);
      watch?.check(i, frames);
    }
  };

  const prewarm = (): void => {
    inputPlanes.fill(0);
    if (!recurrent) {
      // Silence has filled every history with one value a channel by the end of a prewarm, so that
      // one frame with saturated histories gives the state that thousands of frames would.
      for (let i = 0; i < steps.length; i++) {
        steps[i]!.saturate();
        steps[i]!.run(1);
        watch?.check(i, 1);
      }
      return;
    }
    for (let left = program.prewarmSamples; left > 0; left -= chunkFrames) {
      run(Math.min(left, chunkFrames));
    }
  };

  const executor: Executor = {
    reset() {
      for (const step of steps) step.clear();
      watch?.reset();
      prewarm();
    },
    process(input, output, frames) {
      for (let done = 0; done < frames; done += chunkFrames) {
        const length = Math.min(chunkFrames, frames - done);
        for (let c = 0; c < inputs; c++) {
          const from = c * frames + done;
          const to = c * chunkFrames;
          for (let i = 0; i < length; i++) inputPlanes[to + i] = input[from + i]!;
        }
        run(length);
        for (let c = 0; c < outputs; c++) {
          const from = c * chunkFrames;
          const to = c * frames + done;
          for (let i = 0; i < length; i++) output[to + i] = outputPlanes[from + i]!;
        }
      }
    },
  };
  executor.reset();
  return executor;
};
