import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CostCorners,
  chanceWithin,
  figureSpread,
  intervalOf,
  type Spread,
  spreadFigures,
} from '../../src/study/predict/spread.ts';
import { checkInterval, residualsOf, type Trial } from '../../src/study/validate/interval.ts';
import { exp, ln, normalShare } from '../../src/units/normal.ts';

const widths = fc.double({ min: 0.01, max: 1, noNaN: true });
const spreads: fc.Arbitrary<Spread> = fc.record({ below: widths, above: widths });
const loads = fc.double({ min: 0.01, max: 10, noNaN: true });

test('ln, exp and the normal distribution are those of the host to nine digits', () => {
  for (const x of [1e-9, 0.3, 0.75, 1, 1.5, 2, 17.3, 1e12]) {
    expect(ln(x)).toBeCloseTo(Math.log(x), 12);
  }
  for (const x of [-20, -1, -1e-9, 0, 0.1, 1, 5, 20]) {
    expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 10);
  }
  expect(normalShare(1.6448536)).toBeCloseTo(0.95, 6);
  expect(normalShare(-1.6448536)).toBeCloseTo(0.05, 6);
});

test('the expected value lies in the interval, and an even chance lies on it', () => {
  fc.assert(
    fc.property(loads, spreads, (load, spread) => {
      const { low, high } = intervalOf(load, spread);
      expect(low).toBeLessThanOrEqual(load);
      expect(high).toBeGreaterThanOrEqual(load);
      expect(chanceWithin(load, load, spread)).toBe(0.5);
    }),
  );
});

test('interval and chance are one distribution: one in twenty lies beyond either end', () => {
  fc.assert(
    fc.property(loads, spreads, (load, spread) => {
      const { low, high } = intervalOf(load, spread);
      expect(chanceWithin(high, load, spread)).toBeCloseTo(0.95, 2);
      expect(chanceWithin(low, load, spread)).toBeCloseTo(0.05, 2);
    }),
  );
});

test('a larger load never has the better chance', () => {
  fc.assert(
    fc.property(loads, loads, loads, spreads, (a, b, limit, spread) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      expect(chanceWithin(limit, less, spread)).toBeGreaterThanOrEqual(
        chanceWithin(limit, more, spread),
      );
    }),
  );
});

const corners: CostCorners = { warm: { best: 80, expected: 100, worst: 150 }, waits: 20 };

test('figures widen the interval by a share of their corners, memory by what it may wait', () => {
  const alone = figureSpread({ ...corners, waits: 0 }, spreadFigures);
  expect(alone.above).toBeCloseTo(0.333 * Math.log(1.5), 9);
  expect(alone.below).toBeCloseTo(0.333 * Math.log(1.25), 9);
  const waiting = figureSpread(corners, spreadFigures);
  expect(waiting.above).toBeCloseTo(Math.hypot(alone.above, Math.log(1.2)), 9);
});

const trial = (core: string, confidence: Trial['confidence'], measured: number): Trial => ({
  id: `${core} ${measured}`,
  core,
  confidence,
  measured,
  expected: 100,
  corners: { warm: { best: 100, expected: 100, worst: 100 }, waits: 0 },
});

const tenOf = (core: string, off: number): Trial[] =>
  Array.from({ length: 10 }, (_, i) => [
    trial(core, 'validated', 100 * Math.exp(off * ((i % 5) - 2))),
    trial(core, 'estimated', 100 * Math.exp(2 * off * ((i % 5) - 2))),
  ]).flat();

test('the interval of one core is learnt from the others', () => {
  const alike = ['a', 'b', 'c'].flatMap((core) => tenOf(core, 0.02));
  const { covered, byConfidence } = checkInterval(alike, spreadFigures);
  expect(covered).toBeGreaterThanOrEqual(0.9);
  expect(byConfidence.estimated.medianRatio).toBeGreaterThan(
    byConfidence.validated.medianRatio ?? 9,
  );
  // One core alone is off by ten times as much: its own errors do not make its interval wide.
  const odd = checkInterval([...alike, ...tenOf('d', 0.2)], spreadFigures);
  const widest = residualsOf([...alike, ...tenOf('d', 0.2)], spreadFigures).validated;
  expect(widest.low).toBeLessThan(widest.value);
  expect(odd.covered).toBeGreaterThanOrEqual(0.85);
});

test('less knowledge never makes an interval narrower', () => {
  const { validated, fitted, estimated } = spreadFigures.residuals;
  expect(fitted.value).toBeGreaterThan(validated.value);
  expect(estimated.value).toBeGreaterThan(fitted.value);
});
