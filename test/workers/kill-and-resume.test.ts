/**
 * SIGKILL at random moments of a sweep, then --resume: the results must be those of a run that nobody
 * disturbed. PEDALBENCH_KILLS=50 kills a sweep of 200 jobs fifty times; a smaller one is killed thrice
 * otherwise.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../src/units/random.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kills = Number(process.env.PEDALBENCH_KILLS ?? 3);
const jobs = kills >= 50 ? 200 : 40;

/** Jobs of a few milliseconds each. */
const sweep = {
  device: 'pi-4',
  blockFrames: jobs === 200 ? [32, 48, 64, 96, 128] : [64],
  slots: [
    { model: 'a2', width: ['lite', 'full'], engine: 'planar-neon' },
    { cyclesPerSample: [0, 100, 200, 300, 400] },
  ],
  durationSeconds: [0.5, 1],
  seed: [1, 2],
  expect: { maxXruns: 100000 },
};
const file = join(folder, 'sweep.json');
writeFileSync(file, JSON.stringify(sweep));
/** A part of it, for what needs no long run. */
const smallFile = join(folder, 'small.json');
writeFileSync(smallFile, JSON.stringify({ ...sweep, blockFrames: [64], durationSeconds: 0.5 }));

const start = (words: readonly string[], scenario = file): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'run', scenario, ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const run = async (
  words: readonly string[],
  scenario = file,
): Promise<{ code: number | null; stdout: string }> => {
  const child = start(words, scenario);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return { code, stdout };
};

const documentOf = (stdout: string): { digest: string; runs: Record<string, unknown>[] } =>
  JSON.parse(stdout);

/** What a run says of the pedal; where the files went is another matter. */
const resultsOf = (stdout: string): unknown[] =>
  documentOf(stdout).runs.map(({ files: _, ...run }) => run);

test('a sweep that is killed at random moments and resumed ends as if nothing had been', {
  timeout: 120_000 + kills * 60_000,
}, async () => {
  const whole = await run(['--workers', '2', '--json', '--quiet']);
  expect(documentOf(whole.stdout).runs.length).toBe(jobs);
  const random = new Random(Number(process.env.PEDALBENCH_KILL_SEED ?? 1), 'kills');
  const out = join(folder, 'killed');
  const words = ['--out', out, '--no-audio', '--workers', '2', '--quiet'];
  let interrupted = 0;
  for (let i = 0; i < kills; i += 1) {
    if (i % 10 === 0) rmSync(out, { recursive: true, force: true });
    const child = start([...words, ...(i % 10 === 0 ? [] : ['--resume'])]);
    const closed = new Promise<void>((done) => child.on('close', () => done()));
    // Into the start-up, the first jobs or the last ones.
    const timer = setTimeout(() => child.kill('SIGKILL'), 300 + random.integer(0, 5000));
    await closed;
    clearTimeout(timer);
    if (child.signalCode === 'SIGKILL') interrupted += 1;
  }
  expect(interrupted).toBeGreaterThan(0);
  const resumed = await run([...words, '--resume', '--json']);
  expect(documentOf(resumed.stdout).digest).toBe(documentOf(whole.stdout).digest);
  expect(resultsOf(resumed.stdout)).toEqual(resultsOf(whole.stdout));
  const journal = readFileSync(join(out, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  expect(journal.every((line) => typeof JSON.parse(line) === 'object')).toBe(true);
  expect(readdirSync(out).filter((name) => /^\d{4}-sweep$/.test(name)).length).toBe(jobs);
  const all = readdirSync(out, { recursive: true, encoding: 'utf8' });
  expect(all.filter((name) => name.includes('partial') || name === 'lock')).toEqual([]);
});

test('the results do not depend on the number of workers, nor on shards', {
  timeout: 240_000,
}, async () => {
  const texts: string[] = [];
  for (const workers of ['1', '2', '4']) {
    texts.push((await run(['--workers', workers, '--json', '--quiet'], smallFile)).stdout);
  }
  expect(texts[1]).toBe(texts[0]);
  expect(texts[2]).toBe(texts[0]);
  const shards = ['1/3', '2/3', '3/3'].map((shard) => ({
    shard,
    path: join(folder, `shard-${shard.replace('/', '-')}.json`),
  }));
  for (const { shard, path } of shards) {
    writeFileSync(path, (await run(['--shard', shard, '--json', '--quiet'], smallFile)).stdout);
  }
  const merged = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', 'src/cli/main.ts', 'merge', '--json'],
      ...shards.map(({ path }) => path).reverse(),
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  merged.stdout.on('data', (data: Buffer) => {
    text += data.toString();
  });
  await new Promise((done) => merged.on('close', done));
  expect(text).toBe(texts[0]);
});

test('Ctrl-C keeps what is finished, says so, and the rest can be gone on with', {
  timeout: 240_000,
}, async () => {
  const out = join(folder, 'interrupted');
  const words = ['--out', out, '--no-audio', '--workers', '1', '--json', '--quiet'];
  const child = start(words);
  let stdout = '';
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  const closed = new Promise<number | null>((done) => child.on('close', done));
  const journal = join(out, 'journal.jsonl');
  const linesOf = (): number =>
    existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length : 0;
  while (linesOf() < 4 && child.exitCode === null) await new Promise((go) => setTimeout(go, 20));
  child.kill('SIGINT');
  expect(await closed).toBe(130);
  const document = JSON.parse(stdout);
  expect(document.interrupted).toBe(true);
  expect(document.runs.length).toBeGreaterThanOrEqual(2);
  expect(document.runs.length).toBeLessThan(jobs);
  const resumed = await run([...words, '--resume']);
  expect(documentOf(resumed.stdout).runs.length).toBe(jobs);
});

test('a folder with finished work asks; two that go on at once end as one that nobody disturbed', {
  timeout: 240_000,
}, async () => {
  const out = join(folder, 'twice');
  const words = ['--out', out, '--no-audio', '--workers', '1', '--json', '--quiet'];
  const whole = await run(words, smallFile);
  await expect(run(words, smallFile)).rejects.toThrow('Add --resume to go on with it, or --fresh');
  const journal = join(out, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, lines.slice(0, 6).join('\n'));
  // A file that a result names is emptied: that job is run again, too.
  const summary = join(out, '0001-small', 'summary.json');
  const written = readFileSync(summary, 'utf8');
  writeFileSync(summary, '');
  const outcomes = await Promise.allSettled([
    run([...words, '--resume'], smallFile),
    run([...words, '--resume'], smallFile),
  ]);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') expect(outcome.value.stdout).toBe(whole.stdout);
    else expect(String(outcome.reason)).toContain('another pedalbench writes here');
  }
  expect((await run([...words, '--resume'], smallFile)).stdout).toBe(whole.stdout);
  expect(readFileSync(summary, 'utf8')).toBe(written);
  expect((await run([...words, '--fresh'], smallFile)).stdout).toBe(whole.stdout);
});

test('nothing is gone on with after a profile was changed', { timeout: 240_000 }, async () => {
  const out = join(folder, 'other-clock');
  const device = join(folder, 'own.json');
  const profile = JSON.parse(readFileSync(join(root, 'devices/pi-4.json'), 'utf8'));
  const scenario = join(folder, 'own-device.json');
  writeFileSync(
    scenario,
    JSON.stringify({ device, slots: [{ cyclesPerSample: 9 }], durationSeconds: 0.1 }),
  );
  writeFileSync(device, JSON.stringify(profile));
  await run(['--out', out, '--no-audio', '--quiet'], scenario);
  profile.chip.clusters[0].clockHz.value /= 4;
  profile.chip.clusters[0].clockHz.low = undefined;
  writeFileSync(device, JSON.stringify(profile));
  await expect(run(['--out', out, '--no-audio', '--quiet', '--resume'], scenario)).rejects.toThrow(
    'expected the journal of these scenarios, models, profiles',
  );
});
