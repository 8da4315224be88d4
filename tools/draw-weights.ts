/** Weight streams of WaveNets and LSTMs whose later channels contribute less, so that slicing costs sound only gradually. */
import type { Draw } from './draw.ts';

export interface ArrayShape {
  readonly inputSize: number;
  readonly channels: number;
  readonly headSize: number;
  readonly headKernelSize: number;
  readonly headBias: boolean;
  readonly kernelSizes: readonly number[];
  readonly dilations: readonly number[];
  readonly activation: 'Tanh' | 'ReLU' | 'LeakyReLU';
  readonly allowedChannels?: readonly number[];
}

/** A weight matrix (rows x columns x taps) as the file streams it: taps innermost. */
const matrix = (
  draw: Draw,
  rows: number,
  columns: number,
  taps: number,
  gain: number,
  fading: number,
): number[] => {
  // What column c weighs: later channels contribute less, so that slicing them away costs little.
  const shares: number[] = [];
  for (let c = 0, share = 1; c < columns; c++, share *= fading) shares.push(share);
  const energy = shares.reduce((sum, share) => sum + share * share, 0);
  const scale = gain / Math.sqrt(energy * taps);
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (const share of shares) {
      for (let tap = 0; tap < taps; tap++) values.push(draw.next() * scale * share);
    }
  }
  return values;
};

const biases = (draw: Draw, rows: number, gain: number): number[] =>
  Array.from({ length: rows }, () => draw.next() * gain);

/** output = scale x (head + bias). */
export interface Output {
  readonly scale: number;
  readonly bias: number;
}

/** The stream of one WaveNet, in NAM's order. The last weight is the head scale. */
export const drawWaveNet = (
  draw: Draw,
  arrays: readonly ArrayShape[],
  fading: number,
  output: Output,
): number[] => {
  const weights: number[] = [];
  for (const [i, array] of arrays.entries()) {
    const { channels } = array;
    const layers = array.dilations.length;
    weights.push(...matrix(draw, channels, array.inputSize, 1, 1, fading));
    array.kernelSizes.forEach((kernelSize) => {
      weights.push(...matrix(draw, channels, channels, kernelSize, 1.2, fading));
      weights.push(...biases(draw, channels, 0.1));
      weights.push(...matrix(draw, channels, 1, 1, 0.5, fading));
      weights.push(...matrix(draw, channels, channels, 1, 0.25, fading));
      weights.push(...biases(draw, channels, 0.02));
    });
    const gain = 1 / Math.sqrt(layers);
    weights.push(...matrix(draw, array.headSize, channels, array.headKernelSize, gain, fading));
    if (array.headBias) weights.push(i + 1 === arrays.length ? output.bias : 0);
  }
  weights.push(output.scale);
  return weights;
};

/** The first channels of a single-array WaveNet's stream: what slicing would leave. */
export const firstChannels = (
  weights: readonly number[],
  array: ArrayShape,
  channels: number,
): number[] => {
  const kept: number[] = [];
  let at = 0;
  const take = (
    rows: number,
    columns: number,
    taps: number,
    keptRows: number,
    keptColumns: number,
  ) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let tap = 0; tap < taps; tap++) {
          const weight = weights[at++] ?? 0;
          if (row < keptRows && column < keptColumns) kept.push(weight);
        }
      }
    }
  };
  const full = array.channels;
  take(full, 1, 1, channels, 1);
  for (const kernelSize of array.kernelSizes) {
    take(full, full, kernelSize, channels, channels);
    take(full, 1, 1, channels, 1);
    take(full, 1, 1, channels, 1);
    take(full, full, 1, channels, channels);
    take(full, 1, 1, channels, 1);
  }
  take(1, full, array.headKernelSize, 1, channels);
  kept.push(...weights.slice(at));
  return kept;
};

export const drawLstm = (draw: Draw, hiddenSize: number, bias: number): number[] => {
  const rows = 4 * hiddenSize;
  const weights: number[] = [];
  for (let row = 0; row < rows; row++) {
    weights.push(draw.next() * 1.5);
    // Weak enough that the state forgets: the output settles within milliseconds.
    for (let i = 0; i < hiddenSize; i++) weights.push((draw.next() * 0.8) / Math.sqrt(hiddenSize));
  }
  weights.push(...biases(draw, rows, 0.2));
  for (let i = 0; i < 2 * hiddenSize; i++) weights.push(0);
  weights.push(...matrix(draw, 1, hiddenSize, 1, 1, 0.95));
  weights.push(bias);
  return weights;
};
