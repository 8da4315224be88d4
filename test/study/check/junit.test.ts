import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, type TestCase, type TestSuites } from 'junit2json';
import { afterAll, describe, expect, test } from 'vitest';
import { renderCheckJunit } from '../../../src/report/check/formats.ts';
import { parseBudgets } from '../../../src/scenario/parse-budgets.ts';
import { check } from '../../../src/study/check/check.ts';
import { fileOf, measured } from './measured.ts';

const schema = join(import.meta.dirname, '../../fixtures/junit.xsd');
const xmllint = spawnSync('xmllint', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-junit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Quotes, markup, a newline, a tab, a percent sign, a character that XML has no place for, and a lone surrogate. */
const oddName = 'a|b "c" \'d\' <e> & 100% ]]>\nf\tg \u0007 \ud800 ✓';

/** A limit of every outcome. */
const everyOutcome = async (): Promise<string> => {
  const budgets = [
    { name: 'holds', max: 1000 },
    { name: oddName, max: 999, reason: oddName },
    { name: 'no baseline', maxIncreasePercent: 1 },
    { name: 'warns', max: 1, level: 'warn' },
    { name: 'is off', max: 1, level: 'off' },
  ];
  const file = parseBudgets(fileOf(...budgets), 'ci/"budgets" & co.json');
  return renderCheckJunit(await check(file, new Map(), async () => [measured()]));
};

describe('JUnit XML', () => {
  test.skipIf(!xmllint)(
    'is valid by the common schema (needs xmllint: apt-get install libxml2-utils)',
    async () => {
      const path = join(folder, 'budgets.xml');
      writeFileSync(path, await everyOutcome());
      const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, path], {
        encoding: 'utf8',
      });
      expect(stderr.trim()).toBe(`${path} validates`);
      expect(status).toBe(0);
    },
  );

  test.skipIf(!xmllint)('the schema refuses what is no JUnit', () => {
    const path = join(folder, 'wrong.xml');
    writeFileSync(path, '<testsuites><testsuite name="x"><case/></testsuite></testsuites>');
    expect(spawnSync('xmllint', ['--noout', '--schema', schema, path]).status).not.toBe(0);
  });

  test('opens in a consumer, with every name and message as it was', async () => {
    const document = (await parse(await everyOutcome())) as TestSuites;
    const [suite] = document.testsuite ?? [];
    expect(suite).toMatchObject({
      name: 'ci/"budgets" & co.json',
      tests: 5,
      failures: 1,
      errors: 1,
      skipped: 1,
    });
    const caseOf = (name: string): TestCase | undefined =>
      suite?.testcase?.find((one) => one.name?.startsWith(`${name} /`));
    const legal = oddName.replace('\u0007', '\ufffd').replace('\ud800', '\ufffd');
    const failure = caseOf(legal)?.failure?.[0];
    expect(failure?.message).toContain('cyclesPerSample is 1000, +1 (+0.1001 %) from the limit');
    expect(failure?.message).toContain(`Why the limit: ${legal}`);
    expect(caseOf('no baseline')?.error?.[0]?.message).toContain('there is no baseline');
    expect(caseOf('is off')?.skipped).toBeDefined();
    expect(caseOf('holds')).not.toHaveProperty('failure');
    expect(caseOf('warns')?.['system-out']?.join('')).toMatch(/^warning: a2 at full/);
  });
});
