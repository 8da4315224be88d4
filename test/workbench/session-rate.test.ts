/** A pedal that plays at another rate than its model: sound, cost, latency and what the run says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openWorkbench, predictSync, simulateSync } from '../../src/index.ts';
import { writeWav } from './wav-file.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-rate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const workbench = openWorkbench({ cwd: root, packageRoot: root });

const sine = writeWav(
  join(folder, 'sine.wav'),
  48_000,
  Float32Array.from({ length: 12_000 }, (_, i) => 0.1 * Math.sin((2 * Math.PI * 440 * i) / 48_000)),
);

const play = (sampleRateHz: number, options: object = {}, onAudio?: (b: Float32Array) => void) => {
  const [run] = simulateSync(workbench, {
    scenario: {
      device: 'apple-m2',
      sampleRateHz,
      slots: [{ model: 'a2', width: 'lite' }],
      audio: { file: sine },
      durationSeconds: 0.2,
      ...options,
    },
    ...(onAudio ? { onAudio } : {}),
  });
  if (run === undefined) throw new Error('no run');
  return run;
};

const soundOf = (sampleRateHz: number, options: object = {}): number[] => {
  const sound: number[] = [];
  play(sampleRateHz, options, (block) => sound.push(...block));
  return sound;
};

/** The least difference between the second sound, every `step`-th sample of it, and the first, over all delays. */
const leastError = (at48: number[], other: number[], step: number): number =>
  Math.min(
    ...Array.from({ length: 80 }, (_, delay) =>
      Math.max(
        ...Array.from({ length: 2000 }, (__, i) =>
          Math.abs((at48[3000 + i] ?? 1) - (other[step * (3000 + i) + delay] ?? -1)),
        ),
      ),
    ),
  );

describe('a pedal at 96 kHz with a model of 48 kHz', () => {
  test('sounds as it does at 48 kHz where the player resamples, and not where it does not', () => {
    const at48 = soundOf(48_000);
    const peak = Math.max(...at48.slice(3000, 5000).map(Math.abs));
    expect(leastError(at48, soundOf(96_000), 2) / peak).toBeLessThan(0.02);
    expect(leastError(at48, soundOf(96_000, { resample: false }), 2) / peak).toBeGreaterThan(0.1);
  });

  test('costs in the run what it costs in predict, and its latency stands in both', () => {
    const run = play(96_000);
    const [row] = predictSync(workbench, {
      model: 'a2',
      width: 'lite',
      device: 'apple-m2',
      sampleRateHz: 96_000,
    }).rows;
    // The clock comes down from the top in the first blocks.
    expect(run.load.mean).toBeCloseTo(row?.load?.expected ?? Number.NaN, 2);
    const plain = play(96_000, { resample: false });
    expect(run.latencySeconds - plain.latencySeconds).toBeCloseTo(42 / 96_000, 9);
    expect(run.warnings.join(' ')).toContain('runs at its own rate. Resampler: Lanczos');
    expect(run.warnings.join(' ')).toContain('sine.wav is at 48 kHz and the pedal runs at 96 kHz');
    expect(plain.warnings.join(' ')).toContain('sounds shifted. Resampler: none was asked for');
  });

  test('at 44.1 kHz the blocks that hand on a frame more are the costlier ones', () => {
    const loads: number[] = [];
    simulateSync(workbench, {
      scenario: {
        device: 'apple-m2',
        sampleRateHz: 44_100,
        slots: [{ model: 'a2', width: 'lite' }],
        durationSeconds: 147 * (64 / 44_100),
        disturbances: false,
      },
      onBlock: ({ load }) => loads.push(load),
    });
    // 147 blocks hand on 147 x 64 x 160 / 147 frames in blocks of 69 and 70.
    const middle = (Math.min(...loads) + Math.max(...loads)) / 2;
    expect(Math.max(...loads) / Math.min(...loads)).toBeGreaterThan(1.005);
    expect(loads.filter((load) => load < middle)).toHaveLength(147 * 70 - 64 * 160);
    expect(loads).toHaveLength(147);
  });
});
