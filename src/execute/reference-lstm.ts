// biome-ignore-all lint/style/noNonNullAssertion: sizes come from the parsed cell, whose weights were counted
/** One LSTM layer, frame by frame, float32 at every step. */
import type { TanhKind } from '../engine/engine.ts';
import type { Operation } from '../program/program.ts';
import type { LibraryCalls } from './reference-activation.ts';
import { fastSigmoid, fastTanh, sigmoid, tanhf } from './reference-activation.ts';

const f = Math.fround;

/** From planes of `stride` floats to others; `observe` sees the arguments of libm's functions. */
export const lstm = (
  { layer, cell: weightsOf }: Operation & { op: 'lstm' },
  src: Float32Array,
  dst: Float32Array,
  stride: number,
  tanhKind: TanhKind,
  observe?: (calls: LibraryCalls) => void,
): { readonly run: (frames: number) => void; readonly clear: () => void } => {
  const { weights, bias, inputSize, hiddenSize, initialHidden, initialCell } = weightsOf;
  const fast = tanhKind === 'fast';
  const squash = fast ? fastSigmoid : sigmoid;
  const tanh = fast ? fastTanh : tanhf;
  const columns = inputSize + hiddenSize;
  /** The input, then the hidden state. */
  const inputHidden = new Float32Array(columns);
  const cell = new Float32Array(hiddenSize);
  /** Gates before their activations: input, forget, cell, output. */
  const gates = new Float32Array(4 * hiddenSize);

  const calls = (fn: LibraryCalls['fn'], values: Float32Array, from: number): void => {
    if (!fast) observe?.({ layer, fn, values, from, count: hiddenSize });
  };
  const sumGates = (): void => {
    for (let row = 0; row < 4 * hiddenSize; row++) {
      let sum = 0;
      const at = row * columns;
      for (let i = 0; i < columns; i++) sum = f(sum + weights[at + i]! * inputHidden[i]!);
      gates[row] = sum + bias[row]!;
    }
    for (const gate of [0, 1, 3]) calls('exp', gates, gate * hiddenSize);
    calls('tanh', gates, 2 * hiddenSize);
  };
  const oneFrame = (frame: number): void => {
    for (let i = 0; i < inputSize; i++) inputHidden[i] = src[i * stride + frame]!;
    sumGates();
    for (let i = 0; i < hiddenSize; i++) {
      const kept = f(squash(gates[hiddenSize + i]!) * cell[i]!);
      cell[i] = kept + f(squash(gates[i]!) * tanh(gates[2 * hiddenSize + i]!));
    }
    calls('tanh', cell, 0);
    for (let i = 0; i < hiddenSize; i++) {
      const hidden = f(squash(gates[3 * hiddenSize + i]!) * tanh(cell[i]!));
      inputHidden[inputSize + i] = hidden;
      dst[i * stride + frame] = hidden;
    }
  };
  const clear = (): void => {
    inputHidden.fill(0);
    inputHidden.set(initialHidden, inputSize);
    cell.set(initialCell);
  };
  clear();
  return {
    run: (frames) => {
      for (let frame = 0; frame < frames; frame++) oneFrame(frame);
    },
    clear,
  };
};
