/**
 * Activations on vector registers, all arithmetic our own: no library function, so that the samples
 * are the same on every host. tanh and exp are within about two units in the last place (WebAssembly's tanh within 4.2e-7 of its value).
 */
import type { Register } from '../../kernel/instruction.ts';
import type { Activation } from '../../nam/network.ts';
import type { TanhKind } from '../engine.ts';
import type { VectorMath } from './tile-writer.ts';

/**
 * 2^f = 1 + f p(f) on -0.5 to 0.5, relative error 9e-8, of which tanh sees a third. Least squares
 * reweighted to equal ripple, as the others.
 */
const exp2 = [
  0.6931470036506653, 0.24022240936756134, 0.0555073507130146, 0.009671619161963463,
  0.0013264591107144952,
];
/** exp(r) = 1 + r + r^2 p(r) on -ln2/2 to ln2/2, relative error 3e-9. */
const exp = [
  0.4999999403953552, 0.1666651964187622, 0.04166839271783829, 0.008368780836462975,
  0.0013814467238262296,
];
/** tanh(x) = x + x^3 p(x^2) on 0 to 0.55, relative error 4e-8. */
const tanhSmall = [
  -0.3333294689655304, 0.13320712745189667, -0.052670981734991074, 0.016435949131846428,
];
const tanhSplit = 0.55;
/** Above this tanh is 1 in float32, and 2^y stays far from overflow. */
const tanhLimit = 9.5;
/**
 * tanh(x/2) = x p(x^2) / 2 q(x^2), chosen so that the tanh of the double is within 1.7e-7 of itself up to the limit,
 * and with the roundings of float32 within 4.2e-7. q(t) = q0 + q1 t + t^2.
 */
const tanhRatio = {
  limit: 8.199999809265137,
  p: [1085.16552734375, 29.353666305541992, 0.060286518186330795],
  q0: 1085.1656494140625,
  q1: 119.78308868408203,
};

export interface ActivationOptions {
  readonly tanh: TanhKind;
  /** The slope of the channel at hand, where a PReLU has one per channel. */
  readonly slope?: Register | undefined;
}

/** The activation of one vector; returns a register, perhaps `x` itself. */
export function activate(
  v: VectorMath,
  activation: Activation,
  x: Register,
  options: ActivationOptions,
): Register {
  switch (activation.type) {
    case 'Identity':
      return x;
    case 'Tanh':
      if (options.tanh === 'fast') return fastTanh(v, x);
      return v.target.isa === 'wasm' ? tanhOfDouble(v, x) : tanh(v, x);
    case 'Fasttanh':
      return fastTanh(v, x);
    case 'Sigmoid':
      return sigmoid(v, x);
    case 'SiLU':
      return v.mul(x, sigmoid(v, x));
    case 'ReLU':
      return v.max(x, v.constant(0));
    case 'LeakyReLU':
    case 'PReLU': {
      const slopes = activation.negativeSlopes ?? [0.01];
      const negative = v.mul(x, options.slope ?? v.constant(slopes[0] ?? 0.01));
      // A slope of at most one makes the larger of the two the right one; else the sign decides.
      if (slopes.every((slope) => slope <= 1)) return v.max(x, negative);
      return v.select(v.greater(x, v.constant(0)), x, negative);
    }
    case 'Hardtanh':
      return v.min(v.max(x, v.constant(-1)), v.constant(1));
    case 'Hardswish': {
      const clamped = v.min(v.max(v.add(x, v.constant(3)), v.constant(0)), v.constant(6));
      return v.mul(v.mul(x, clamped), v.constant(1 / 6));
    }
    case 'LeakyHardtanh': {
      const { minValue = -1, maxValue = 1, minSlope = 0.01, maxSlope = 0.01 } = activation;
      const below = leak(v, x, minValue, minSlope);
      const above = leak(v, x, maxValue, maxSlope);
      const upper = v.select(v.greater(x, v.constant(maxValue)), above, x);
      return v.select(v.less(x, v.constant(minValue)), below, upper);
    }
    case 'Softsign':
      return v.div(x, v.add(v.abs(x), v.constant(1)));
    default:
      return activation.type satisfies never;
  }
}

/** (x - edge) * slope + edge. */
function leak(v: VectorMath, x: Register, edge: number, slope: number): Register {
  const at = v.constant(edge);
  return v.multiplyAdd(v.sub(x, at), v.constant(slope), at);
}

/** Highest power first into the sum: p[0] + x (p[1] + x (...)). */
function polynomial(v: VectorMath, p: readonly number[], x: Register): Register {
  let sum = v.constant(p.at(-1) ?? 0);
  for (const term of p.slice(0, -1).reverse()) sum = v.multiplyAdd(sum, x, v.constant(term));
  return sum;
}

/** 1.5 * 2^23: added to a float of less than 2^22, the sum's last bits are the nearest whole number. */
const toWhole = 12582912;

/** The whole number nearest to y: as a float, and in the last nine bits of another (two's complement). */
function nearest(v: VectorMath, y: Register): { n: Register; bits: Register } {
  const magic = v.constant(toWhole);
  const bits = v.add(y, magic);
  return { n: v.sub(bits, magic), bits };
}

/** value * 2^n, through the exponent: the shift leaves of `bits` only n. */
function scaleByPower(v: VectorMath, value: Register, bits: Register): Register {
  return v.bits('iadd', value, { register: v.bits('shl', bits, { immediate: 23 }) });
}

/** 2^y, and that plus one. */
function powerPlusOne(v: VectorMath, y: Register) {
  const { n, bits } = nearest(v, y);
  const f = v.sub(y, n);
  const one = v.constant(1);
  const power = scaleByPower(v, v.multiplyAdd(polynomial(v, exp2, f), f, one), bits);
  return { one, power, sum: v.add(power, one) };
}

/** Small arguments by an odd polynomial; else 1 - 2 / (e^2|x| + 1) with the sign put back. */
function tanh(v: VectorMath, x: Register): Register {
  const size = v.min(v.abs(x), v.constant(tanhLimit));
  const { one, sum } = powerPlusOne(v, v.mul(size, v.constant(2 * Math.LOG2E)));
  const large = v.sub(one, v.div(v.constant(2), sum));
  const signed = v.bits('or', large, { register: v.bits('and', x, { immediate: -2147483648 }) });
  const square = v.mul(x, x);
  const cube = v.mul(square, x);
  const small = v.multiplyAdd(polynomial(v, tanhSmall, square), cube, x);
  return v.select(v.less(size, v.constant(tanhSplit)), small, signed);
}

/** 2 h / (1 + h^2) of the half's tanh: half as many instructions as `tanh` where a multiplication and its addition are two. */
function tanhOfDouble(v: VectorMath, x: Register): Register {
  const { limit, p, q0, q1 } = tanhRatio;
  const limited = v.min(v.max(x, v.constant(-limit)), v.constant(limit));
  const square = v.mul(limited, limited);
  const top = v.mul(polynomial(v, p, square), limited);
  const under = v.multiplyAdd(v.add(square, v.constant(q1)), square, v.constant(q0));
  const quarter = v.mul(v.mul(top, top), v.constant(0.25));
  return v.div(v.mul(top, under), v.add(quarter, v.mul(under, under)));
}

/** 1 / (1 + e^-x), the argument reduced in two steps so that large ones keep their digits. */
function sigmoid(v: VectorMath, x: Register): Register {
  const one = v.constant(1);
  const limited = v.max(v.min(v.negate(x), v.constant(87)), v.constant(-87));
  const { n, bits } = nearest(v, v.mul(limited, v.constant(Math.LOG2E)));
  // ln 2 as a part with nine bits, whose products with n are exact, and the rest.
  const high = v.mul(n, v.constant(-0.693359375));
  const r = v.multiplyAdd(n, v.constant(0.693359375 - Math.LN2), v.add(limited, high));
  const square = v.mul(r, r);
  const power = scaleByPower(v, v.add(v.multiplyAdd(polynomial(v, exp, r), square, r), one), bits);
  return v.div(one, v.add(power, one));
}

/** NAM Core's rational form; its constants are part of how models sound with it. */
function fastTanh(v: VectorMath, x: Register): Register {
  const size = v.abs(x);
  const square = v.mul(x, x);
  const inner = v.multiplyAdd(size, v.constant(0.821226666969744), v.constant(0.893229853513558));
  const linear = v.multiplyAdd(size, v.constant(2.45550750702956), v.constant(2.45550750702956));
  const top = v.mul(x, v.multiplyAdd(inner, square, linear));
  // |x + 0.81 x |x||, which is |x| + 0.81 x^2.
  const bent = v.multiplyAdd(square, v.constant(0.814642734961073), size);
  const under = v.add(square, v.constant(2.44506634652299));
  return v.div(top, v.multiplyAdd(under, bent, v.constant(2.44506634652299)));
}

/**
 * tanh for the gates of an LSTM, of which a sigmoid is half of (tanh of half the argument, plus one): with libm's,
 * (1 - e) / (1 + e) of e = e^-2x, within 1e-7 of full scale and a third shorter than what is exact near zero.
 */
export function gateTanh(v: VectorMath, x: Register, kind: TanhKind): Register {
  if (kind === 'fast') return fastTanh(v, x);
  const raw = v.mul(x, v.constant(-2 * Math.LOG2E));
  const { one, power, sum } = powerPlusOne(v, v.max(v.min(raw, v.constant(40)), v.constant(-40)));
  return v.div(v.sub(one, power), sum);
}
