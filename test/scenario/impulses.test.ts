import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkbench, simulateSync } from '../../src/index.ts';
import { checkImpulses } from '../../src/study/validate/impulses.ts';

const root = resolve(import.meta.dirname, '../..');
const workbench = openWorkbench({ cwd: root, packageRoot: root });
const judge = (document: unknown) =>
  checkImpulses(document, (scenario) => simulateSync(workbench, { scenario })[0]);

const file = JSON.parse(readFileSync(resolve(root, 'data/impulse-responses.json'), 'utf8')) as {
  rows: {
    device: string;
    taps: number;
    measuredCorePercent: number;
    measuredP99Percent?: number;
  }[];
};

test('published impulse responses come out within 25 % in the mean, 35 % at the 99th percentile', () => {
  const judged = judge(file);
  expect(judged).toHaveLength(file.rows.length);
  expect(judged.filter(({ holds }) => !holds)).toEqual([]);
  const bursts = judged.flatMap(({ p99ErrorPercent }) => p99ErrorPercent ?? []);
  expect(bursts).toHaveLength(3);
  for (const error of bursts) expect(Math.abs(error)).toBeLessThan(10);
});

test('one that was twice as dear, or had twice the bursts, does not hold', () => {
  const row = file.rows.find((r) => r.taps === 1024 && r.measuredP99Percent !== undefined);
  const { measuredCorePercent = 0, measuredP99Percent = 0 } = row ?? {};
  const twice = [
    { ...row, measuredCorePercent: 2 * measuredCorePercent },
    { ...row, measuredP99Percent: 2 * measuredP99Percent },
  ];
  expect(judge({ rows: twice }).map(({ holds }) => holds)).toEqual([false, false]);
});

test('AudioDSPTools plays 8,192 taps at most and says so; FFTConvolver plays all', () => {
  const played = (taps: number, convolver: 'audiodsptools' | 'fftconvolver') => {
    const slots = [{ ir: { taps, convolver } }];
    const scenario = { device: 'pi-5', durationSeconds: 0.2, disturbances: false, slots };
    const [run] = simulateSync(workbench, { scenario });
    return { cycles: run?.slots[0]?.cyclesPerSample ?? 0, says: run?.warnings.join(' ') ?? '' };
  };
  const [whole, cut] = [played(8192, 'audiodsptools'), played(12_000, 'audiodsptools')];
  expect(cut.cycles).toBe(whole.cycles);
  expect(cut.says).toContain('8192');
  expect(whole.says).not.toContain('8192');
  const [short, long] = [played(8192, 'fftconvolver'), played(12_000, 'fftconvolver')];
  expect(long.cycles).toBeGreaterThan(short.cycles);
});
