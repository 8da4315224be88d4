import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { check, openWorkbench } from '../../src/index.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';

const example = join(packageRoot, 'examples/ci');
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-example-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the budgets of the example hold as they are copied', async () => {
  const workbench = openWorkbench({ cwd: example });
  const { counts, exitCode } = await check(workbench, { budgets: 'budgets.json' });
  expect(counts).toMatchObject({ fail: 0, warn: 0, inconclusive: 0 });
  expect(exitCode).toBe(0);
});

test('the vitest file of the example runs', () => {
  const project = join(folder, 'project');
  mkdirSync(project);
  cpSync(join(example, 'budgets.test.ts'), join(project, 'budgets.test.ts'));
  // The package by its own name, as it lies here; the packed one has a test of its own.
  const aliases = [
    ['pedalbench\\/vitest', 'src/vitest.ts'],
    ['pedalbench', 'src/index.ts'],
    ['vitest', 'node_modules/vitest'],
  ].map(
    ([name, path = '']) =>
      `{ find: /^${name}$/, replacement: ${JSON.stringify(join(packageRoot, path))} }`,
  );
  writeFileSync(
    join(project, 'vitest.config.mjs'),
    `export default { resolve: { alias: [${aliases.join(', ')}] } };\n`,
  );
  const vitest = join(packageRoot, 'node_modules/vitest/vitest.mjs');
  const run = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', project, '--testTimeout', '60000'],
    {
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      encoding: 'utf8',
    },
  );
  expect(run.stdout + run.stderr).toMatch(/Tests\s+4 passed/);
  expect(run.status).toBe(0);
});

test('the workflow names commands and files that there are', () => {
  const text = readFileSync(join(example, '.github/workflows/budgets.yml'), 'utf8');
  expect(text).toContain('npx pedalbench check --junit budgets.xml --markdown budgets.md');
  expect(text).toContain('npx vitest run budgets.test.ts');
});
