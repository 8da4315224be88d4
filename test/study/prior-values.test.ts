import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fittedFiguresOf, withPriorValues } from '../../src/study/validate/prior-values.ts';
import { coreOf, root } from './predict-fixtures.ts';

const fitted = { kind: 'fitted', source: 'm001 of the measurements' } as const;

describe('a profile without the measurements it was fitted to', () => {
  test('takes the value that the profile states for it', () => {
    const profile = { latency: { value: 4, low: 1, high: 9, unfitted: 2, ...fitted } };
    expect(withPriorValues(profile).latency).toMatchObject({ value: 2, kind: 'estimate' });
  });

  test('else the middle of the interval, whole where the figure is', () => {
    expect(withPriorValues({ value: 2, low: 2, high: 8, ...fitted }).value).toBe(4);
    expect(withPriorValues({ value: 1, low: 0, high: 1, ...fitted }).value).toBe(1);
    expect(withPriorValues({ value: 0.5, low: 0, high: 1.5, ...fitted }).value).toBe(0.75);
  });

  test('is the same object where nothing was fitted', () => {
    const profile = { latency: { value: 4, kind: 'measured', source: 'somebody' } };
    expect(withPriorValues(profile)).toBe(profile);
  });
});

const ids = readdirSync(join(root, 'cores')).map((file) => file.replace(/\.json$/, ''));

test.each(ids)(
  '%s: fitted figures name their cases, state an interval, and move without them',
  (id) => {
    const figures = fittedFiguresOf(coreOf(id));
    for (const { path, value, unfitted, source } of figures) {
      expect(source, path).toMatch(/\bm\d{3}\b|data\/host-times(-zen4)?\.json|^ratio of /);
      expect(Number.isFinite(unfitted), path).toBe(true);
      expect(unfitted, path).not.toBe(value);
    }
    // Few enough to write down.
    expect(figures.length).toBeLessThanOrEqual(8);
  },
);
