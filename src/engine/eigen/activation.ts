/** NAM's activations over a block, in place. */
import type { Lanes, LibraryFunction, Register, Registers } from '../../kernel/instruction.ts';
import { offsetBy, type Target } from '../../kernel/lowered.ts';
import type { Activation } from '../../nam/network.ts';
import { signMispredicts } from '../common/branch-shares.ts';
import type { Counts, LoopCode } from '../common/code.ts';
import { vectorisesFloats } from '../common/compiled-code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import type { TanhKind } from '../engine.ts';
import data from './compiled-code.json' with { type: 'json' };
import { appendPass, type Operand, type PassShape } from './passes.ts';

interface ActivationCode extends LoopCode {
  readonly call: Counts;
  readonly vectorised: boolean;
}

const {
  vectors,
  fastMath,
  scalar,
}: Readonly<
  Record<'vectors' | 'fastMath' | 'scalar', Partial<Record<Activation['type'], ActivationCode>>>
> = data.code.activations;

/** What a compiler made of NAM Core's loop over an activation: whether it vectorises it, and a round. */
export const activationCode = (target: Target, type: Activation['type']): ActivationCode => {
  const code = vectorisesFloats(target)
    ? ((target.fastMath ? fastMath[type] : undefined) ?? vectors[type])
    : scalar[type];
  if (!code) throw new RangeError(`The loop of ${type} is not counted.`);
  return code;
};

/** The function that an activation is, once the kind of tanh is chosen. */
export const resolveTanh = (activation: Activation, tanh: TanhKind): Activation =>
  activation.type === 'Tanh' && tanh === 'fast' ? { type: 'Fasttanh' } : activation;

/** Where GCC, bound to IEEE's rules, jumps over the product with the slope. */
const branchesOnSign: ReadonlySet<Target['isa']> = new Set(['aarch64', 'x86-sse2', 'x86-avx2']);

/** x -> f(x); its constants are held in registers of as many lanes. */
interface Formula {
  readonly constants: readonly number[];
  apply(b: TargetBuilder, x: Register, held: Registers, lanes: Lanes): Register;
}

/** A formula that gets a register for each of its constants. */
const formula = <const C extends readonly number[]>(
  constants: C,
  apply: (
    b: TargetBuilder,
    x: Register,
    held: { readonly [I in keyof C]: Register },
    lanes: Lanes,
  ) => Register,
): Formula => ({ constants, apply: apply as Formula['apply'] }); // as many as there are constants

const fma = (b: TargetBuilder, x: Register, y: Register, c: Register, lanes: Lanes): Register => {
  if (b.target.fma) return b.fma(x, y, c, lanes);
  const sum = b.unary('mov', c, lanes);
  b.multiplyAdd(x, y, sum, lanes);
  return sum;
};

const leaky = (slope: number): Formula =>
  formula([slope, 0], (b, x, [k, zero], lanes) => {
    const scaled = b.binary('mul', x, k, lanes);
    const mask = b.binary('cmpgt', x, zero, lanes);
    if (lanes === 1 && branchesOnSign.has(b.target.isa) && !b.target.fastMath) {
      b.cost('branch', 1, { mispredict: signMispredicts, on: mask });
    }
    return b.select(mask, x, scaled, lanes);
  });

const clamp = (low: number, high: number): Formula =>
  formula([low, high], (b, x, [l, h], lanes) =>
    b.binary('max', l, b.binary('min', x, h, lanes), lanes),
  );

/** NAM Core's rational tanh. */
const fastTanh = (): Formula =>
  formula(
    [2.45550750702956, 0.821226666969744, 0.893229853513558, 2.44506634652299, 0.814642734961073],
    (b, x, [c0, c1, c2, c3, c4], lanes) => {
      const ax = b.unary('abs', x, lanes);
      const x2 = b.binary('mul', x, x, lanes);
      const first = fma(b, c0, ax, c0, lanes);
      const second = fma(b, c1, ax, c2, lanes);
      const top = b.binary('mul', x, fma(b, second, x2, first, lanes), lanes);
      const product = b.binary('mul', x, ax, lanes);
      const inner = b.unary('abs', fma(b, c4, product, x, lanes), lanes);
      const bottom = fma(b, b.binary('add', c3, x2, lanes), inner, c3, lanes);
      return b.binary('div', top, bottom, lanes);
    },
  );

/** 1 / (1 + exp(-x)), for SiLU times x. */
const sigmoid = (timesX: boolean): Formula =>
  formula([1], (b, x, [one], lanes) => {
    const e = call(b, 'expf', b.unary('neg', x, lanes), lanes);
    const s = b.binary('div', one, b.binary('add', one, e, lanes), lanes);
    return timesX ? b.binary('mul', x, s, lanes) : s;
  });

const hardswish = (): Formula =>
  formula([0, 6, 3, Math.fround(1 / 6)], (b, x, [low, high, three, sixth], lanes) => {
    const clamped = clamp(0, 6).apply(b, b.binary('add', x, three, lanes), [low, high], lanes);
    return b.binary('mul', b.binary('mul', x, clamped, lanes), sixth, lanes);
  });

const leakyHardtanh = (activation: Activation): Formula => {
  const { minValue = -1, maxValue = 1 } = activation;
  const { minSlope = Math.fround(0.01), maxSlope = Math.fround(0.01) } = activation;
  return formula(
    [minValue, maxValue, minSlope, maxSlope],
    (b, x, [low, high, lowSlope, highSlope], lanes) => {
      const line = (value: Register, slope: Register): Register =>
        fma(b, b.binary('sub', x, value, lanes), slope, value, lanes);
      const below = b.binary('cmplt', x, low, lanes);
      const above = b.binary('cmpgt', x, high, lanes);
      const upper = b.select(above, line(high, highSlope), x, lanes);
      return b.select(below, line(low, lowSlope), upper, lanes);
    },
  );
};

/** x -> f(x), with its constants held in registers. */
export const formulaOf = (activation: Activation): Formula => {
  switch (activation.type) {
    case 'Identity':
      return formula([], (_, x) => x);
    case 'Tanh':
      return formula([], (b, x, _, lanes) => call(b, 'tanhf', x, lanes));
    case 'Fasttanh':
      return fastTanh();
    case 'Sigmoid':
    case 'SiLU':
      return sigmoid(activation.type === 'SiLU');
    case 'Hardtanh':
      return clamp(-1, 1);
    case 'ReLU':
      return formula([0], (b, x, [zero], lanes) =>
        b.select(b.binary('cmpgt', x, zero, lanes), x, zero, lanes),
      );
    case 'LeakyReLU':
    case 'PReLU':
      return leaky(activation.negativeSlopes?.[0] ?? Math.fround(0.01));
    case 'Hardswish':
      return hardswish();
    case 'LeakyHardtanh':
      return leakyHardtanh(activation);
    case 'Softsign':
      return formula([1], (b, x, [one], lanes) =>
        b.binary('div', x, b.binary('add', one, b.unary('abs', x, lanes), lanes), lanes),
      );
    default:
      return activation.type satisfies never;
  }
};

/** x -> f(x) on so many lanes, with the constants in registers from here on. */
export const hold = (b: TargetBuilder, activation: Activation, lanes: Lanes) => {
  const { constants, apply } = formulaOf(activation);
  const held = constants.map((value) => b.const(value, lanes));
  return (x: Register): Register => apply(b, x, held, lanes);
};

/** Sigmoid(x) = (tanh(x / 2) + 1) / 2. */
export const sigmoidByTanh =
  (
    b: TargetBuilder,
    tanh: (x: Register) => Register,
    half: Register,
    one: Register,
    lanes: Lanes,
  ) =>
  (x: Register): Register => {
    const t = tanh(b.binary('mul', x, half, lanes));
    return b.binary('mul', b.binary('add', t, one, lanes), half, lanes);
  };

/** One call per value; the loops that call libraries are scalar. */
const call = (b: TargetBuilder, fn: LibraryFunction, x: Register, lanes: Lanes): Register => {
  if (lanes !== 1) throw new RangeError(`Expected ${fn} to be called for one value at a time.`);
  return b.call(fn, x);
};

/** Lanes of the loop over an activation. */
export const activationLanes = (target: Target, { type }: Activation): Lanes =>
  activationCode(target, type).vectorised ? target.lanes : 1;

/** One slope for each row: as many activations as there are rows; null where one serves them all. */
export const perRow = (activation: Activation, rows: number): Activation[] | null => {
  const { type, negativeSlopes: slopes = [] } = activation;
  if (type !== 'PReLU' || slopes.length <= 1) return null;
  return Array.from({ length: rows }, (_, row) => ({
    type,
    negativeSlopes: [slopes[row % slopes.length] ?? 0],
  }));
};

type AppendActivation = (
  low: Lowering,
  place: Label,
  shape: PassShape,
  activation: Activation,
  from: Operand,
  to: Operand,
) => void;

/** from -> to, value by value (in place where they are the same); with slopes of their own row by row. */
export const appendActivation: AppendActivation = (low, place, shape, activation, from, to) => {
  if (activation.type === 'Identity' && from.at === to.at) return;
  const rows = perRow(activation, shape.rows);
  if (rows === null) append(low, place, shape, activation, from, to);
  for (const [row, one] of rows?.entries() ?? []) {
    const rowOf = ({ at, stride }: Operand): Operand => ({ at: offsetBy(at, row), stride });
    append(low, place, { ...shape, rows: 1 }, one, rowOf(from), rowOf(to));
  }
};

const append: AppendActivation = (low, place, shape, activation, from, to) => {
  const { target } = low;
  const code = activationCode(target, activation.type);
  const { constants, apply } = formulaOf(activation);
  const pass = {
    name: `activation ${activation.type}`,
    shape,
    loop: code,
    call: code.call,
    lanes: activationLanes(target, activation),
    constants,
  };
  appendPass(low, { ...place, kind: 'activation' }, pass, [from], to, (b, [x], lanes, held) =>
    apply(b, x, held, lanes),
  );
};
