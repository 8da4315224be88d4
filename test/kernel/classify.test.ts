import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import { countsOf } from '../../src/kernel/classify.ts';
import { sumOfCounts } from '../../src/kernel/instruction-class.ts';
import {
  argumentRanges,
  defaultArguments,
  distributionOf,
  libraryBody,
  rangeOfArgument,
} from '../../src/kernel/libm.ts';
import { exactly } from '../../src/units/range.ts';

test('instructions in nested loops count trips times', () => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  const zero = b.const(0, 4);
  b.loop(3, (outer) => {
    b.loop(5, (inner) => {
      const v = b.load(b.at(x, 0, outer.times(20), inner.times(4)), 4);
      b.fma(v, v, zero, 4, { into: zero });
    });
    b.cost('int', 2);
    b.cost('branch');
  });
  b.store(zero, b.at(x), 4);
  const { counts, instructions, calls } = countsOf(b.build('nested'));
  expect(counts.load_vec).toBe(15);
  expect(counts.vec_fma).toBe(15);
  expect(counts.int).toBe(6);
  expect(counts.branch).toBe(3);
  expect(counts.store_vec).toBe(1);
  expect(counts.vec_other).toBe(1);
  expect(instructions).toBe(41);
  expect(calls).toBe(0);
});

test('a load that moves several registers is one instruction, classed by its register', () => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  b.loadMany(b.registerList(2), b.at(x), 4, { form: 'pair' });
  b.loadMany(b.registerList(3), b.at(x), 4, { form: 'structure' });
  b.loadMany(b.registerList(2), b.at(x), 1, { form: 'pair' });
  b.loadMany(b.registerList(1), b.at(x), 1, { wide: true });
  b.load(b.at(x), 2);
  const { counts } = countsOf(b.build('loads'));
  expect(counts).toMatchObject({ load_vec: 2, load_fp32: 1, load_fp64: 2 });
});

test('a library call counts with its body', () => {
  const b = new KernelBuilder();
  b.call('tanhf', b.const(1, 1));
  b.cost('libraryCall', 2);
  const { counts, calls, instructions } = countsOf(b.build('calls'));
  expect(calls).toBe(3);
  expect(counts.scalar_fdiv).toBe(2);
  expect(instructions).toBeCloseTo(1 + 1 + sumOfCounts(libraryBody('tanhf')) + 4, 9);
});

test('the default arguments reproduce the counted mean of tanhf and its expm1f: 115.5 instructions', () => {
  expect(sumOfCounts(libraryBody('tanhf'))).toBeCloseTo(115.5, 0);
});

test('every distribution has one share a range, and the shares sum to one', () => {
  for (const fn of ['tanhf', 'tanh', 'expf', 'exp'] as const) {
    expect(defaultArguments[fn]).toHaveLength(argumentRanges[fn].length);
    expect(defaultArguments[fn].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  }
});

test('a saturated tanh is cheaper than a reduced one, and silence cheaper than both halves', () => {
  const at = (x: number): number => {
    const calls = argumentRanges.tanhf.map((_, i) => (i === rangeOfArgument('tanhf', x) ? 1 : 0));
    return sumOfCounts(libraryBody('tanhf', distributionOf({ tanhf: calls })));
  };
  expect(at(30)).toBe(23);
  expect(at(-2)).toBe(128);
  expect(at(0.1)).toBe(84);
  expect(at(0)).toBe(60);
});

test('a value chosen by a jump costs a comparison and a branch, one chosen by a select two comparisons', () => {
  const chosen = (jump: boolean) => {
    const b = new KernelBuilder();
    const [x, zero] = [b.const(-1, 1), b.const(0, 1)];
    const mask = b.binary('cmpge', x, zero, 1);
    if (jump) b.choose(mask, x, zero, exactly(0.3));
    else b.select(mask, x, zero, 1);
    return countsOf(b.build('choice')).counts;
  };
  expect([chosen(true).branch, chosen(true).scalar_fcmp_sel]).toEqual([1, 1]);
  expect([chosen(false).branch, chosen(false).scalar_fcmp_sel]).toEqual([0, 2]);
});
