/** One LSTM layer, frame by frame, float32 at every step. */
import type { TanhKind } from '../engine/engine.ts';
import type { LstmLayer } from '../nam/network.ts';
import { fastSigmoid, fastTanh, sigmoid, tanhf } from './reference-math.ts';

const f = Math.fround;

export class LstmState {
  private readonly layer: LstmLayer;
  /** The input, then the hidden state. */
  private readonly inputHidden: Float32Array;
  private readonly cell: Float32Array;
  /** Gates before their activations: input, forget, cell, output. */
  private readonly gates: Float32Array;
  private readonly tanh: (x: number) => number;
  private readonly sigmoid: (x: number) => number;
  private readonly observe:
    | ((fn: 'tanh' | 'exp', values: Float32Array, from: number) => void)
    | null;

  constructor(
    layer: LstmLayer,
    tanh: TanhKind,
    observe: ((fn: 'tanh' | 'exp', values: Float32Array, from: number) => void) | null,
  ) {
    this.layer = layer;
    this.inputHidden = new Float32Array(layer.inputSize + layer.hiddenSize);
    this.cell = new Float32Array(layer.hiddenSize);
    this.gates = new Float32Array(4 * layer.hiddenSize);
    this.tanh = tanh === 'fast' ? fastTanh : tanhf;
    this.sigmoid = tanh === 'fast' ? fastSigmoid : sigmoid;
    this.observe = tanh === 'fast' ? null : observe;
    this.reset();
  }

  reset(): void {
    this.inputHidden.fill(0);
    this.inputHidden.set(this.layer.initialHidden, this.layer.inputSize);
    this.cell.set(this.layer.initialCell);
  }

  process(src: Float32Array, dst: Float32Array, stride: number, frames: number): void {
    const { weights, bias, inputSize, hiddenSize } = this.layer;
    const { inputHidden, gates, cell } = this;
    const columns = inputSize + hiddenSize;
    for (let frame = 0; frame < frames; frame++) {
      for (let i = 0; i < inputSize; i++) inputHidden[i] = src[i * stride + frame]!;
      for (let row = 0; row < 4 * hiddenSize; row++) {
        let sum = 0;
        const at = row * columns;
        for (let i = 0; i < columns; i++) sum = f(sum + weights[at + i]! * inputHidden[i]!);
        gates[row] = sum + bias[row]!;
      }
      this.observeGates();
      for (let i = 0; i < hiddenSize; i++) {
        const kept = f(this.sigmoid(gates[hiddenSize + i]!) * cell[i]!);
        const added = f(this.sigmoid(gates[i]!) * this.tanh(gates[2 * hiddenSize + i]!));
        cell[i] = kept + added;
      }
      this.observe?.('tanh', cell, 0);
      for (let i = 0; i < hiddenSize; i++) {
        const hidden = f(this.sigmoid(gates[3 * hiddenSize + i]!) * this.tanh(cell[i]!));
        inputHidden[inputSize + i] = hidden;
        dst[i * stride + frame] = hidden;
      }
    }
  }

  private observeGates(): void {
    const { observe, gates } = this;
    const { hiddenSize } = this.layer;
    if (observe === null) return;
    for (const gate of [0, 1, 3]) observe('exp', gates, gate * hiddenSize);
    observe('tanh', gates, 2 * hiddenSize);
  }
}
