import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openWorkbench, simulateSync } from '../../src/index.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-impulse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A quarter of a second that falls to nothing, 32-bit float. */
const impulseAt = (sampleRateHz: number): string => {
  const frames = sampleRateHz / 4;
  const bytes = Buffer.alloc(44 + 4 * frames);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 4 * frames, 4);
  bytes.write('WAVEfmt ', 8);
  for (const [at, value, size] of [
    [16, 16, 4],
    [20, 3, 2],
    [22, 1, 2],
    [24, sampleRateHz, 4],
    [28, 4 * sampleRateHz, 4],
    [32, 4, 2],
    [34, 32, 2],
  ] as const) {
    bytes.writeUIntLE(value, at, size);
  }
  bytes.write('data', 36);
  bytes.writeUInt32LE(4 * frames, 40);
  for (let i = 0; i < frames; i += 1) bytes.writeFloatLE(1 - i / frames, 44 + 4 * i);
  const file = join(folder, `${sampleRateHz}.wav`);
  writeFileSync(file, bytes);
  return file;
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
  expect(high?.warnings.join()).toMatch(/resampled to 12000 taps/);
  expect(own?.warnings).toEqual([]);
});
