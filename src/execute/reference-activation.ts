// biome-ignore-all lint/style/noNonNullAssertion: planes hold the frames of a block, slopes at least one
/** NAM's activations on one plane, float32 at every step. */
import type { TanhKind } from '../engine/engine.ts';
import type { Activation } from '../nam/network.ts';

/**
 * tanh, exp and what NAM builds on them, rounded to float32. Made of additions, products and
 * quotients of doubles only, which are the same on every host; Math.tanh and Math.exp are not.
 */

const f = Math.fround;

const ln2High = 0.6931471803691238; // the upper 33 bits of ln 2, so that k * ln2High is exact
const ln2Low = 1.9082149292705877e-10;

const lowestPower = -160;
/** 2^k for k from lowestPower to 140. */
const powersOfTwo = Float64Array.from({ length: 301 }, (_, i) => 2 ** (i + lowestPower));

/** e^x for |x| < 110, to about 1e-15. */
const exp = (x: number): number => {
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * ln2High - k * ln2Low;
  // Taylor: |r| <= 0.347, so that the first term left out is below 1e-15.
  let sum = 1 / 39916800 + r * (1 / 479001600);
  sum = 1 / 3628800 + r * sum;
  sum = 1 / 362880 + r * sum;
  sum = 1 / 40320 + r * sum;
  sum = 1 / 5040 + r * sum;
  sum = 1 / 720 + r * sum;
  sum = 1 / 120 + r * sum;
  sum = 1 / 24 + r * sum;
  sum = 1 / 6 + r * sum;
  sum = 0.5 + r * sum;
  sum = 1 + r * sum;
  sum = 1 + r * sum;
  return sum * (powersOfTwo[k - lowestPower] ?? 0);
};

/** float32 e^x. */
export const expf = (x: number): number => {
  if (x > 89) return Number.POSITIVE_INFINITY;
  if (x < -104) return 0;
  if (Number.isNaN(x)) return x;
  return f(exp(x));
};

/** float32 tanh. */
export const tanhf = (x: number): number => {
  const size = Math.abs(x);
  if (size > 10) return x > 0 ? 1 : -1;
  if (size < 0.02) {
    // Below, 1 - 2 / (e^2x + 1) would cancel.
    const square = x * x;
    return f(x + x * square * (-1 / 3 + square * (2 / 15 - (square * 17) / 315)));
  }
  if (Number.isNaN(x)) return x;
  const tail = 2 / (exp(2 * size) + 1);
  return f(x > 0 ? 1 - tail : tail - 1);
};

/** 1 / (1 + e^-x), every step in float32. */
export const sigmoid = (x: number): number => f(1 / f(1 + expf(-x)));

const a = f(2.45550750702956);
const b = f(0.893229853513558);
const c = f(0.821226666969744);
const d = f(2.44506634652299);
const e = f(0.814642734961073);

/** NAM's rational approximation of tanh, every step in float32. */
export const fastTanh = (x: number): number => {
  const size = Math.abs(x);
  const square = f(x * x);
  const top = f(f(a + f(a * size)) + f(f(b + f(c * size)) * square));
  const bent = Math.abs(f(x + f(f(e * x) * size)));
  return f(f(x * top) / f(d + f(f(d + square) * bent)));
};

export const fastSigmoid = (x: number): number => f(0.5 * f(fastTanh(f(x * 0.5)) + 1));

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
export const libraryFunctionOf = ({ type }: Activation, tanh: TanhKind): 'tanh' | 'exp' | null => {
  if (type === 'Tanh') return tanh === 'libm' ? 'tanh' : null;
  return type === 'Sigmoid' || type === 'SiLU' ? 'exp' : null;
};
