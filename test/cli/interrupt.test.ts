/** A signal in the middle of long work: the command stops soon, says so, and prints no half of a result. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Steps are of milliseconds; the rest is for a host that is busy. */
const soonMilliseconds = 3000;

test.each([
  ['SIGINT', ['predict', 'slim-8', '--device', 'all', '--engine', 'all', '--json']],
  ['SIGTERM', ['predict', 'slim-8', '--device', 'all', '--engine', 'all', '--workers', '1']],
  ['SIGINT', ['advise', 'a1-standard', '--device', 'all', '--json']],
] as const)('%s ends %j', { timeout: 60_000 }, async (signal, words) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  let sent = 0;
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    if (sent > 0 || !stderr.includes('%')) return;
    sent = performance.now();
    child.kill(signal);
  });
  expect(await ended).toBe(signal === 'SIGTERM' ? 143 : 130);
  expect(performance.now() - sent).toBeLessThan(soonMilliseconds);
  expect(stderr).toContain('pedalbench: interrupted');
  expect(stdout).toBe('');
});
