import { describe, expect, test } from 'vitest';
import { type BenchResult, renderBench } from '../../src/report/bench-text.ts';
import type { Style } from '../../src/report/text/text-table.ts';

const plain: Style = { columns: 100, color: false, ascii: false };

const row = (executor: 'wasm' | 'reference' | 'nam-wasm', nsPerSample: number, width = 'full') => ({
  model: 'a2',
  width,
  executor,
  nsPerSample,
  bestNsPerSample: nsPerSample - 100,
  timesRealTime: 1e9 / 48_000 / nsPerSample,
});

const result: BenchResult = {
  blockFrames: 64,
  sampleRateHz: 48_000,
  rounds: 41,
  rows: [
    row('wasm', 1250),
    row('reference', 30_000),
    row('nam-wasm', 12_500),
    row('wasm', 300, 'lite'),
  ],
  compile: [
    {
      model: 'a2',
      width: 'full',
      moduleBytes: 2048,
      compileMilliseconds: 12.34,
      firstBlockMilliseconds: 45.67,
    },
  ],
  predictions: { model: 'a2', rows: 1234, seconds: 1.5, againSeconds: 0.75 },
};

describe('the table of bench', () => {
  const lines = renderBench(result, plain).split('\n');
  const line = (...words: readonly string[]): string | undefined =>
    lines.find((text) => words.every((word) => text.includes(word)));

  test('has median, best and times real time of every executor', () => {
    expect(line('a2', 'full', ' wasm ', '1,250', '1,150', '17x')).toBeDefined();
    expect(line('reference', '30,000', '0.7x')).toBeDefined();
  });

  test('compares our executor with the peer where the peer ran, and only ours', () => {
    expect(line('full', ' wasm ')).toMatch(/10x$/);
    expect(line('lite', ' wasm ')).not.toMatch(/10x$/);
    expect(line('nam-wasm', '12,500')?.trimEnd()).not.toMatch(/10x$/);
  });

  test('has modules and predictions', () => {
    expect(line('2 KiB', '12.3 ms', '45.7 ms')).toBeDefined();
    expect(line('1,234 rows for a2', '1.50 s')).toBeDefined();
  });
});
