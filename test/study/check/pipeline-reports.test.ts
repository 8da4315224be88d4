import { expect, test } from 'vitest';
import { renderCheckGitlab, renderCheckSarif } from '../../../src/report/check/formats.ts';
import { renderHistory } from '../../../src/report/check/text.ts';
import { checkPage, historyPage } from '../../../src/report/html/check-page.ts';
import { renderPage } from '../../../src/report/html/page.ts';
import { parseBudgets } from '../../../src/scenario/parse-budgets.ts';
import { check } from '../../../src/study/check/check.ts';
import { historyLine, parseHistory, seriesOf } from '../../../src/study/check/history.ts';
import { fileOf, measured } from './measured.ts';

const outcome = (value: number, engine = 'neural-audio') =>
  check(
    parseBudgets(
      fileOf(
        { name: 'holds', max: 1e6 },
        { name: 'is over', max: 999 },
        { name: 'no baseline', maxIncreasePercent: 1 },
        { name: 'warns', max: 1, level: 'warn' },
        { name: 'is off', max: 1, level: 'off' },
      ),
      'ci/a b.json',
    ),
    new Map(),
    async () => [measured({ value, engine })],
  );

test('GitLab gets an entry a limit that does not hold, at its line, that keeps its fingerprint', async () => {
  const entries = JSON.parse(renderCheckGitlab(await outcome(1000)));
  expect(entries).toMatchObject([
    {
      severity: 'major',
      check_name: 'pedalbench/cyclesPerSample',
      location: { path: 'ci/a b.json' },
    },
    { severity: 'major' },
    { severity: 'minor' },
  ]);
  expect(entries[0].description).toContain('is over: a2 at full');
  expect(entries[0].location.lines.begin).toBe(10);
  const prints = entries.map((entry: { fingerprint: string }) => entry.fingerprint);
  expect(new Set(prints).size).toBe(3);
  const later = JSON.parse(renderCheckGitlab(await outcome(2000, 'nam-core')));
  expect(later[0].fingerprint).toBe(prints[0]);
});

test('SARIF has a rule a metric and a result a limit that does not hold, with the path as a URI', async () => {
  const log = JSON.parse(renderCheckSarif(await outcome(1000), '1.2.3'));
  const [run] = log.runs;
  expect(log.version).toBe('2.1.0');
  expect(run.tool.driver).toMatchObject({
    name: 'pedalbench',
    version: '1.2.3',
    rules: [
      { id: 'cyclesPerSample', shortDescription: { text: 'cyclesPerSample, cycles per sample' } },
    ],
  });
  expect(run.results.map((one: { level: string }) => one.level)).toEqual([
    'error',
    'error',
    'warning',
  ]);
  expect(run.results[0]).toMatchObject({
    ruleId: 'cyclesPerSample',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'ci/a%20b.json', uriBaseId: '%SRCROOT%' },
          region: { startLine: 10 },
        },
      },
    ],
  });
});

const history = async (...values: readonly (readonly [at: string, value: number])[]) => {
  const lines = values.map(async ([at, value]) =>
    historyLine({ at, date: null, version: '0.1.0' }, (await outcome(value)).measured),
  );
  return parseHistory((await Promise.all(lines)).join(''), 'history.jsonl');
};

test('a history draws each case from its first state to its last, in text and as a page', async () => {
  const entries = await history(['one', 1000], ['two', 1000], ['three', 1500], ['three', 2000]);
  const [series] = seriesOf(entries);
  expect(series?.values.map(({ value }) => value)).toEqual([1000, 1000, 2000]);
  const text = renderHistory(entries, { color: false, ascii: false, columns: 100 });
  expect(text).toContain('1 case over 3 states, 1 of them changed');
  expect(text).toMatch(/a2 full mod-dwarf +1000 +2000 +\+100 % +▁▁█/);
  const page = renderPage(historyPage(entries), {
    command: 'pedalbench report history',
    tool: 'pedalbench 0.1.0',
  });
  expect(page).toContain('<svg');
  expect(page).toContain('+100 %');
});

test('the page of a check draws the history of what changed, and says where nothing did', async () => {
  const result = await outcome(2000);
  const changed = checkPage(result, await history(['one', 1000], ['two', 2000]));
  expect(changed.lead).toContain('1 case changed over the last 2 states.');
  expect(changed.figures.map(({ id }) => id)).toEqual(['ceilings', 'case-0']);
  const still = checkPage(result, await history(['one', 1000], ['two', 1000]));
  expect(still.lead).toContain('Nothing changed over the last 2 states.');
  expect(still.figures).toHaveLength(1);
});

test('a line of a history that is none is named', () => {
  expect(() => parseHistory('\n{"at": 5}\n', 'history.jsonl')).toThrow(
    /^history\.jsonl: line 2: expected a line that 'check --history' appends/,
  );
});
