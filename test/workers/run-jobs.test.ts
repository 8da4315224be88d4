import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runJobs } from '../../src/workers/run-jobs.ts';

const run = async (
  names: readonly string[],
  limits = { seconds: null as number | null, megabytes: 256 },
  workers = 2,
) => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-pool-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const done: string[] = [];
  const failed: Record<string, string> = {};
  await runJobs<{ name: string; log: string }, string>({
    tasks: names.map((name) => ({ name, log })),
    workerFile: new URL('./odd-worker.ts', import.meta.url),
    workers,
    limits,
    signal: new AbortController().signal,
    onResult: (_, result) => done.push(result),
    onFailed: ({ name }, reason) => {
      failed[name] = reason;
    },
  });
  const tries = readFileSync(log, 'utf8').split('\n');
  return {
    done: done.sort(),
    failed,
    triesOf: (name: string) => tries.filter((n) => n === name).length,
  };
};

test('a worker that dies is replaced and its job is tried once more', async () => {
  const { done, failed, triesOf } = await run(['a', 'dies-once', 'b', 'c', 'd']);
  expect(done).toEqual(['A', 'B', 'C', 'D', 'DIES-ONCE']);
  expect(failed).toEqual({});
  expect(triesOf('dies-once')).toBe(2);
});

test('a job that fails twice is reported and nothing else is lost', async () => {
  const { done, failed, triesOf } = await run(['a', 'dies-always', 'b', 'throws', 'c']);
  expect(done).toEqual(['A', 'B', 'C']);
  expect(Object.keys(failed).sort()).toEqual(['dies-always', 'throws']);
  expect(failed.throws).toBe('throws threw');
  expect(triesOf('dies-always')).toBe(2);
  expect(triesOf('a')).toBe(1);
});

test('a job over its time or its memory is ended, named and does not stop the others', async () => {
  const { done, failed } = await run(['hangs', 'a', 'grows', 'b'], { seconds: 4, megabytes: 64 });
  expect(done).toEqual(['A', 'B']);
  expect(failed.hangs).toBe('took longer than 4 seconds');
  expect(failed.grows).toMatch(/^(needed more than 64 MB|took longer than 4 seconds)$/);
});
