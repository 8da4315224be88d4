/** What else would do where a row does not fit. */
import { expect, test } from 'vitest';
import type { PredictRow } from '../../src/study/predict/row.ts';
import { rowsOf } from './predict-fixtures.ts';

const row = (device: string, options: Parameters<typeof rowsOf>[2]): PredictRow => {
  const [first] = rowsOf('a2', [device], { arrangements: true, ...options });
  if (first === undefined) throw new Error('no row');
  return first;
};

const percentIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

test('the RP2350 is over on one core, and as far as it says with the pipeline that it names', () => {
  const { verdict, reasons } = row('rp2350', { width: 'lite' });
  const [first = ''] = reasons;
  expect(verdict).toBe('over');
  expect(first).toMatch(/^over on one core; \d+ % over two cores \(--split \d+\)/);
  const cut = percentIn(first, /--split (\d+)/);
  const split = row('rp2350', { width: 'lite', splitAfterLayers: cut });
  expect(100 * (split.load?.expected ?? 0)).toBeCloseTo(
    percentIn(first, /; (\d+) % over two/),
    -0.2,
  );
  expect(split.verdict).not.toBe('over');
});

test('another engine is named with the load that it has there, and only where it does better', () => {
  const { reasons } = row('pi-zero-2w', { width: 'full' });
  const [first = ''] = reasons;
  const planar = row('pi-zero-2w', { width: 'full', engine: 'planar-neon' });
  expect(first).toContain('another engine: planar-neon');
  expect(percentIn(first, /planar-neon, (\d+) %/)).toBe(
    Math.round(100 * (planar.load?.expected ?? 0)),
  );
  expect(first).not.toMatch(/nam-core[,-]/);
});

test('a row that fits says nothing, nor does a matrix that does not ask', () => {
  expect(row('pi-5', { width: 'lite' }).reasons.join(' ')).not.toContain('--split');
  const quiet = row('rp2350', { width: 'lite', arrangements: false });
  expect(quiet.reasons.join(' ')).not.toContain('--split');
});

test('what decides the verdict is the first that a row says', () => {
  expect(row('pi-5', { width: 'lite' }).reasons[0]).toMatch(
    /cycles a sample of [\d,]+ that one core/,
  );
  const tight = row('pi-zero-2w', { width: 'full' });
  expect(tight.reasons[0]).toBe(tight.arrangement);
  expect(tight.reasons[1]).toMatch(/^(Less than the|In the worst case)/);
});
