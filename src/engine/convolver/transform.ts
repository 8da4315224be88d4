/**
 * Transforms of reals as C++ libraries write them: complex ones of half the length in place, radix 4 and
 * at last 2, one number at a time. What differs between libraries are the counts of their loops.
 */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Address, Register } from '../../kernel/instruction.ts';
import type { Reference } from '../../kernel/lowered.ts';
import { Code, type Counts } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { splitTwiddles } from './spectrum.ts';

/** Instructions of one trip through each loop, which the data's notes name. */
type Part = 'butterfly' | 'group' | 'pair' | 'gather' | 'split' | 'join';
export type TransformCode = Readonly<Record<Part, Counts>>;

/** How a library keeps spectra of reals. */
export interface SpectrumForm {
  /** In the names of templates. */
  readonly library: string;
  readonly code: TransformCode;
  /** Both halves of a spectrum, or the one that says all. */
  readonly bins: 'all' | 'half';
  /** Real parts first and then imaginary ones, or side by side. */
  readonly planar: boolean;
}

type Complex = readonly [re: Register, im: Register];
type Terms = Parameters<KernelBuilder['at']>[2][];

/** Complex numbers of one buffer: side by side, or in two planes so far apart. */
export class ComplexPlane {
  private readonly b: KernelBuilder;
  private readonly slot: number;
  private readonly plane: number;

  constructor(b: KernelBuilder, name: string, plane = 0) {
    this.b = b;
    this.slot = b.slot(name);
    this.plane = plane;
  }

  /** `terms` in complex numbers. */
  load(i: number, ...terms: Terms): Complex {
    const { b, slot, plane } = this;
    if (plane > 0) {
      return [b.load(b.at(slot, i, ...terms), 1), b.load(b.at(slot, plane + i, ...terms), 1)];
    }
    const [re, im] = [b.register(), b.register()];
    b.loadMany([re, im], this.pair(i, terms), 1, { form: 'pair' });
    return [re, im];
  }

  store(value: Complex, index: number, ...terms: Terms): void {
    const { b, slot, plane } = this;
    if (plane > 0) {
      b.store(value[0], b.at(slot, index, ...terms), 1);
      b.store(value[1], b.at(slot, plane + index, ...terms), 1);
    } else b.store(value, this.pair(index, terms), 1, { form: 'pair' });
  }

  private pair(index: number, terms: Terms): Address {
    const twice = terms.map(({ loop, stride }) => ({ loop, stride: 2 * stride }));
    return this.b.at(this.slot, 2 * index, ...twice);
  }
}

type Two = (x: Complex, y: Complex) => Complex;

interface Arithmetic {
  readonly add: Two;
  readonly sub: Two;
  readonly mul: Two;
  conj(x: Complex): Complex;
  /** x + i y and x - i y. */
  turn(x: Complex, y: Complex): [Complex, Complex];
}

export const arithmetic = (b: TargetBuilder): Arithmetic => {
  const both =
    (fn: 'add' | 'sub'): Two =>
    (x, y) => [b.binary(fn, x[0], y[0], 1), b.binary(fn, x[1], y[1], 1)];
  const [add, sub] = [both('add'), both('sub')];
  const { fma: fused } = b.target;
  return {
    add,
    sub,
    mul: (x, y) => [
      b.fma(x[1], y[1], b.binary('mul', x[0], y[0], 1), 1, { negate: true, fused }),
      b.fma(x[1], y[0], b.binary('mul', x[0], y[1], 1), 1, { fused }),
    ],
    conj: (x) => [x[0], b.unary('neg', x[1], 1)],
    turn: (x, y) => [
      [b.binary('sub', x[0], y[1], 1), b.binary('add', x[1], y[0], 1)],
      [b.binary('add', x[0], y[1], 1), b.binary('sub', x[1], y[0], 1)],
    ],
  };
};

/** Factors of a power of two: fours, then a two. */
const factorsOf = (size: number): number[] =>
  size === 1 ? [] : size % 4 === 0 ? [4, ...factorsOf(size / 4)] : [size];

/** Digits of the index in reverse. Slots: stack, from, to. */
const writeGather = (b: KernelBuilder, { gather }: TransformCode, size: number): void => {
  const of = new Code(b);
  const [from, to] = [new ComplexPlane(b, 'from'), new ComplexPlane(b, 'to')];
  const nest = (factors: number[], stride: number, reads: Terms, writes: Terms): void => {
    const [factor, ...others] = factors;
    if (factor === undefined) {
      of.body(gather, () => to.store(from.load(0, ...reads), 0, ...writes));
      return;
    }
    const rest = size / (stride * factor);
    b.loop(factor, (c) =>
      nest(others, stride * factor, [...reads, c.times(stride)], [...writes, c.times(rest)]),
    );
  };
  nest(factorsOf(size), 1, [], []);
};

interface Stage {
  readonly radix: number;
  readonly m: number;
  readonly inverse: boolean;
}

/** Butterflies of `radix` on groups of radix x m. Slots: stack, data, table. */
const writeStage = (
  b: TargetBuilder,
  code: TransformCode,
  size: number,
  { radix, m, inverse }: Stage,
): void => {
  const of = new Code(b);
  const { add, sub, mul, turn } = arithmetic(b);
  const [data, table] = [new ComplexPlane(b, 'data'), new ComplexPlane(b, 'table')];
  const groups = size / (radix * m);
  const write = (group: Counter, k: Counter): void => {
    const at = [group.times(radix * m), k.times(1)];
    const first = data.load(0, ...at);
    const turned = (q: number) => mul(data.load(q * m, ...at), table.load(0, k.times(groups * q)));
    const x = turned(1);
    if (radix === 2) {
      data.store(add(first, x), 0, ...at);
      data.store(sub(first, x), m, ...at);
      return;
    }
    const [y, z] = [turned(2), turned(3)];
    const [even, odd, sum] = [add(first, y), sub(first, y), add(x, z)];
    const [plus, minus] = turn(odd, sub(x, z));
    data.store(add(even, sum), 0, ...at);
    data.store(sub(even, sum), 2 * m, ...at);
    data.store(inverse ? plus : minus, m, ...at);
    data.store(inverse ? minus : plus, 3 * m, ...at);
  };
  b.loop(groups, (group) => {
    if (radix === 4) of.body(code.group);
    b.loop(m, (k) => of.body(radix === 4 ? code.butterfly : code.pair, () => write(group, k)));
  });
};

/** From the transform of packed reals to their spectrum. Slots: stack, from, to, table. */
const writeSplit = (b: TargetBuilder, form: SpectrumForm, size: number): void => {
  const of = new Code(b);
  const { add, sub, mul, conj } = arithmetic(b);
  const from = new ComplexPlane(b, 'from');
  const to = new ComplexPlane(b, 'to', form.planar ? size + 1 : 0);
  const table = new ComplexPlane(b, 'table');
  const [half, zero] = [b.const(0.5, 1), b.const(0, 1)];
  const by = (x: Register): Register => b.binary('mul', x, half, 1);
  const halved = (x: Complex): Complex => [by(x[0]), by(x[1])];
  const [re, im] = from.load(0);
  to.store([b.binary('add', re, im, 1), zero], 0);
  to.store([b.binary('sub', re, im, 1), zero], size);
  b.loop(size / 2, (k) =>
    of.body(form.code.split, () => {
      const [up, down] = [k.times(1), k.times(-1)];
      const [x, y] = [from.load(1, up), conj(from.load(size - 1, down))];
      const sum = add(x, y);
      const turned = mul(sub(x, y), table.load(1, up));
      const [low, high] = [halved(add(sum, turned)), halved(sub(sum, turned))];
      to.store(low, 1, up);
      to.store(conj(high), size - 1, down);
      if (form.bins === 'half') return;
      to.store(conj(low), 2 * size - 1, down);
      to.store(high, size + 1, up);
    }),
  );
};

/** Back, times two. Slots: stack, from, to, table. */
const writeJoin = (b: TargetBuilder, form: SpectrumForm, size: number): void => {
  const of = new Code(b);
  const { add, sub, mul, conj } = arithmetic(b);
  const from = new ComplexPlane(b, 'from', form.planar ? size + 1 : 0);
  const [to, table] = [new ComplexPlane(b, 'to'), new ComplexPlane(b, 'table')];
  const [first] = from.load(0);
  const [last] = from.load(size);
  to.store([b.binary('add', first, last, 1), b.binary('sub', first, last, 1)], 0);
  b.loop(size / 2, (k) =>
    of.body(form.code.join, () => {
      const [up, down] = [k.times(1), k.times(-1)];
      const [x, y] = [from.load(1, up), conj(from.load(size - 1, down))];
      const sum = add(x, y);
      const turned = mul(sub(x, y), conj(table.load(1, up)));
      to.store(add(sum, turned), 1, up);
      to.store(conj(sub(sum, turned)), size - 1, down);
    }),
  );
};

const interleaved = (size: number, of: (i: number) => readonly [number, number]): Float32Array =>
  Float32Array.from({ length: 2 * size }, (_, i) => of(Math.floor(i / 2))[i % 2] ?? 0);

/** exp(-+2 pi i k / size). */
const turns = (size: number, inverse: boolean): Float32Array =>
  interleaved(size, (i) => {
    const angle = ((inverse ? 2 : -2) * Math.PI * i) / size;
    return [Math.cos(angle), Math.sin(angle)];
  });

/** exp(-pi i k / size) / i: between the transform of packed reals and their spectrum. */
const splitTable = (size: number): Float32Array => {
  const { re, im } = splitTwiddles(size);
  return interleaved(size, (i) => [im[i] ?? 0, -(re[i] ?? 0)]);
};

export interface RealTransform {
  /** The spectrum of the reals at `time`. */
  forward(time: Reference, spectrum: Reference): void;
  /** To `reals`: those of a spectrum, 2 x size times as large. */
  inverse(spectrum: Reference): void;
  readonly reals: Reference;
  /** A kernel at the transform's rate; `slots` follow the stack. */
  step(
    kind: string,
    name: string,
    write: (b: TargetBuilder) => void,
    slots: readonly Reference[],
  ): void;
}

/** Transforms of 2 x size reals, once in `every` blocks. */
export const transformOf = (
  low: Lowering,
  place: Label,
  form: SpectrumForm,
  size: number,
  every: number,
): RealTransform => {
  const { layer } = place;
  const work = low.scratch(`${layer} transform ${size}`, 2 * size);
  const packed = low.scratch(`${layer} packed ${size}`, 2 * size);
  const table = (name: string, data: Float32Array) => low.weights(`${layer} ${name} ${size}`, data);
  const turnsBack = table('turns back', turns(size, true));
  const turnsOn = table('turns', turns(size, false));
  const halves = table('split', splitTable(size));
  const step: RealTransform['step'] = (kind, name, write, slots) => {
    const template = low.template(`${form.library}/${name}/${size}`, write);
    const rate = { costOnly: kind === 'overhead', perBlock: 1 / every, every };
    low.kernel({ ...place, kind }, template, slots, rate);
  };
  const complex = (from: Reference, inverse: boolean): void => {
    step('transform', 'gather', (b) => writeGather(b, form.code, size), [from, work]);
    let m = 1;
    for (const radix of factorsOf(size).reverse()) {
      const stage = { radix, m, inverse };
      const slots = [work, inverse ? turnsBack : turnsOn];
      const name = `stage/${radix}/${m}/${inverse}`;
      step('transform', name, (b) => writeStage(b, form.code, size, stage), slots);
      m *= radix;
    }
  };
  return {
    step,
    reals: work,
    forward: (time, spectrum) => {
      complex(time, false);
      step('transform', 'split', (b) => writeSplit(b, form, size), [work, spectrum, halves]);
    },
    inverse: (spectrum) => {
      step('transform', 'join', (b) => writeJoin(b, form, size), [spectrum, packed, halves]);
      complex(packed, true);
    },
  };
};
