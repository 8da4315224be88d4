import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { predictSync } from '../../src/workbench/predict.ts';
import { budget, check, cycles, folder, root, verdictsOf, writeBudgets } from './check-folder.ts';
import { pedalbench } from './fake-io.ts';

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
