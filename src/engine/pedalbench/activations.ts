/**
 * Activations on vector registers, all arithmetic our own: no library function, so that the samples
 * are the same on every host. tanh and exp are within about two units in the last place.
 */
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Activation } from '../../nam/network.ts';
import type { TanhKind } from '../engine.ts';
import type { Kit } from './kit.ts';

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

export interface ActivationOptions {
  readonly tanh: TanhKind;
  /** The slope of the channel at hand, where a PReLU has one per channel. */
  readonly slope?: Register;
}

/** The activation of one vector; returns a register, perhaps `x` itself. */
export function activate(
  kit: Kit,
  activation: Activation,
  x: Register,
  lanes: Lanes,
  options: ActivationOptions,
): Register {
  const b = kit.builder;
  const k = (value: number): Register => kit.constant(value, lanes);
  switch (activation.type) {
    case 'Identity':
      return x;
    case 'Tanh':
      return options.tanh === 'fast' ? fastTanh(kit, x, lanes) : tanh(kit, x, lanes);
    case 'Fasttanh':
      return fastTanh(kit, x, lanes);
    case 'Sigmoid':
      return sigmoid(kit, x, lanes);
    case 'SiLU':
      return b.binary('mul', x, sigmoid(kit, x, lanes), lanes);
    case 'ReLU':
      return b.binary('max', x, k(0), lanes);
    case 'LeakyReLU':
    case 'PReLU': {
      const value = activation.negativeSlopes?.[0] ?? 0.01;
      const negative = b.binary('mul', x, options.slope ?? k(value), lanes);
      // A slope of at most one makes the larger of the two the right one; else the sign decides.
      const slopes = activation.negativeSlopes ?? [value];
      if (slopes.every((slope) => slope <= 1)) return b.binary('max', x, negative, lanes);
      return b.select(b.binary('cmpgt', x, k(0), lanes), x, negative, lanes);
    }
    case 'Hardtanh':
      return b.binary('min', b.binary('max', x, k(-1), lanes), k(1), lanes);
    case 'Hardswish': {
      const shifted = b.binary('add', x, k(3), lanes);
      const clamped = b.binary('min', b.binary('max', shifted, k(0), lanes), k(6), lanes);
      const product = b.binary('mul', x, clamped, lanes);
      return b.binary('mul', product, k(1 / 6), lanes);
    }
    case 'LeakyHardtanh': {
      const low = activation.minValue ?? -1;
      const high = activation.maxValue ?? 1;
      const below = leak(kit, x, low, activation.minSlope ?? 0.01, lanes);
      const above = leak(kit, x, high, activation.maxSlope ?? 0.01, lanes);
      const upper = b.select(b.binary('cmpgt', x, k(high), lanes), above, x, lanes);
      return b.select(b.binary('cmplt', x, k(low), lanes), below, upper, lanes);
    }
    case 'Softsign': {
      const size = b.binary('add', b.unary('abs', x, lanes), k(1), lanes);
      return b.binary('div', x, size, lanes);
    }
    default:
      return activation.type satisfies never;
  }
}

/** (x - edge) * slope + edge. */
function leak(kit: Kit, x: Register, edge: number, slope: number, lanes: Lanes): Register {
  const at = kit.constant(edge, lanes);
  const beyond = kit.builder.binary('sub', x, at, lanes);
  return kit.multiplyAdd(beyond, kit.constant(slope, lanes), at, lanes);
}

/** Highest power first into the sum: p[0] + x (p[1] + x (...)). */
function polynomial(kit: Kit, p: readonly number[], x: Register, lanes: Lanes): Register {
  let sum = kit.constant(p[p.length - 1] ?? 0, lanes);
  for (let i = p.length - 2; i >= 0; i--) {
    sum = kit.multiplyAdd(sum, x, kit.constant(p[i] ?? 0, lanes), lanes);
  }
  return sum;
}

/** 1.5 * 2^23: added to a float of less than 2^22, the sum's last bits are the nearest whole number. */
const toWhole = 12582912;

/** The whole number nearest to y: as a float, and in the last nine bits of another (two's complement). */
function nearest(kit: Kit, y: Register, lanes: Lanes): { n: Register; bits: Register } {
  const magic = kit.constant(toWhole, lanes);
  const bits = kit.builder.binary('add', y, magic, lanes);
  return { n: kit.builder.binary('sub', bits, magic, lanes), bits };
}

/** value * 2^n, through the exponent: the shift leaves of `bits` only n. */
function scaleByPower(kit: Kit, value: Register, bits: Register, lanes: Lanes): Register {
  const b = kit.builder;
  return b.bits('iadd', value, { register: b.bits('shl', bits, { immediate: 23 }, lanes) }, lanes);
}

/** Small arguments by an odd polynomial; else 1 - 2 / (e^2|x| + 1) with the sign put back. */
function tanh(kit: Kit, x: Register, lanes: Lanes): Register {
  const b = kit.builder;
  const size = b.binary('min', b.unary('abs', x, lanes), kit.constant(tanhLimit, lanes), lanes);
  const y = b.binary('mul', size, kit.constant(2 * Math.LOG2E, lanes), lanes);
  const { n, bits } = nearest(kit, y, lanes);
  const f = b.binary('sub', y, n, lanes);
  const one = kit.constant(1, lanes);
  const fraction = kit.multiplyAdd(polynomial(kit, exp2, f, lanes), f, one, lanes);
  const power = scaleByPower(kit, fraction, bits, lanes);
  const divisor = b.binary('add', power, one, lanes);
  const rest = b.binary('div', kit.constant(2, lanes), divisor, lanes);
  const large = b.binary('sub', one, rest, lanes);
  const sign = b.bits('and', x, { immediate: -2147483648 }, lanes);
  const signed = b.bits('or', large, { register: sign }, lanes);
  const square = b.binary('mul', x, x, lanes);
  const cube = b.binary('mul', square, x, lanes);
  const small = kit.multiplyAdd(polynomial(kit, tanhSmall, square, lanes), cube, x, lanes);
  const isSmall = b.binary('cmplt', size, kit.constant(tanhSplit, lanes), lanes);
  return b.select(isSmall, small, signed, lanes);
}

/** 1 / (1 + e^-x), the argument reduced in two steps so that large ones keep their digits. */
function sigmoid(kit: Kit, x: Register, lanes: Lanes): Register {
  const b = kit.builder;
  const one = kit.constant(1, lanes);
  const limited = b.binary(
    'max',
    b.binary('min', b.unary('neg', x, lanes), kit.constant(87, lanes), lanes),
    kit.constant(-87, lanes),
    lanes,
  );
  const y = b.binary('mul', limited, kit.constant(Math.LOG2E, lanes), lanes);
  const { n, bits } = nearest(kit, y, lanes);
  // ln 2 as a part with nine bits, whose products with n are exact, and the rest.
  const high = b.binary('mul', n, kit.constant(-0.693359375, lanes), lanes);
  const r = kit.multiplyAdd(
    n,
    kit.constant(0.693359375 - Math.LN2, lanes),
    b.binary('add', limited, high, lanes),
    lanes,
  );
  const square = b.binary('mul', r, r, lanes);
  const tail = kit.multiplyAdd(polynomial(kit, exp, r, lanes), square, r, lanes);
  const power = scaleByPower(kit, b.binary('add', tail, one, lanes), bits, lanes);
  return b.binary('div', one, b.binary('add', power, one, lanes), lanes);
}

/** NAM Core's rational form; its constants are part of how models sound with it. */
function fastTanh(kit: Kit, x: Register, lanes: Lanes): Register {
  const { top, bottom } = fastTanhParts(kit, x, lanes);
  return kit.builder.binary('div', top, bottom, lanes);
}

interface Fraction {
  readonly top: Register;
  readonly bottom: Register;
}

/** Its second factor below is |x + 0.81 x |x||, which is |x| + 0.81 x^2. */
function fastTanhParts(kit: Kit, x: Register, lanes: Lanes): Fraction {
  const b = kit.builder;
  const k = (value: number): Register => kit.constant(value, lanes);
  const size = b.unary('abs', x, lanes);
  const square = b.binary('mul', x, x, lanes);
  const inner = kit.multiplyAdd(size, k(0.821226666969744), k(0.893229853513558), lanes);
  const linear = kit.multiplyAdd(size, k(2.45550750702956), k(2.45550750702956), lanes);
  const top = b.binary('mul', x, kit.multiplyAdd(inner, square, linear, lanes), lanes);
  const bent = kit.multiplyAdd(square, k(0.814642734961073), size, lanes);
  const under = b.binary('add', square, k(2.44506634652299), lanes);
  return { top, bottom: kit.multiplyAdd(under, bent, k(2.44506634652299), lanes) };
}

/** What an LSTM's four gates make of its cell: input, forget, candidate, output, as NAM Core orders them. */
export interface LstmStep {
  readonly cell: Register;
  readonly hidden: Register;
}

/** e^(scale x) + 1 and the power itself, so bounded that three of them multiply without overflow. */
function powerPlusOne(
  kit: Kit,
  x: Register,
  scale: number,
  lanes: Lanes,
): { power: Register; sum: Register } {
  const b = kit.builder;
  const raw = b.binary('mul', x, kit.constant(scale * Math.LOG2E, lanes), lanes);
  const limited = b.binary('min', raw, kit.constant(40, lanes), lanes);
  const y = b.binary('max', limited, kit.constant(-40, lanes), lanes);
  const { n, bits } = nearest(kit, y, lanes);
  const f = b.binary('sub', y, n, lanes);
  const one = kit.constant(1, lanes);
  const fraction = kit.multiplyAdd(polynomial(kit, exp2, f, lanes), f, one, lanes);
  const power = scaleByPower(kit, fraction, bits, lanes);
  return { power, sum: b.binary('add', power, one, lanes) };
}

/**
 * With e_x = e^-x: sigmoid is 1 / (1 + e_x), tanh (1 - e_2x) / (1 + e_2x), so that each line of the cell is one
 * fraction, and five divisions become two. Within 1e-7 of full scale; 2^40 cubed is far from overflow.
 */
export function lstmCell(
  kit: Kit,
  gates: readonly Register[],
  cell: Register,
  lanes: Lanes,
): LstmStep {
  const b = kit.builder;
  const [input, forget, candidate, output] = gates as [number, number, number, number];
  const one = kit.constant(1, lanes);
  const i = powerPlusOne(kit, input, -1, lanes).sum;
  const f = powerPlusOne(kit, forget, -1, lanes).sum;
  const g = powerPlusOne(kit, candidate, -2, lanes);
  const both = b.binary('mul', i, g.sum, lanes);
  const fresh = b.binary('mul', b.binary('sub', one, g.power, lanes), f, lanes);
  const top = kit.multiplyAdd(cell, both, fresh, lanes);
  const value = b.binary('div', top, b.binary('mul', both, f, lanes), lanes);
  const o = powerPlusOne(kit, output, -1, lanes).sum;
  const c = powerPlusOne(kit, value, -2, lanes);
  const bent = b.binary('sub', one, c.power, lanes);
  return { cell: value, hidden: b.binary('div', bent, b.binary('mul', o, c.sum, lanes), lanes) };
}

/** The same with `fastTanh`, and NAM Core's sigmoid from it: half of (tanh of half the argument, plus one). */
export function fastLstmCell(
  kit: Kit,
  gates: readonly Register[],
  cell: Register,
  lanes: Lanes,
): LstmStep {
  const b = kit.builder;
  const [input, forget, candidate, output] = gates as [number, number, number, number];
  const half = kit.constant(0.5, lanes);
  /** Twice the sigmoid's top over its bottom. */
  const open = (x: Register): Fraction => {
    const { top, bottom } = fastTanhParts(kit, b.binary('mul', x, half, lanes), lanes);
    return { top: b.binary('add', top, bottom, lanes), bottom };
  };
  const product = (a: Fraction, c: Fraction): Register => {
    const top = b.binary('mul', a.top, c.top, lanes);
    return b.binary('div', top, b.binary('mul', a.bottom, c.bottom, lanes), lanes);
  };
  const f = open(forget);
  const share = b.binary('div', f.top, f.bottom, lanes);
  const fresh = product(open(input), fastTanhParts(kit, candidate, lanes));
  const value = b.binary('mul', half, kit.multiplyAdd(share, cell, fresh, lanes), lanes);
  const hidden = product(open(output), fastTanhParts(kit, value, lanes));
  return { cell: value, hidden: b.binary('mul', half, hidden, lanes) };
}
