import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunDocument, RunResult } from '../../src/study/simulate/run-result.ts';
import { Journal, readJournal } from '../../src/workers/sweep/journal.ts';
import { mergeDocuments } from '../../src/workers/sweep/merge-documents.ts';

const result = (index: number): RunResult =>
  ({ job: { index, id: `job-${index}` }, digest: `${index}`, files: [] }) as unknown as RunResult;

const journalOf = (count: number): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'journal.jsonl');
  const journal = new Journal(path, 'sweep', false);
  for (let i = 0; i < count; i += 1) journal.add(result(i));
  journal.close();
  return path;
};

test('a journal that is cut off anywhere keeps every whole line and goes on after it', () => {
  const whole = readFileSync(journalOf(4));
  for (let length = 0; length <= whole.length; length += 1) {
    const path = journalOf(4);
    truncateSync(path, length);
    const lines = whole.subarray(0, length).toString().split('\n').length - 1;
    const journal = new Journal(path, 'sweep', true);
    expect(journal.finished.size).toBe(Math.max(0, lines - 1));
    journal.add(result(9));
    journal.close();
    expect(readJournal(path).results.map((r) => r.job.index)).toEqual([
      ...Array.from({ length: Math.max(0, lines - 1) }, (_, i) => i),
      9,
    ]);
  }
});

test('the journal of another sweep is refused, and kept', () => {
  const path = journalOf(2);
  expect(() => new Journal(path, 'another', true)).toThrow(/expected the journal of these/);
  expect(readJournal(path).results.length).toBe(2);
});

test('a broken line in the middle is an error that names it', () => {
  const path = journalOf(1);
  appendFileSync(path, 'not json\n');
  new Journal(journalOf(0), 'sweep', true).close();
  appendFileSync(path, '{}\n');
  expect(() => readJournal(path)).toThrow(
    /line 3: expected a finished job as JSON, got "not json"/,
  );
});

test('a file that is no journal is refused', () => {
  const path = journalOf(0);
  writeFileSync(path, '{"schema":"something else"}\n');
  expect(() => new Journal(path, 'sweep', true)).toThrow(/line 1: expected schema/);
});

const documentOf = (indices: readonly number[], id = 'sweep'): RunDocument => ({
  sweep: { id, jobs: 4, shard: '1/2' },
  interrupted: false,
  runs: indices.map(result),
  failed: [],
  digest: '',
});

test('shards merge to one document in the order of the jobs', () => {
  const merged = mergeDocuments([
    { from: 'b', document: documentOf([1, 3]) },
    { from: 'a', document: documentOf([0, 2]) },
  ]);
  expect(merged.runs.map((run) => run.job.index)).toEqual([0, 1, 2, 3]);
  expect(merged.digest).toBe(
    mergeDocuments([{ from: 'all', document: documentOf([3, 2, 1, 0]) }]).digest,
  );
});

test.each([
  [
    'of another sweep',
    [documentOf([0, 1]), documentOf([2, 3], 'other')],
    /^b: expected a shard of the same sweep as a/,
  ],
  ['given twice', [documentOf([0, 1]), documentOf([1, 2, 3])], /^b: job 1 is also in a/],
  ['left out', [documentOf([0, 1]), documentOf([3])], /all 4 jobs of the sweep, got 3; missing: 2/],
])('shards that are %s are refused', (_, documents, message) => {
  const named = documents.map((document, i) => ({ from: i === 0 ? 'a' : 'b', document }));
  expect(() => mergeDocuments(named)).toThrow(message);
});
