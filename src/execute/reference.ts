// biome-ignore-all lint/style/noNonNullAssertion: planes are made as long as the channels and frames that the loops count
/**
 * The reference executor: a program in plain TypeScript, float32 at every step, the same bits on
 * every host and for every split into blocks. The check on every other way to run a model.
 */
import type { TanhKind } from '../engine/engine.ts';
import type { Activation } from '../nam/network.ts';
import type { BufferId, Operation, Program } from '../program/program.ts';
import type { Executor } from './executor.ts';
import { type LibraryCalls, libraryFunctionOf, planeActivation } from './reference-activation.ts';
import { convolve, History } from './reference-convolution.ts';
import { lstm } from './reference-lstm.ts';

export interface ReferenceOptions {
  /** NAM Core's tanh: libm's, or its fast-tanh switch, which also changes an LSTM's sigmoids. */
  readonly tanh: TanhKind;
  /** Sees the arguments of all calls of tanh and exp; where it is absent nothing is spent on it. */
  readonly onLibraryCalls?: (calls: LibraryCalls) => void;
  /** Sees what LeakyReLU and PReLU are given, row by row. */
  readonly onLeaky?: (row: number, values: Float32Array) => void;
}

/** Frames that are computed at a time, whatever the caller's blocks are. */
const chunkFrames = 128;

const f = Math.fround;

/** One operation made ready to run on planes of `chunkFrames` floats. */
export interface ReferenceStep {
  readonly run: (frames: number) => void;
  /** What has a memory forgets it. */
  readonly clear?: () => void;
  /** Takes its inputs of the first frame for all the past. */
  readonly saturate?: () => void;
}

const rowwise = (
  rows: number,
  run: (at: number, frames: number, row: number) => void,
): ReferenceStep => ({
  run: (frames) => {
    for (let row = 0; row < rows; row++) run(row * chunkFrames, frames, row);
  },
});

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

  step(operation: Operation): ReferenceStep {
    switch (operation.op) {
      case 'zero': {
        const dst = this.plane(operation.dst);
        return { run: () => dst.fill(0) };
      }
      case 'copy': {
        const src = this.plane(operation.src).subarray(0, operation.rows * chunkFrames);
        const dst = this.plane(operation.dst);
        return { run: () => dst.set(src) };
      }
      case 'conv':
        return this.convolution(operation);
      case 'add': {
        const [a, b] = [this.plane(operation.a), this.plane(operation.b)];
        const dst = this.plane(operation.dst);
        return rowwise(operation.rows, (at, frames) => {
          for (let i = at; i < at + frames; i++) dst[i] = a[i]! + b[i]!;
        });
      }
      case 'activation':
        return this.activation(operation);
      case 'gate':
        return this.gate(operation);
      case 'film':
        return this.film(operation);
      case 'scale': {
        const [src, dst] = [this.plane(operation.src), this.plane(operation.dst)];
        const { scale } = operation;
        return rowwise(dst.length / chunkFrames, (at, frames) => {
          for (let i = at; i < at + frames; i++) dst[i] = scale * src[i]!;
        });
      }
      case 'affine': {
        const buf = this.plane(operation.buf);
        const { scale, offset } = operation;
        return rowwise(scale.length, (at, frames, row) => {
          const [factor, shift] = [scale[row]!, offset[row]!];
          for (let i = at; i < at + frames; i++) buf[i] = f(factor * buf[i]!) + shift;
        });
      }
      case 'lstm': {
        const { tanh, onLibraryCalls } = this.options;
        const [src, dst] = [this.plane(operation.src), this.plane(operation.dst)];
        return lstm(operation, src, dst, chunkFrames, tanh, onLibraryCalls);
      }
      default:
        return operation satisfies never;
    }
  }

  private convolution({ conv, ...operation }: Operation & { op: 'conv' }): ReferenceStep {
    const [src, dst] = [this.plane(operation.src), this.plane(operation.dst)];
    if ((conv.kernelSize - 1) * conv.dilation === 0) {
      return { run: (frames) => convolve(conv, src, chunkFrames, 0, dst, chunkFrames, frames) };
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

  /** Shows the calls that an activation would make; undefined where nobody looks, or it makes none. */
  private observer(layer: string, activation: Activation, values: Float32Array) {
    const { tanh, onLibraryCalls } = this.options;
    const fn = libraryFunctionOf(activation, tanh);
    if (fn === null || onLibraryCalls === undefined) return undefined;
    return (from: number, count: number) => onLibraryCalls({ layer, fn, values, from, count });
  }

  private activation(operation: Operation & { op: 'activation' }): ReferenceStep {
    const { layer, activation } = operation;
    const buf = this.plane(operation.buf);
    const apply = planeActivation(activation, this.options.tanh);
    const observe = this.observer(layer, activation, buf);
    const { type } = activation;
    const leaky = type === 'LeakyReLU' || type === 'PReLU' ? this.options.onLeaky : undefined;
    return rowwise(buf.length / chunkFrames, (at, frames, row) => {
      observe?.(at, frames);
      leaky?.(row, buf.subarray(at, at + frames));
      apply(buf, at, frames, row);
    });
  }

  private gate(operation: Operation & { op: 'gate' }): ReferenceStep {
    const buf = this.plane(operation.buf);
    const { rows, mode, primary, secondary, layer } = operation;
    const { tanh } = this.options;
    const [first, second] = [planeActivation(primary, tanh), planeActivation(secondary, tanh)];
    const observeFirst = this.observer(layer, primary, buf);
    const observeSecond = this.observer(layer, secondary, buf);
    const before = new Float32Array(chunkFrames);
    return rowwise(rows, (at, frames, row) => {
      const gateAt = at + rows * chunkFrames;
      observeFirst?.(at, frames);
      observeSecond?.(gateAt, frames);
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

  private film({ conv, rows, shift, ...operation }: Operation & { op: 'film' }): ReferenceStep {
    const [src, dst] = [this.plane(operation.src), this.plane(operation.dst)];
    const condition = this.plane(operation.condition);
    const scaleShift = new Float32Array(conv.outChannels * chunkFrames);
    const shiftFrom = (conv.outChannels / 2) * chunkFrames;
    const modulate = rowwise(rows, (at, frames) => {
      for (let i = at; i < at + frames; i++) {
        const scaled = f(src[i]! * scaleShift[i]!);
        dst[i] = shift ? scaled + scaleShift[shiftFrom + i]! : scaled;
      }
    });
    return {
      run: (frames) => {
        convolve(conv, condition, chunkFrames, 0, scaleShift, chunkFrames, frames);
        modulate.run(frames);
      },
    };
  }
}

/** Copies the planes of `frames` floats each, so far apart. */
const copyPlanes = (
  from: Float32Array,
  fromStride: number,
  fromAt: number,
  to: Float32Array,
  toStride: number,
  toAt: number,
  planes: number,
  frames: number,
): void => {
  for (let c = 0; c < planes; c++) {
    const [source, target] = [c * fromStride + fromAt, c * toStride + toAt];
    for (let i = 0; i < frames; i++) to[target + i] = from[source + i]!;
  }
};

export const createReferenceExecutor = (
  program: Program,
  options: ReferenceOptions = { tanh: 'libm' },
): Executor => {
  const builder = new Steps(program, options);
  const steps = program.operations.map((operation) => builder.step(operation));
  const recurrent = program.operations.some(({ op }) => op === 'lstm');
  const input = builder.plane(program.input);
  const output = builder.plane(program.output);

  const run = (frames: number, saturates = false): void => {
    for (const step of steps) {
      if (saturates) step.saturate?.();
      step.run(frames);
    }
  };

  const prewarm = (): void => {
    input.fill(0);
    // Silence has filled every history with one value a channel by the end of a prewarm, so that
    // one frame with saturated histories gives the state that thousands of frames would.
    if (!recurrent) run(1, true);
    else {
      for (let left = program.prewarmSamples; left > 0; left -= chunkFrames) {
        run(Math.min(left, chunkFrames));
      }
    }
  };

  const executor: Executor = {
    reset() {
      for (const step of steps) step.clear?.();
      prewarm();
    },
    process(from, to, frames) {
      for (let done = 0; done < frames; done += chunkFrames) {
        const length = Math.min(chunkFrames, frames - done);
        copyPlanes(from, frames, done, input, chunkFrames, 0, input.length / chunkFrames, length);
        run(length);
        copyPlanes(output, chunkFrames, 0, to, frames, done, output.length / chunkFrames, length);
      }
    },
  };
  executor.reset();
  return executor;
};
