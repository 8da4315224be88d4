import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openWorkbench, simulateSync } from '../../src/index.ts';
import { writeWav } from './wav-file.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-impulse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A quarter of a second that falls to nothing, 32-bit float. */
const impulseAt = (sampleRateHz: number): string => {
  const frames = sampleRateHz / 4;
  const falling = Float32Array.from({ length: frames }, (_, i) => 1 - i / frames);
  return writeWav(join(folder, `${sampleRateHz}.wav`), sampleRateHz, falling);
};

const workbench = openWorkbench({ cwd: root, packageRoot: root });

test('an impulse of another rate is resampled to as many taps as last as long, and as loud', () => {
  const { samples, sampleRateHz } = workbench.impulse(impulseAt(96_000), 48_000);
  expect(sampleRateHz).toBe(96_000);
  expect(samples.length).toBe(12_000);
  const own = workbench.impulse(impulseAt(48_000), 48_000).samples;
  const sum = (taps: Float32Array): number => taps.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum(samples) / sum(own) / 2 - 1)).toBeLessThan(0.01);
});

test('it costs what the same cabinet at the rate of the pedal costs, and the run says so', () => {
  const run = (rate: number) => {
    const [result] = simulateSync(workbench, {
      scenario: {
        device: 'mod-dwarf',
        slots: [{ name: 'cabinet', ir: { file: impulseAt(rate) } }],
        durationSeconds: 0.5,
      },
    });
    return result;
  };
  const [high, own] = [run(96_000), run(48_000)];
  expect(high?.slots[0]?.cyclesPerSample).toBe(own?.slots[0]?.cyclesPerSample);
  expect(high?.warnings.join()).toMatch(/resampled to 12,000 taps/);
  expect(own?.warnings).toEqual([]);
});

test('the name of a signal is no impulse response: a missing file is missing', () => {
  expect(() => workbench.impulse('noise', 48_000)).toThrow(/noise/);
});
