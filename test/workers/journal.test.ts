import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunDocument, RunResult } from '../../src/study/simulate/run-result.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { lockFolder } from '../../src/workers/sweep/folder-lock.ts';
import { sweepInputsKey } from '../../src/workers/sweep/inputs.ts';
import {
  beginJournal,
  type JournalEntry,
  readJournal,
  resumable,
} from '../../src/workers/sweep/journal.ts';
import { mergeDocuments } from '../../src/workers/sweep/run-sweep.ts';

const result = (index: number): RunResult =>
  ({ job: { index, id: `job-${index}` }, digest: `${index}`, files: [] }) as unknown as RunResult;
const entry = (index: number): JournalEntry => ({ result: result(index), files: {} });

const scratch = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

const journalOf = (count: number): string => {
  const path = join(scratch(), 'journal.jsonl');
  const add = beginJournal(path, 'sweep', []);
  for (let i = 0; i < count; i += 1) add(entry(i));
  return path;
};

const indicesOf = (path: string): number[] =>
  readJournal(path).entries.map((each) => each.result.job.index);

test('a journal that is cut off anywhere keeps every whole line and goes on after it', () => {
  const whole = readFileSync(journalOf(3));
  const path = journalOf(3);
  for (let length = 0; length <= whole.length; length += 7) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    // A line counts from its last character on, with or without the end of the line.
    const lines =
      whole
        .subarray(0, length + 1)
        .toString()
        .split('\n').length - 1;
    const kept = Array.from({ length: Math.max(0, lines - 1) }, (_, i) => i);
    beginJournal(path, 'sweep', resumable(path, 'sweep'))(entry(9));
    expect(indicesOf(path)).toEqual([...kept, 9]);
  }
});

test('the journal of other runs is refused, and kept', () => {
  const path = journalOf(2);
  expect(() => resumable(path, 'another')).toThrow(/expected the journal of these/);
  expect(indicesOf(path)).toEqual([0, 1]);
});

test('the key of a sweep is another for another profile, core, model, impulse, sound or version', () => {
  const folder = scratch();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const name of ['devices', 'cores']) mkdirSync(join(folder, name));
  const shipped = (name: string): string => readFileSync(join(packageRoot, name), 'utf8');
  const profile = shipped('devices/pi-4.json').replace('"id": "pi-4"', '"id": "own"');
  const files = {
    'devices/own.json': profile.replaceAll('"cortex-a72"', '"own-core"'),
    'cores/own-core.json': shipped('cores/cortex-a72.json').replace('"cortex-a72"', '"own-core"'),
    'amp.nam': shipped('models/lstm-1x3.nam'),
    'ir.wav': 'an impulse',
    'take.wav': 'a take',
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const slots = [{ model: 'amp.nam' }, { ir: { file: 'ir.wav' } }];
  const audio = { file: 'take.wav' };
  write('s.json', JSON.stringify({ device: 'own', durationSeconds: 1, slots, audio }));
  const keyOf = (version = '1'): string => {
    const workbench = openWorkbench({ cwd: folder });
    return sweepInputsKey(workbench, workbench.scenario('s.json').jobs, version);
  };
  const keys = [keyOf(), keyOf('2')];
  for (const [name, text] of Object.entries(files)) {
    write(name, name.endsWith('.json') ? text.replace(/"name": "/, '"name": "x') : `${text} `);
    keys.push(keyOf());
    write(name, text);
  }
  expect(new Set(keys).size).toBe(7);
  expect(keyOf()).toBe(keys[0]);
});

test('a line in which one character is another is not believed, and the others are', () => {
  const path = journalOf(3);
  const lines = readFileSync(path, 'utf8').split('\n');
  const second = lines[2] ?? '';
  for (let at = 0; at < second.length; at += 1) {
    const other = second[at] === '7' ? '8' : '7';
    const altered = second.slice(0, at) + other + second.slice(at + 1);
    writeFileSync(path, [lines[0], lines[1], altered, lines[3], ''].join('\n'));
    expect(indicesOf(path)).toEqual([0, 2]);
  }
});

test.each(['{"schema":"something else"}\n', '', '\0\0\0', 'null\n[]\n'])(
  'nothing is believed of a file that is no journal: %j',
  (text) => {
    const path = journalOf(0);
    writeFileSync(path, text);
    expect(resumable(path, 'sweep')).toEqual([]);
  },
);

test("a folder is one process's; a lock that a crash left is none", () => {
  const folder = scratch();
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(
    `${folder}: another pedalbench writes here (process ${process.pid}`,
  );
  unlock();
  expect(readdirSync(folder)).toEqual([]);
  const ended = spawnSync('true').pid;
  const lock = join(folder, 'lock');
  writeFileSync(lock, JSON.stringify({ pid: ended, started: '1', host: hostname() }));
  lockFolder(folder)();
  // The number of the process is in use again, by another.
  writeFileSync(lock, JSON.stringify({ pid: process.pid, started: '1', host: hostname() }));
  lockFolder(folder)();
  expect(existsSync(lock)).toBe(false);
});

const documentOf = (indices: readonly number[], id = 'sweep'): RunDocument => ({
  sweep: { id, jobs: 4, shard: '1/2' },
  interrupted: false,
  runs: indices.map(result),
  failed: [],
  digest: '',
});

test('shards merge to one document in the order of the jobs', () => {
  const merged = mergeDocuments([documentOf([1, 3]), documentOf([0, 2])]);
  expect(merged.runs.map((run) => run.job.index)).toEqual([0, 1, 2, 3]);
  expect(merged.digest).toBe(mergeDocuments([documentOf([3, 2, 1, 0])]).digest);
});

test('a shard that did not end is refused', () => {
  expect(() => mergeDocuments([documentOf([0, 1]), documentOf([3])])).toThrow(
    /all 4 jobs of the sweep, got 3; missing: 2/,
  );
});
