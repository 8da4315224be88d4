/** Times of NAM Core on a computer at hand, against the pipeline of its core at the flags of its build. */
import { expect, test } from 'vitest';
import { targetOf } from '../../src/study/cost/cost-point.ts';
import { hostTimes, summarizeTimes } from '../../tools/host-times.ts';
import { coreOf, device } from './predict-fixtures.ts';

test('a build for every x86 is lowered without AVX and fused multiply-add', () => {
  const { chip } = device('host');
  if (chip === null) throw new RangeError('Expected the host to have a chip.');
  const plain = { ...chip, build: { ...chip.build, tune: 'x86-64', fastMath: false } };
  expect(targetOf(plain, coreOf('zen5'))).toMatchObject({
    isa: 'x86-sse2',
    lanes: 4,
    fma: false,
  });
});

test.each(['zen5', 'zen4'] as const)(
  'times of NAM Core on %s are met within 15 percent, after one factor within 8 and nine of ten within 20',
  (core) => {
    const [all, unseen] = summarizeTimes(hostTimes(core, coreOf));
    expect(all?.shapes).toBeGreaterThan(60);
    expect(unseen?.rows).toBeGreaterThan((all?.rows ?? 0) / 3);
    for (const summary of [all, unseen]) {
      expect(summary?.medianOff).toBeLessThanOrEqual(0.15);
      expect(summary?.medianApart).toBeLessThanOrEqual(0.08);
      expect(summary?.p90Apart).toBeLessThanOrEqual(0.2);
    }
  },
);
