import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { CheckVerdict } from '../../src/study/check/verdict.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { predictSync } from '../../src/workbench/predict.ts';
import { type Outcome, pedalbench } from './fake-io.ts';
import { writeWav } from './wav-files.ts';

const root = mkdtempSync(join(tmpdir(), 'pedalbench-check-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

const [row] = predictSync(openWorkbench(), {
  model: 'a2',
  device: 'daisy-seed',
  width: 'lite',
}).rows;
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
    expect(outcome.stdout).toMatch(/warning +lite on the Seed/);
    expect(outcome.stdout).toContain('1 warning, 0 hold');
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

  test('on a width that the model was not trained for fails without whatIf: exit 1', async () => {
    writeBudgets(budget({ width: 'ch:5', max: 1 }));
    const outcome = await check('--json');
    expect(outcome.code).toBe(1);
    expect(verdictsOf(outcome)[0]?.message).toContain('trained for');
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
    expect(outcome.stdout).toContain('baseline (pedalbench check --update-baseline)');
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

describe('what a budget names and is not there or broken fails by itself: exit 1', () => {
  test.each([
    ['an unknown device', { device: 'daisy-sed', max: 1 }, ['on daisy-sed', 'daisy-seed']],
    ['an unknown model', { model: 'a22', max: 1 }, ['model a22: no such model', 'Did you mean a2']],
    [
      'a model that is none',
      { model: 'broken.nam', max: 1 },
      ['broken.nam at lite', 'broken.nam: '],
    ],
    ['an unknown engine', { engine: 'nam-cor', max: 1 }, ['nam-core']],
    ['an unknown width', { width: 'wide', max: 1 }, ['a2 at wide', 'lite']],
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
    [
      'audio that holds NaN',
      { metric: 'esrToFull', audio: 'nan.wav', max: 1 },
      ['esrToFull could not be measured: ', 'not a finite'],
    ],
  ])('%s, and the budget after it is judged', async (_, change, texts) => {
    writeWav(join(folder, 'nan.wav'), new Float32Array(64).fill(Number.NaN));
    writeFileSync(join(folder, 'broken.nam'), '{"version": "0.5.4", "weights": [1, ');
    writeBudgets(budget(change), budget({ name: 'after', max: cycles }));
    const outcome = await check('--json --junit out.xml', { GITHUB_ACTIONS: 'true' });
    expect(outcome.code).toBe(1);
    const [faulty, after] = verdictsOf(outcome);
    expect(faulty).toMatchObject({ status: 'fail', actual: null, delta: null, line: 3 });
    for (const text of texts) expect(faulty?.message).toContain(text);
    expect(after).toMatchObject({ budget: 'after', status: 'pass' });
    expect(outcome.stderr).toMatch(/^::error file=budgets\.json,line=3,title=lite on the Seed::/m);
    expect(readFileSync(join(folder, 'out.xml'), 'utf8')).toContain('tests="2" failures="1"');
  });

  test('at level warn it warns: exit 0; off it is not looked at', async () => {
    writeBudgets(
      budget({ model: 'a22', max: 1, level: 'warn' }),
      budget({ name: 'off', model: 'a22', max: 1, level: 'off' }),
    );
    const outcome = await check('--json');
    expect(outcome.code).toBe(0);
    expect(verdictsOf(outcome).map(({ status }) => status)).toEqual(['warn', 'off']);
  });

  test('the baseline is not written without it', async () => {
    writeBudgets(budget({ max: cycles }), budget({ name: 'gone', model: 'a22', max: 1 }));
    writeFileSync(join(folder, 'baseline.json'), '{"cases":[],"models":[]}');
    expect((await check('--update-baseline')).code).toBe(1);
    expect(readFileSync(join(folder, 'baseline.json'), 'utf8')).toBe('{"cases":[],"models":[]}');
  });
});

describe('a faulty file of budgets: exit 2, naming the budget and what to write', () => {
  test.each([
    ['no limit', {}, ['budgets.json: budgets[0]: expected a limit']],
    ['NaN as a limit', { max: Number.NaN }, ['budgets[0].max', 'got null']],
    [
      'a load in percent',
      { metric: 'load', max: 80 },
      ['budgets[0].max: expected a number from 0.000001 to 2 as a share of one core', 'write 0.8'],
    ],
    [
      'a headroom in percent',
      { metric: 'headroom', min: -50 },
      ['budgets[0].min: expected', '-1 to 1'],
    ],
    ['a load of the worst case in percent', { metric: 'load.worst', max: 150 }, ['budgets[0].max']],
    [
      'a rate in kilohertz',
      { rateHz: 48, max: 1 },
      ['budgets[0].rateHz', 'got 48. If that is in kHz, write 48000.'],
    ],
    [
      'a limit below all that is measured',
      { max: 5e-324 },
      ['budgets[0].max', 'cycles per sample'],
    ],
    ['a negative limit', { min: -1 }, ['budgets[0].min', 'cycles per sample']],
    [
      'half a late block',
      {
        model: undefined,
        device: undefined,
        scenario: 'x',
        metric: 'scenario.xruns',
        max: 0.5,
      },
      ['budgets[0].max: expected a whole number from 0 to'],
    ],
    [
      'growth of a headroom',
      { metric: 'headroom', maxIncreasePercent: 1 },
      ["hold the growth of 'load'"],
    ],
    [
      'growth by a thousandfold',
      { maxIncreasePercent: 1e5 },
      ['budgets[0].maxIncreasePercent', 'percent'],
    ],
    ['a million copies', { copies: 1_000_000, max: 1 }, ['budgets[0].copies']],
  ])('%s', async (_, change, texts) => {
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

  test('one that begins with a byte order mark is taken; UTF-16 and half a merge are named', async () => {
    writeBudgets(budget({ max: cycles }));
    const text = readFileSync(join(folder, 'budgets.json'), 'utf8');
    writeFileSync(join(folder, 'budgets.json'), `\ufeff${text}`);
    expect((await check()).code).toBe(0);
    writeFileSync(join(folder, 'budgets.json'), `\ufeff${text}`, 'utf16le');
    expect((await check()).stderr).toContain('got UTF-16. Save it as UTF-8');
    writeFileSync(join(folder, 'budgets.json'), `<<<<<<< HEAD\n${text}`);
    expect((await check()).stderr).toContain('got a merge with conflicts');
    writeFileSync(join(folder, 'budgets.json'), '['.repeat(20_000));
    const deep = await check();
    expect(deep.code).toBe(2);
    expect(deep.stderr).toContain('more than 64 nested brackets');
  });
});

describe('a path of a budget', () => {
  const nano = readFileSync(join(packageRoot, 'models/a1-nano.nam'), 'utf8');
  const cyclesAt = async (options: string, at = folder): Promise<number | null | undefined> =>
    verdictsOf(await pedalbench(`check ${options} --json`, { cwd: at }))[0]?.actual;

  test('is relative to the file of budgets, and stands before an id', async () => {
    mkdirSync(join(folder, 'ci'));
    // The name of a model of the package, and another model.
    writeFileSync(join(folder, 'ci/a2.nam'), nano);
    const own = {
      name: 'own',
      model: 'a2.nam',
      device: 'pi-4',
      metric: 'cyclesPerSample',
      max: 1e6,
    };
    writeFileSync(join(folder, 'ci/budgets.json'), JSON.stringify({ budgets: [own] }));
    const inside = await cyclesAt('', join(folder, 'ci'));
    expect(await cyclesAt('ci/budgets.json')).toBe(inside);
    expect(await cyclesAt(join(folder, 'ci/budgets.json'), root)).toBe(inside);
    const [nanoRow] = predictSync(openWorkbench(), { model: 'a1-nano', device: 'pi-4' }).rows;
    expect(inside).toBe(nanoRow?.cyclesPerSample?.expected);
  });

  test.each(['my.nam', './a2.nam', 'sub/a2.nam'])(
    '--init --model %s, --update-baseline and check hold it, from any folder',
    async (name) => {
      mkdirSync(join(folder, 'sub'));
      mkdirSync(join(folder, 'a2'));
      writeFileSync(join(folder, name), nano);
      const init = await check(
        `ci.json --init --model ${name} --device pi-4 --engine nam-core --block 32 --copies 2`,
      );
      expect(init.code).toBe(0);
      const { budgets } = JSON.parse(readFileSync(join(folder, 'ci.json'), 'utf8'));
      expect(budgets).toMatchObject([
        { model: name.replace('./', ''), device: 'pi-4', engine: 'nam-core', block: 32, copies: 2 },
      ]);
      const { stdout } = await check('ci.json');
      expect(stdout.match(/pedalbench check ci\.json --update-baseline/g)).toHaveLength(2);
      const [verdict] = verdictsOf(await check('ci.json --junit report.xml --json'));
      for (const text of [verdict?.message, readFileSync(join(folder, 'report.xml'), 'utf8')]) {
        expect(text).toContain('pedalbench check ci.json --update-baseline');
      }
      expect((await check('ci.json --update-baseline')).code).toBe(0);
      const held = await pedalbench(`check ${join(folder, 'ci.json')} --json`, { cwd: root });
      expect(held.code).toBe(0);
      expect(verdictsOf(held)).toMatchObject([
        { engine: 'nam-core', blockFrames: 32, copies: 2, passed: true },
        { delta: 0, passed: true },
      ]);
    },
  );

  test('--init into a folder writes paths from there', async () => {
    mkdirSync(join(folder, 'ci'));
    writeFileSync(join(folder, 'my.nam'), nano);
    expect((await check('ci/budgets.json --init --model my.nam --device pi-4')).code).toBe(0);
    const written = JSON.parse(readFileSync(join(folder, 'ci/budgets.json'), 'utf8'));
    expect(written.$schema).toBe('../node_modules/pedalbench/schemas/budgets.schema.json');
    expect(written.budgets[0].model).toBe('../my.nam');
    expect((await check('ci/budgets.json --update-baseline')).code).toBe(0);
  });

  test('--init takes folders as predict does, and holds nobody to what takes no .nam', async () => {
    mkdirSync(join(folder, 'captures'));
    for (const name of ['a', 'b']) writeFileSync(join(folder, `captures/${name}.nam`), nano);
    const init = await check('--init --model captures --device pi-4,quad-cortex');
    expect(init.code).toBe(0);
    const { budgets } = JSON.parse(readFileSync(join(folder, 'budgets.json'), 'utf8'));
    expect(budgets).toMatchObject([
      { model: 'captures/a.nam', device: 'pi-4' },
      { model: 'captures/b.nam', device: 'pi-4' },
    ]);
    expect(budgets).toHaveLength(2);
  });

  test('--init of a file that is no model says so, and not the cost of another', async () => {
    writeFileSync(join(folder, 'a2.nam'), 'garbage');
    const outcome = await check('--init --model a2.nam --device pi-4');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('a2.nam: ');
    expect(existsSync(join(folder, 'budgets.json'))).toBe(false);
  });

  test('options of --init alone are refused without it', async () => {
    writeBudgets(budget({ max: cycles }));
    expect((await check('--engine nam-core')).stderr).toContain('--engine is for --init');
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
