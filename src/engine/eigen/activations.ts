/** NAM's activations over a block, in place. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import type { Activation } from '../../nam/network.ts';
import { signMispredicts } from '../common/branch-shares.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import type { TanhKind } from '../engine.ts';
import { activationCode } from './activation-code.ts';
import { multiplyAdd } from './gebp.ts';
import { appendPass, type Operand, type PassShape } from './passes.ts';

/** The function that an activation is, once the kind of tanh is chosen. */
export const resolveTanh = (activation: Activation, tanh: TanhKind): Activation =>
  activation.type === 'Tanh' && tanh === 'fast' ? { type: 'Fasttanh' } : activation;

/** Where GCC, bound to IEEE's rules, jumps over the product with the slope. */
const branchesOnSign: ReadonlySet<Target['isa']> = new Set(['aarch64', 'x86-sse2', 'x86-avx2']);

interface Formula {
  readonly constants: readonly number[];
  apply(b: KernelBuilder, x: Register, held: readonly Register[], lanes: Lanes): Register;
}

const fma = (
  b: KernelBuilder,
  target: Target,
  x: Register,
  y: Register,
  c: Register,
  lanes: Lanes,
): Register => {
  if (target.fma) return b.fma(x, y, c, lanes);
  const sum = b.unary('mov', c, lanes);
  multiplyAdd(b, target, x, y, sum, lanes);
  return sum;
};

/** x -> f(x), with its constants held in registers. */
export const formulaOf = (target: Target, activation: Activation): Formula => {
  const leaky = (slope: number): Formula => ({
    constants: [slope, 0],
    apply: (b, x, [k, zero], lanes) => {
      const scaled = b.binary('mul', x, k as Register, lanes);
      const mask = b.binary('cmpgt', x, zero as Register, lanes);
      if (lanes === 1 && branchesOnSign.has(target.isa) && !target.fastMath) {
        b.cost('branch', 1, { mispredict: signMispredicts, on: mask });
      }
      return b.select(mask, x, scaled, lanes);
    },
  });
  const clamp = (low: number, high: number): Formula => ({
    constants: [low, high],
    apply: (b, x, [l, h], lanes) =>
      b.binary('max', l as Register, b.binary('min', x, h as Register, lanes), lanes),
  });
  switch (activation.type) {
    case 'Identity':
      return { constants: [], apply: (_, x) => x };
    case 'Tanh':
      return { constants: [], apply: (b, x, _, lanes) => call(b, 'tanhf', x, lanes) };
    case 'Fasttanh':
      return {
        constants: [
          2.45550750702956, 0.821226666969744, 0.893229853513558, 2.44506634652299,
          0.814642734961073,
        ],
        apply: (b, x, held, lanes) => {
          const [c0, c1, c2, c3, c4] = held as [Register, Register, Register, Register, Register];
          const ax = b.unary('abs', x, lanes);
          const x2 = b.binary('mul', x, x, lanes);
          const first = fma(b, target, c0, ax, c0, lanes);
          const second = fma(b, target, c1, ax, c2, lanes);
          const top = b.binary('mul', x, fma(b, target, second, x2, first, lanes), lanes);
          const inner = b.unary(
            'abs',
            fma(b, target, c4, b.binary('mul', x, ax, lanes), x, lanes),
            lanes,
          );
          const bottom = fma(b, target, b.binary('add', c3, x2, lanes), inner, c3, lanes);
          return b.binary('div', top, bottom, lanes);
        },
      };
    case 'Sigmoid':
    case 'SiLU':
      return {
        constants: [1],
        apply: (b, x, [one], lanes) => {
          const e = call(b, 'expf', b.unary('neg', x, lanes), lanes);
          const s = b.binary(
            'div',
            one as Register,
            b.binary('add', one as Register, e, lanes),
            lanes,
          );
          return activation.type === 'SiLU' ? b.binary('mul', x, s, lanes) : s;
        },
      };
    case 'Hardtanh':
      return clamp(-1, 1);
    case 'ReLU':
      return {
        constants: [0],
        apply: (b, x, [zero], lanes) =>
          b.select(b.binary('cmpgt', x, zero as Register, lanes), x, zero as Register, lanes),
      };
    case 'LeakyReLU':
    case 'PReLU':
      return leaky(activation.negativeSlopes?.[0] ?? Math.fround(0.01));
    case 'Hardswish': {
      const { constants, apply } = clamp(0, 6);
      return {
        constants: [...constants, 3, Math.fround(1 / 6)],
        apply: (b, x, held, lanes) => {
          const [low, high, three, sixth] = held as [Register, Register, Register, Register];
          const clamped = apply(b, b.binary('add', x, three, lanes), [low, high], lanes);
          return b.binary('mul', b.binary('mul', x, clamped, lanes), sixth, lanes);
        },
      };
    }
    case 'LeakyHardtanh': {
      const { minValue = -1, maxValue = 1 } = activation;
      const { minSlope = Math.fround(0.01), maxSlope = Math.fround(0.01) } = activation;
      return {
        constants: [minValue, maxValue, minSlope, maxSlope],
        apply: (b, x, held, lanes) => {
          const [low, high, lowSlope, highSlope] = held as [Register, Register, Register, Register];
          const line = (value: Register, slope: Register): Register =>
            fma(b, target, b.binary('sub', x, value, lanes), slope, value, lanes);
          const below = b.binary('cmplt', x, low, lanes);
          const above = b.binary('cmpgt', x, high, lanes);
          const upper = b.select(above, line(high, highSlope), x, lanes);
          return b.select(below, line(low, lowSlope), upper, lanes);
        },
      };
    }
    case 'Softsign':
      return {
        constants: [1],
        apply: (b, x, [one], lanes) =>
          b.binary(
            'div',
            x,
            b.binary('add', one as Register, b.unary('abs', x, lanes), lanes),
            lanes,
          ),
      };
    default:
      return activation.type satisfies never;
  }
};

/** One call per value; the loops that call libraries are scalar. */
const call = (b: KernelBuilder, fn: 'tanhf' | 'expf', x: Register, lanes: Lanes): Register => {
  if (lanes !== 1) throw new RangeError(`Expected ${fn} to be called for one value at a time.`);
  return b.call(fn, x);
};

export const callsLibrary = (activation: Activation): boolean =>
  ['Tanh', 'Sigmoid', 'SiLU'].includes(activation.type);

/** from -> to, value by value (in place where they are the same). */
export const appendActivation = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  activation: Activation,
  from: Operand,
  to: Operand,
): void => {
  if (activation.type === 'Identity' && from.at === to.at) return;
  const slopes = activation.negativeSlopes ?? [];
  if (activation.type === 'PReLU' && slopes.length > 1) {
    // One slope per channel: row by row of the result, as many passes as there are slopes.
    for (let row = 0; row < shape.rows; row++) {
      const slope = slopes[row % slopes.length] ?? 0;
      const move = ({ at, stride }: Operand): Operand => ({
        at: { ...at, offset: at.offset + row },
        stride,
      });
      const one: Activation = { type: 'PReLU', negativeSlopes: [slope] };
      append(lowering, place, { rows: 1, columns: shape.columns }, one, move(from), move(to));
    }
    return;
  }
  append(lowering, place, shape, activation, from, to);
};

const append = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  activation: Activation,
  from: Operand,
  to: Operand,
): void => {
  const { target } = lowering;
  const code = activationCode(target, activation.type);
  const formula = formulaOf(target, activation);
  appendPass(
    lowering,
    { ...place, kind: 'activation' },
    {
      name: `activation ${activation.type}`,
      shape,
      loop: code,
      call: code.call,
      lanes: code.vectorised && !callsLibrary(activation) ? target.lanes : 1,
      constants: formula.constants,
    },
    [from],
    to,
    (b, [x], lanes, held) => formula.apply(b, x as Register, held, lanes),
  );
};
