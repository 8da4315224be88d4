/** A governor other than `performance`: predict costs the clock that a run settles at. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { withSettings } from '../../src/device/set-figures.ts';
import {
  adviseSync,
  explainSync,
  openWorkbench,
  predictSync,
  simulateSync,
} from '../../src/index.ts';

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

test('the limit of advise is that at the clock that a governor gives a load which reaches it', () => {
  const limitOn = (governor: string) => {
    const asked = { model: 'a1-nano', device: on(governor), copies: 3 };
    const [device] = adviseSync(workbench, asked).devices;
    for (const at of device?.widths.flatMap(({ distances }) => distances) ?? [])
      expect(at.distance >= 0, `${governor} ${at.cyclesPerSample}`).toBe(at.verdict === 'fits');
    return device?.limitCyclesPerSample ?? 0;
  };
  const top = limitOn('performance');
  expect(limitOn('powersave') / top).toBeCloseTo(600 / 1800, 6);
  expect(limitOn('schedutil') / top).toBeCloseTo(1, 6);
});

test('more work that a governor follows with its clock is no risk', () => {
  const copies = [8, 16];
  const asked = { model: 'a2', width: 'full', device: 'apple-m2', copies };
  const { rows } = predictSync(workbench, asked);
  expect(rows.map(({ load }) => load?.high.toFixed(2))).toEqual(['0.80', '0.80']);
  expect(rows.every(({ sure, verdict }) => sure && verdict === 'fits')).toBe(true);
});
