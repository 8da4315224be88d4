import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { budget, check, cycles, engine, folder, verdictsOf, writeBudgets } from './check-folder.ts';
import { pedalbench } from './fake-io.ts';

test('--init writes a file that holds, and is not overwritten', async () => {
  const first = await check('--init --model a2 --device daisy-seed,pi-4');
  expect(first.code).toBe(0);
  expect(first.stderr).toContain('To tighten a budget lower its max');
  expect((await check('--update-baseline')).code).toBe(0);
  expect((await check()).code).toBe(0);
  expect((await check('--init')).code).toBe(2);
});

test('a baseline that is written anew says which cases went', async () => {
  writeBudgets(budget({ max: cycles }), budget({ name: 'full', width: 'full', max: 1e6 }));
  expect((await check('--update-baseline')).stderr).not.toContain('went');
  writeBudgets(budget({ max: cycles }));
  const { stderr } = await check('--update-baseline');
  expect(stderr).toContain('1 that no budget of this file has went (');
  expect(stderr).toContain('full');
});

test('on GitHub a failure is annotated on its line and the summary gets the table', async () => {
  writeBudgets(budget({ name: 'first', max: cycles }), budget({ name: '100 %, "x"', max: 1 }));
  const summary = join(folder, 'summary.md');
  const outcome = await check('', { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
  expect(outcome.stderr).toMatch(
    /^::error file=budgets\.json,line=11,title=100 %25%2C "x"::a2 at lite/m,
  );
  expect(readFileSync(summary, 'utf8')).toContain('### CPU budgets: 1 over, 1 holds');
});

test('annotations are relative to the workspace: the top of the repository, or what GitHub says', async () => {
  mkdirSync(join(folder, 'pkg/ci'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  writeBudgets(budget({ max: 1 }));
  writeFileSync(join(folder, 'pkg/ci/budgets.json'), readFileSync(join(folder, 'budgets.json')));
  const placeFrom = async (cwd: string, file: string, workspace?: string) => {
    const env = { GITHUB_ACTIONS: 'true', ...(workspace && { GITHUB_WORKSPACE: workspace }) };
    const { stderr } = await pedalbench(`check ${file}`, { cwd: join(folder, cwd), env });
    return /file=([^,]*)/.exec(stderr)?.[1];
  };
  expect(await placeFrom('', './pkg/ci/budgets.json')).toBe('pkg/ci/budgets.json');
  expect(await placeFrom('pkg', './ci/budgets.json')).toBe('pkg/ci/budgets.json');
  expect(await placeFrom('pkg/ci', 'budgets.json', folder)).toBe('pkg/ci/budgets.json');
  expect(await placeFrom('pkg/ci', 'budgets.json', join(folder, 'pkg'))).toBe('ci/budgets.json');
});

test('verdicts are printed although a report cannot be written: 1 where a budget fails, else 2', async () => {
  writeBudgets(budget({ max: cycles }));
  const held = await check('--json --junit none/a.xml --markdown a.md');
  expect(held.code).toBe(2);
  expect(verdictsOf(held)).toHaveLength(1);
  expect(held.stderr).toContain('none/a.xml');
  expect(existsSync(join(folder, 'a.md'))).toBe(true);
  writeBudgets(budget({ max: 1 }));
  const failed = await check('--junit none/a.xml', {
    GITHUB_STEP_SUMMARY: join(folder, 'no/s.md'),
  });
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain('lite on the Seed');
});

test('reports are written where they are asked for', async () => {
  writeBudgets(budget({ max: cycles }));
  await check('--junit a.xml --markdown a.md --bencher a.json');
  expect(readFileSync(join(folder, 'a.xml'), 'utf8')).toContain(
    '<testsuite name="budgets.json" tests="1"',
  );
  expect(readFileSync(join(folder, 'a.md'), 'utf8')).toContain('| ✅ holds |');
  expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toHaveProperty([
    `lite on the Seed / a2 / lite / daisy-seed / ${engine}`,
  ]);
});

test('the JSON is the same to the byte in every locale and time zone, and when asked again', () => {
  writeBudgets(
    budget({ max: cycles }),
    budget({
      name: 'ä',
      metric: 'load.worst',
      device: ['teensy-4.1', 'pi-4'],
      width: 'all',
      max: 0.1,
    }),
    { name: 'run', scenario: 'dwarf-drive-amp-ir', metric: 'scenario.load.p99', max: 1 },
  );
  const main = join(packageRoot, 'src/cli/main.ts');
  const tsx = join(packageRoot, 'node_modules/tsx/dist/loader.mjs');
  const run = (env: Readonly<Record<string, string>>): string => {
    const words = ['--import', tsx, main, 'check', '--json', '--quiet'];
    const child = spawnSync(process.execPath, words, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
    });
    expect(child.stderr).toBe('');
    return child.stdout;
  };
  const texts = [
    run({ LC_ALL: 'C', TZ: 'UTC' }),
    run({
      LC_ALL: 'de_DE.UTF-8',
      LANG: 'de_DE.UTF-8',
      TZ: 'Asia/Kathmandu',
      UV_THREADPOOL_SIZE: '1',
    }),
    run({ LC_ALL: 'tr_TR.UTF-8', TZ: 'America/St_Johns', COLUMNS: '60', UV_THREADPOOL_SIZE: '8' }),
  ];
  expect(texts[0]?.length).toBeGreaterThan(2000);
  expect(new Set(texts).size).toBe(1);
});

test('many budgets give the same JSON with any number of workers, and the same failure', async () => {
  const devices = ['daisy-seed', 'mod-dwarf', 'pi-4', 'valeton-gp-5'];
  const metrics = {
    cyclesPerSample: { max: 3000 },
    'load.worst': { max: 0.5 },
    headroom: { min: 0.5 },
    memoryBytes: { max: 3000 },
    load: { max: 0.5 },
  };
  const many = devices.flatMap((device) =>
    Object.entries(metrics).flatMap(([metric, limits]) =>
      [1, 2].map((copies) =>
        budget({ name: `${device} ${metric} ${copies}`, device, metric, copies, ...limits }),
      ),
    ),
  );
  writeBudgets(...many);
  const alone = await check('--json --workers 1');
  const together = await check('--json --workers 2');
  expect(verdictsOf(alone)).toHaveLength(40);
  expect(together).toEqual(alone);
  writeBudgets(...many, budget({ name: 'nowhere', device: 'no-such-pedal', max: 1 }));
  const faulty = await check('--workers 2');
  expect(faulty.code).toBe(1);
  expect(faulty).toEqual(await check('--workers 1'));
});

test('--history appends a line of what everything costs, and `report history` draws it', async () => {
  writeBudgets(budget({ max: cycles }));
  const env = { GITHUB_SHA: 'f00d' };
  await check('--history history.jsonl', env);
  await check('--history history.jsonl', { GITHUB_SHA: 'beef' });
  const lines = readFileSync(join(folder, 'history.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).at)).toEqual(['f00d', 'beef']);
  const [value] = Object.values(JSON.parse(lines[0] ?? '').cases);
  expect(value).toBeCloseTo(cycles, 4);
  const drawn = await pedalbench('report history', { cwd: folder });
  expect(drawn.code).toBe(0);
  expect(drawn.stdout).toContain('1 case over 2 states, 0 of them changed');
});

test('nothing is written beside what was asked for', async () => {
  writeBudgets(budget({ max: cycles }));
  await check();
  expect(existsSync(join(folder, 'baseline.json'))).toBe(false);
});
