/** NAM's activations on one plane, float32 at every step. */
import type { TanhKind } from '../engine/engine.ts';
import type { Activation } from '../nam/network.ts';
import { fastTanh, sigmoid, tanhf } from './reference-math.ts';

const f = Math.fround;

/** One plane of `frames` floats at `at`, in place. `channel` picks the slope of a PReLU. */
export type PlaneActivation = (
  plane: Float32Array,
  at: number,
  frames: number,
  channel: number,
) => void;

const each =
  (apply: (x: number) => number): PlaneActivation =>
  (plane, at, frames) => {
    for (let i = at; i < at + frames; i++) plane[i] = apply(plane[i]!);
  };

const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(x, high));

const sixth = f(1 / 6);

/** A function a plane type, so that the loop around it is compiled for that one function. */
export const planeActivation = (activation: Activation, tanh: TanhKind): PlaneActivation => {
  switch (activation.type) {
    case 'Identity':
      return () => {};
    case 'Tanh':
      if (tanh === 'fast') return each(fastTanh);
      return (plane, at, frames) => {
        for (let i = at; i < at + frames; i++) plane[i] = tanhf(plane[i]!);
      };
    case 'Fasttanh':
      return each(fastTanh);
    case 'Hardtanh':
      return each((x) => clamp(x, -1, 1));
    case 'ReLU':
      return (plane, at, frames) => {
        for (let i = at; i < at + frames; i++) {
          const x = plane[i]!;
          // biome-ignore lint/complexity/useMathMinMax: NaN becomes 0, as in NAM Core.
          plane[i] = x > 0 ? x : 0;
        }
      };
    case 'LeakyReLU':
    case 'PReLU': {
      const slopes = activation.negativeSlopes ?? [f(0.01)];
      return (plane, at, frames, channel) => {
        const slope = slopes[channel % slopes.length]!;
        for (let i = at; i < at + frames; i++) {
          const x = plane[i]!;
          plane[i] = x > 0 ? x : slope * x;
        }
      };
    }
    case 'Sigmoid':
      return each(sigmoid);
    case 'SiLU':
      return each((x) => f(x * sigmoid(x)));
    case 'Hardswish':
      return each((x) => f(f(x * clamp(f(x + 3), 0, 6)) * sixth));
    case 'LeakyHardtanh': {
      const { minValue = -1, maxValue = 1, minSlope = f(0.01), maxSlope = f(0.01) } = activation;
      return each((x) => {
        if (x < minValue) return f(f(f(x - minValue) * minSlope) + minValue);
        if (x > maxValue) return f(f(f(x - maxValue) * maxSlope) + maxValue);
        return x;
      });
    }
    case 'Softsign':
      return each((x) => f(x / f(1 + Math.abs(x))));
    default:
      return activation.type satisfies never;
  }
};

/** What a library is asked for: the function and its arguments, whose range decides what it costs. */
export interface LibraryCalls {
  readonly layer: string;
  readonly fn: 'tanh' | 'exp';
  /** Valid until the callback returns. */
  readonly values: Float32Array;
  readonly from: number;
  readonly count: number;
}

/** Which library function an activation calls for every value; null for those that need none. */
export const libraryFunctionOf = (
  activation: Activation,
  tanh: TanhKind,
): 'tanh' | 'exp' | null => {
  if (activation.type === 'Tanh') return tanh === 'libm' ? 'tanh' : null;
  return activation.type === 'Sigmoid' || activation.type === 'SiLU' ? 'exp' : null;
};
