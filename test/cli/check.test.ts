import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/library/package-info.ts';
import { predict } from '../../src/library/verbs/predict.ts';
import type { CheckVerdict } from '../../src/study/check/verdict.ts';
import { type Outcome, pedalbench } from './fake-io.ts';
import { writeWav } from './wav-files.ts';

const root = mkdtempSync(join(tmpdir(), 'pedalbench-check-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

const [row] = predict('a2', { devices: 'daisy-seed', width: 'lite' }).rows;
const cycles = row?.cyclesPerSample?.expected ?? Number.NaN;
const subject = `a2 at lite on daisy-seed with ${row?.engine}, block ${row?.blockFrames}`;

const budget = (change: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  name: 'lite on the Seed',
  model: 'a2',
  width: 'lite',
  device: 'daisy-seed',
  metric: 'cyclesPerSample',
  ...change,
});

const writeBudgets = (...budgets: readonly Readonly<Record<string, unknown>>[]): void =>
  writeFileSync(join(folder, 'budgets.json'), JSON.stringify({ budgets }, null, 2));

const check = (options = '', env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  pedalbench(`check ${options}`, { cwd: folder, env });

/** An impulse response of zeros: silent on everything. */
const silentModel = (): string =>
  JSON.stringify({
    version: '0.5.4',
    architecture: 'Linear',
    config: { receptive_field: 2, bias: false },
    weights: [0, 0],
  });

const verdictsOf = (outcome: Outcome): readonly CheckVerdict[] =>
  (JSON.parse(outcome.stdout) as { verdicts: readonly CheckVerdict[] }).verdicts;

describe('a limit', () => {
  test('that is the cost itself holds: exit 0', async () => {
    writeBudgets(budget({ max: cycles }));
    const outcome = await check('--json');
    expect(outcome.code).toBe(0);
    expect(verdictsOf(outcome)).toMatchObject([
      { status: 'pass', passed: true, actual: cycles, limit: cycles, delta: 0 },
    ]);
  });

  test('a cycle below the cost fails: exit 1, with limit, actual, difference and where it goes', async () => {
    writeBudgets(budget({ max: cycles - 1, reason: 'Two must fit.' }));
    const outcome = await check();
    expect(outcome.code).toBe(1);
    const text = outcome.stdout.replace(/\s+/g, ' ');
    expect(text).toContain(`over lite on the Seed: ${subject}: cyclesPerSample is `);
    expect(text).toMatch(
      /, \+1 \(\+[\d.]+ %\) from the limit; allowed is at most [\d.]+\. Most of it is in array 0 layer 15 /,
    );
    expect(text).toContain('Why the limit: Two must fit.');
    expect(text).toContain("'pedalbench explain' shows where it goes");
  });

  test('at level warn is told and does not fail: exit 0', async () => {
    writeBudgets(budget({ max: cycles - 1, level: 'warn' }));
    const outcome = await check();
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('warning lite on the Seed');
    expect(outcome.stdout).toContain('1 warnings, 0 hold');
  });

  test('that is off is not judged: exit 0', async () => {
    writeBudgets(budget({ max: 1, level: 'off' }));
    const outcome = await check('--json');
    expect(outcome.code).toBe(0);
    expect(verdictsOf(outcome)).toMatchObject([{ status: 'off', passed: false, delta: null }]);
  });

  test('on a what-if width says in its message that the sound is not meant to be', async () => {
    writeBudgets(budget({ width: 'ch:5', whatIf: true, max: 1 }));
    const outcome = await check('--json');
    expect(outcome.code).toBe(1);
    expect(verdictsOf(outcome)).toMatchObject([{ whatIf: true, width: 'ch:5' }]);
    expect(verdictsOf(outcome)[0]?.message).toContain(
      'a2 at ch:5 (what-if width: the cost is right',
    );
  });

  test('on a width that the model was not trained for is refused without whatIf: exit 2', async () => {
    writeBudgets(budget({ width: 'ch:5', max: 1 }));
    const outcome = await check();
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('budgets[0] ("lite on the Seed"): ');
    expect(outcome.stderr).toContain('trained for');
  });
});

describe('what cannot be judged is no pass: exit 3', () => {
  test('a missing baseline, until it is written', async () => {
    writeBudgets(budget({ maxIncreasePercent: 0 }));
    const outcome = await check();
    expect(outcome.code).toBe(3);
    expect(outcome.stdout.replace(/\s+/g, ' ')).toContain(
      `${subject}: cyclesPerSample was not judged: there is no baseline for this case. Write one with 'pedalbench check --update-baseline' and commit it.`,
    );
    expect((await check('--update-baseline')).code).toBe(0);
    expect((await check()).code).toBe(0);
  });

  test('a device whose chip nobody has published', async () => {
    writeBudgets(budget({ device: 'sonicake-pocket-master', max: 1e9 }));
    const outcome = await check('--json');
    expect(outcome.code).toBe(3);
    expect(verdictsOf(outcome)).toMatchObject([{ status: 'inconclusive', actual: null }]);
  });

  test('a ratio on silence, which is 0 / 0', async () => {
    mkdirSync(join(folder, 'models'));
    writeFileSync(join(folder, 'models/silent.nam'), silentModel());
    writeWav(join(folder, 'silence.wav'), new Float32Array(4096));
    const silent = { model: 'silent', width: 'all', metric: 'esrToFull', audio: 'silence.wav' };
    writeBudgets(budget({ ...silent, max: 1 }));
    const outcome = await check('--json');
    expect(outcome.code).toBe(3);
    expect(verdictsOf(outcome)).toMatchObject([{ status: 'inconclusive', actual: null }]);
    expect(verdictsOf(outcome)[0]?.message).toContain(
      'esrToFull was not judged: the full width is silent on silence.wav, so there is no ratio.',
    );
  });

  test('a simulation that fails, while the other budgets are judged', async () => {
    mkdirSync(join(folder, 'scenarios'));
    const broken = {
      device: 'daisy-seed',
      durationSeconds: 0.1,
      slots: [{ model: 'a2', width: 'ch:7' }],
    };
    writeFileSync(join(folder, 'scenarios/broken.json'), JSON.stringify(broken));
    writeBudgets(
      { name: 'broken', scenario: 'broken', metric: 'scenario.xruns', max: 0 },
      budget({ max: cycles }),
    );
    const outcome = await check('--json');
    expect(outcome.code).toBe(3);
    expect(verdictsOf(outcome).map((verdict) => verdict.status)).toEqual(['inconclusive', 'pass']);
    expect(verdictsOf(outcome)[0]?.message).toContain(
      'scenario broken: scenario.xruns was not judged: the simulation failed: ',
    );
  });
});

describe('a baseline', () => {
  test('of a model that was changed is stale: growth fails with exit 1, else the message says so', async () => {
    mkdirSync(join(folder, 'models'));
    const text = readFileSync(join(packageRoot, 'models/a2.nam'), 'utf8');
    writeFileSync(join(folder, 'models/a2.nam'), text);
    writeBudgets(budget({ maxIncreasePercent: 0 }));
    await check('--update-baseline');
    // Another weight, the same cost.
    writeFileSync(
      join(folder, 'models/a2.nam'),
      text.replace(/"weights":\s*\[\s*-?[\d.]+/, '"weights":[0.5'),
    );
    const same = await check('--json');
    expect(same.code).toBe(0);
    expect(verdictsOf(same)[0]?.message).toContain(
      "The model is not the one of the baseline. If that is meant, write the baseline anew with 'pedalbench check --update-baseline'.",
    );
    const baseline = readFileSync(join(folder, 'baseline.json'), 'utf8');
    writeFileSync(
      join(folder, 'baseline.json'),
      baseline.replace(/"value":([\d.]+)/, (_, value) => `"value":${Number(value) - 1}`),
    );
    const grown = await check('--json');
    expect(grown.code).toBe(1);
    expect(verdictsOf(grown)[0]?.message).toContain('The model is not the one of the baseline.');
  });

  test('that is no baseline is a faulty file: exit 2', async () => {
    writeBudgets(budget({ maxIncreasePercent: 0 }));
    writeFileSync(join(folder, 'baseline.json'), '{"cases": 5}');
    const outcome = await check();
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain("Write it anew with 'pedalbench check --update-baseline'");
  });
});

describe('a faulty file of budgets: exit 2, naming the budget and what to write', () => {
  test.each([
    [
      'an unknown device',
      { device: 'daisy-sed', max: 1 },
      ['budgets[0] ("lite on the Seed"): ', 'daisy-seed'],
    ],
    [
      'an unknown model',
      { model: 'a22', max: 1 },
      ['budgets[0] ("lite on the Seed"): model a22: no such model', 'Did you mean a2'],
    ],
    [
      'an unknown engine',
      { engine: 'nam-cor', max: 1 },
      ['budgets[0] ("lite on the Seed"): ', 'nam-core'],
    ],
    [
      'an unknown scenario',
      {
        model: undefined,
        device: undefined,
        scenario: 'pi-thermal',
        metric: 'scenario.xruns',
        max: 1,
      },
      ['scenario pi-thermal: ', 'pi-thermal-soak'],
    ],
    ['no limit', {}, ['budgets.json: budgets[0]: expected a limit']],
    [
      'audio that holds NaN',
      { metric: 'esrToFull', audio: 'nan.wav', max: 1 },
      ['budgets[0] ("lite on the Seed"): ', 'not a finite'],
    ],
    ['NaN as a limit', { max: Number.NaN }, ['budgets[0].max', 'got null']],
  ])('%s', async (_, change, texts) => {
    writeWav(join(folder, 'nan.wav'), new Float32Array(64).fill(Number.NaN));
    writeBudgets(budget(change));
    const outcome = await check();
    expect(outcome.code).toBe(2);
    for (const text of texts) expect(outcome.stderr).toContain(text);
    expect(outcome.stdout).toBe('');
  });

  test('one that is not there, with how to get it', async () => {
    const outcome = await check('other.json');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain(
      "other.json: no such file. Write a first one from today's numbers",
    );
  });
});

test('--init writes a file that holds, and is not overwritten', async () => {
  const first = await check('--init --model a2 --device daisy-seed,pi-4');
  expect(first.code).toBe(0);
  expect(first.stderr).toContain('To tighten a budget lower its max');
  expect((await check('--update-baseline')).code).toBe(0);
  expect((await check()).code).toBe(0);
  expect((await check('--init')).code).toBe(2);
});

test('on GitHub a failure is annotated on its line and the summary gets the table', async () => {
  writeBudgets(budget({ name: 'first', max: cycles }), budget({ name: '100 %, "x"', max: 1 }));
  const summary = join(folder, 'summary.md');
  const outcome = await check('', { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
  expect(outcome.stderr).toMatch(
    /^::error file=budgets\.json,line=11,title=100 %25%2C "x"::a2 at lite/m,
  );
  expect(readFileSync(summary, 'utf8')).toContain('### CPU budgets: 1 over, 1 hold');
});

test('reports are written where they are asked for', async () => {
  writeBudgets(budget({ max: cycles }));
  await check('--junit a.xml --markdown a.md --bencher a.json');
  expect(readFileSync(join(folder, 'a.xml'), 'utf8')).toContain(
    '<testsuite name="budgets.json" tests="1"',
  );
  expect(readFileSync(join(folder, 'a.md'), 'utf8')).toContain('| ✅ holds |');
  expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toHaveProperty([
    `lite on the Seed / a2 / lite / daisy-seed / ${row?.engine}`,
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

test('many budgets give the same JSON with any number of workers, and the same error', async () => {
  const devices = ['daisy-seed', 'mod-dwarf', 'pi-4', 'valeton-gp-5'];
  const metrics = ['cyclesPerSample', 'load.worst', 'headroom', 'memoryBytes', 'load'];
  const many = devices.flatMap((device) =>
    metrics.flatMap((metric) =>
      [1, 2].map((copies) =>
        budget({ name: `${device} ${metric} ${copies}`, device, metric, copies, max: 3000 }),
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
  expect(faulty.code).toBe(2);
  expect(faulty).toEqual(await check('--workers 1'));
});

test('nothing is written beside what was asked for', async () => {
  writeBudgets(budget({ max: cycles }));
  await check();
  expect(existsSync(join(folder, 'baseline.json'))).toBe(false);
});
