/** A governor other than `performance`: predict costs the clock that a run settles at. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { withSettings } from '../../src/device/set-figures.ts';
import { explainSync, openWorkbench, predictSync, simulateSync } from '../../src/index.ts';

const root = resolve(import.meta.dirname, '../..');
const workbench = openWorkbench({ cwd: root, packageRoot: root });
const on = (governor: string) =>
  withSettings(workbench.device('pi-4'), [{ path: 'dvfs.governor', value: governor }]);
const point = { model: 'a2', width: 'full', engine: 'nam-core' } as const;
const rowOn = (governor: string) => {
  const [row] = predictSync(workbench, { ...point, device: on(governor) }).rows;
  if (row?.load == null) throw new Error('no row');
  return { ...row, load: row.load };
};

test.each(['performance', 'powersave', 'schedutil'])(
  '%s: predict and run say the same',
  (governor) => {
    const row = rowOn(governor);
    const [run] = simulateSync(workbench, {
      scenario: {
        device: on(governor),
        engine: point.engine,
        slots: [{ model: point.model, width: point.width }],
        durationSeconds: 2,
      },
    });
    expect((run?.finalClockHz ?? 0) / (row.clockHz ?? 1)).toBeCloseTo(1, 1);
    expect(row.context?.governor).toBe(governor);
  },
);

test('a low clock is a higher load, of fewer cycles where memory waits, and explain has them', () => {
  const [top, low] = [rowOn('performance'), rowOn('powersave')];
  expect(low.clockHz).toBe(600e6);
  expect(low.load.expected / top.load.expected).toBeGreaterThan(2);
  const { explanation } = explainSync(workbench, { ...point, device: on('powersave') });
  expect(explanation.total.cyclesPerSample).toBeCloseTo(low.cyclesPerSample?.expected ?? 0, 6);
});

test('a governor that follows the load leaves its range in the row', () => {
  const row = rowOn('ondemand');
  expect(row.clockHz).toBeGreaterThan(600e6);
  expect(row.clockHz).toBeLessThan(1800e6);
});

test('a shipped profile stays one of the package at the clock that its governor leaves', () => {
  const [row] = predictSync(workbench, { model: 'a2', width: 'full', device: 'apple-m2' }).rows;
  expect(row?.context?.governor).toBe('schedutil');
  expect(row?.devicePath).toBe('devices/apple-m2.json');
  expect(row?.reasons.join(' ')).not.toContain('not one of the package');
});
