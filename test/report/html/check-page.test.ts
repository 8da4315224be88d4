import { expect, test } from 'vitest';
import { checkPage, historyPage } from '../../../src/report/html/check-page.ts';

const state = (at: string, cycles: number) => ({
  ...{ at, date: null, version: '1.0.0' },
  cases: { 'a2 · lite · cyclesPerSample': cycles, 'a2 · full · cyclesPerSample': 9000 },
});

test('a history of one state has nothing to draw and says so, a later one draws what changed', () => {
  const first = historyPage([state('a', 1000)]);
  expect(first.figures).toEqual([]);
  expect(first.lead).toBe('2 cases in one state so far: the next one shows what changed.');
  const later = historyPage([state('a', 1000), state('b', 1100)]);
  expect(later.figures.map(({ title }) => title)).toEqual(['a2 · lite · cyclesPerSample']);
  expect(later.lead).toContain('2 cases, 1 of them changed');
});

test('how a limit stands goes before what it is of', () => {
  const counts = { fail: 0, inconclusive: 0, warn: 0, pass: 0, off: 0 };
  const { tables } = checkPage({ verdicts: [], counts, exitCode: 0 });
  expect(tables?.[0]?.columns.slice(0, 4)).toEqual(['status', 'budget', 'metric', 'limit']);
  expect(tables?.[0]?.columns.at(-1)).toBe('what');
});
