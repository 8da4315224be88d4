import { expect, test } from 'vitest';
import { renderRuns } from '../../src/report/run-text.ts';
import type { RunDocument } from '../../src/study/simulate/run-result.ts';

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
