import { expect, test } from 'vitest';
import { pedalbench } from './fake-io.ts';

// A clock that leaps at every look at it: warm-ups and rounds end after a block or a few.
const leaping = { tick: 250 };

test('bench prints a row for every executor, module and prediction as JSON', {
  timeout: 120_000,
}, async () => {
  const line = 'bench a1-nano --rounds 3 --json';
  const { code, stdout, stderr } = await pedalbench(line, leaping);
  expect(code, stderr).toBe(0);
  const document = JSON.parse(stdout);
  expect(document.schema).toBe('pedalbench.bench/1');
  expect(document.rounds).toBe(3);

  const executors = document.rows.map((row: { executor: string }) => row.executor);
  expect(executors.slice(0, 2)).toEqual(['wasm', 'reference']);
  for (const row of document.rows) {
    expect(row).toMatchObject({ model: 'a1-nano', width: 'full' });
    expect(row.bestNsPerSample).toBeLessThanOrEqual(row.nsPerSample);
    expect(row.timesRealTime).toBeCloseTo(1e9 / (48_000 * row.nsPerSample), 9);
  }

  const [compiled] = document.compile;
  expect(document.compile).toHaveLength(1);
  expect(compiled.moduleBytes).toBeGreaterThan(1000);
  expect(compiled.compileMilliseconds).toBe(leaping.tick);

  expect(document.predictions.model).toBe('a1-nano');
  expect(document.predictions.rows).toBeGreaterThan(20);
  expect(document.predictions.seconds).toBe(leaping.tick / 1000);
});

test('bench refuses a number of rounds that is none', async () => {
  const { code, stderr } = await pedalbench('bench a1-nano --rounds 0');
  expect(code).toBe(2);
  expect(stderr).toContain('--rounds');
});
