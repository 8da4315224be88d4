import { expect, test } from 'vitest';
import { type MeasuredKind, trustIn } from '../../src/study/predict/confidence.ts';

const measured: MeasuredKind = {
  core: 'cortex-m7',
  engine: 't3k-embedded',
  clockHz: 480e6,
  placement: 'weights tight, history cached, code tight',
  fastMath: true,
  resampled: false,
};
const trust = (row: Partial<MeasuredKind>, shipped = true, hasFitted = true) =>
  trustIn({ row: { ...measured, ...row }, shipped, hasFitted }, [measured]);

test('a row is validated where a case of its kind was measured', () => {
  expect(trust({})).toEqual({ confidence: 'validated', reasons: [] });
  expect(trust({ clockHz: 600e6 }).confidence).toBe('validated');
});

test.each([
  [{ placement: 'weights cached, history cached, code cached' }, /another placement/],
  [{ clockHz: 240e6 }, /at 480 MHz; here the clock is 240 MHz/],
  [{ fastMath: false }, /with -ffast-math; here it is compiled without/],
] as const)('a row that is unlike it in %j is fitted, and says why', (row, why) => {
  const { confidence, reasons } = trust(row);
  expect(confidence).toBe('fitted');
  expect(reasons.join(' ')).toMatch(why);
});

test("somebody's own profile is fitted at most", () => {
  const { confidence, reasons } = trust({}, false);
  expect(confidence).toBe('fitted');
  expect(reasons.join(' ')).toMatch(/not one of the package/);
});

test('without a measured case it is fitted numbers that make a row fitted', () => {
  expect(trust({ engine: 'nam-core' }).confidence).toBe('fitted');
  expect(trust({ core: 'cortex-a35' }, true, false).confidence).toBe('estimated');
});
