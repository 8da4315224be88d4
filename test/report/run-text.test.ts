import { expect, test } from 'vitest';
import { runPage } from '../../src/report/html/run-page.ts';
import { renderRuns } from '../../src/report/run-text.ts';
import { widthOf } from '../../src/report/text/text-width.ts';
import type { RunDocument, RunResult } from '../../src/study/simulate/run-result.ts';

const failed = {
  scenario: 'broken',
  swept: {},
  reason: 'out of memory',
} as unknown as RunDocument['failed'][number];
// Only what the last lines say is looked at.
const document = {
  runs: [],
  failed: [failed],
  interrupted: false,
  sweep: { id: 'x', jobs: 1, shard: null },
  digest: 'd',
} as unknown as RunDocument;

test('a run that gave no result is no expectation that holds', () => {
  const text = renderRuns(document, { columns: 120, color: false, ascii: true }, null);
  expect(text).toContain(
    '0 of 1 run; nothing was checked against what is expected; 1 gave no result; digest d',
  );
  expect(text).not.toContain('every expectation holds');
});

const load = { mean: 0.2, p50: 0.2, p95: 0.2, p99: 0.2, p999: 0.2, max: 0.2 };
const run = (slots: readonly string[]): RunResult =>
  // Only what the table and the details say is there.
  ({
    ...{
      scenario: 'two-copies-share-a-cache',
      title: 'Two copies',
      device: 'mod-dwarf',
      engine: 'x',
    },
    ...{ chain: 'serial', blockFrames: 128, sampleRateHz: 48000, simulatedSeconds: 1, seed: 1 },
    swept: { chain: 'serial', slots: slots.map((name) => ({ name })) },
    ...{ load, xruns: 12345, verdict: 'fits', passed: true, slots: [], jackLoad: null },
    ...{ events: [], worstBlock: null, expectations: [], warnings: [] },
  }) as unknown as RunResult;

test('the runs of a sweep are told apart at every width, and in what is said of each', () => {
  const runs = [run(['amp', 'mixer']), run(['amp', 'second amp'])];
  for (let columns = 40; columns <= 160; columns += 1) {
    const style = { columns, color: false, ascii: true };
    const text = renderRuns({ ...document, runs, failed: [] }, style, null);
    const [header = '', ...rows] = text.split('\n').slice(0, 3);
    expect(header).toMatch(/sweep.*verdict/);
    expect(rows[0]).toMatch(/mixer .*fits +holds$/);
    expect(rows[1]).toMatch(/second amp .*fits +holds$/);
    for (const line of [header, ...rows]) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    expect(text).toContain('Two copies chain=serial slots=amp + second amp\n');
  }
});

test('on a page runs lie over each other, then each has its timeline', () => {
  const timeline = [{ startSeconds: 0, meanLoad: 0.2, maxLoad: 0.2, xruns: 0 }];
  const runs = ['mixer', 'second amp'].map((name, i) => ({
    ...run(['amp', name]),
    ...{ timeline, blocks: 375, job: { id: `${i}` }, digest: 'd'.repeat(64) },
  })) as unknown as RunDocument['runs'];
  const { title, figures } = runPage({ ...document, runs, failed: [] });
  expect(title).toBe('two-copies-share-a-cache, block by block');
  expect(figures.map(({ id }) => id)).toEqual([
    ...['overlay', 'timeline-0', 'slots-0', 'timeline-1', 'slots-1'],
  ]);
  // A curve and its sign below for each.
  expect(figures[0]?.svg.match(/<polyline class="curve/g)).toHaveLength(2 * 2);
  expect(figures[0]?.svg).toContain('slots=amp + second amp');
});
