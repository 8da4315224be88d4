import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/workbench/package-info.ts';
import {
  budget,
  check,
  cycles,
  folder,
  subject,
  verdictsOf,
  writeBudgets,
} from './check-folder.ts';
import { writeWav } from './wav-files.ts';

/** An impulse response of zeros: silent on everything. */
const silentModel = (): string =>
  JSON.stringify({
    version: '0.5.4',
    architecture: 'Linear',
    config: { receptive_field: 2, bias: false },
    weights: [0, 0],
  });

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
