/**
 * The package as it is published: packed, installed into an empty project, type-checked, run, and its
 * matchers used by the vitest of that project.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync, type Platform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { packageRoot, tool } from '../../src/workbench/package-info.ts';
import { predictSync } from '../../src/workbench/predict.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const project = join(folder, 'project');
const modules = join(packageRoot, 'node_modules');

interface Ran {
  readonly status: number | null;
  readonly text: string;
}

const run = (cwd: string, command: string, ...words: readonly string[]): Ran => {
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    encoding: 'utf8',
  });
  return { status, text: `${stdout}${stderr}` };
};

/** Builds into a copy, so that a `dist` that lies here is neither needed nor touched. */
const packed = (): string => {
  const copy = join(folder, 'copy');
  const wanted = ['src', 'cores', 'data', 'devices', 'models', 'scenarios', 'schemas', 'tools'];
  const files = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'README.md', 'LICENSE'];
  mkdirSync(copy);
  for (const name of [...wanted, ...files]) {
    if (existsSync(join(packageRoot, name))) {
      cpSync(join(packageRoot, name), join(copy, name), { recursive: true });
    }
  }
  symlinkSync(modules, join(copy, 'node_modules'));
  const built = run(
    copy,
    process.execPath,
    join(modules, 'typescript/bin/tsc'),
    '-p',
    'tsconfig.build.json',
  );
  if (built.status !== 0) throw new Error(built.text);
  const tarball = run(copy, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder);
  if (tarball.status !== 0) throw new Error(tarball.text);
  return join(folder, `${tool.name}-${tool.version}.tgz`);
};

/** Asked for with the cache first; where that is empty and no registry answers there is nothing to test. */
const install = (tarball: string): Ran => {
  mkdirSync(project);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  );
  return run(
    project,
    ...([
      'npm',
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--fetch-retries=1',
    ] as const),
    tarball,
  );
};

const tarball = packed();
const installed = install(tarball);
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network/i;
const offline = installed.status !== 0 && unreachable.test(installed.text);

const source = `import { readFileSync } from 'node:fs';
import {
  advise, check, diff, explain, ModelError, openWorkbench, parseModel, predict,
  render, selectWidths, simulate, slim, widthsOf, type Model, type PredictRow,
} from 'pedalbench';

const workbench = openWorkbench();
const model: Model = workbench.model('a2');
const labels: string[] = widthsOf(model).map((width) => width.label);
const devices = ['pi-4', workbench.device('mod-dwarf')];
const rows: readonly PredictRow[] = (await predict(workbench, { model, devices })).rows;
const lite = await explain(workbench, { model: 'a2', device: 'pi-4', width: 'lite' });
const full = await explain(workbench, { model: 'a2', device: 'pi-4' });
const grew: number = diff(lite, full).total.delta;
const advice = await advise(workbench, { model: 'a2', device: 'pi-4' });
const input = new Float32Array(64).fill(0.1);
const sound: Float32Array = await render(workbench, { model, input, width: 'lite' });
const [result] = await simulate(workbench, {
  scenario: { device: 'pi-4', durationSeconds: 0.05, slots: [{ model: 'a2' }] },
});
const budgets = [{ name: 'x', model: 'a2', device: 'pi-4', metric: 'load', max: 1 }] as const;
const outcome = await check(workbench, { budgets: { budgets } });
let refused = '';
try {
  parseModel('{}', 'mine.nam');
} catch (error) {
  if (error instanceof ModelError) refused = error.code;
}
const schema = new URL(import.meta.resolve('pedalbench/schemas/budgets.schema.json'));
console.log(JSON.stringify({
  labels,
  rows: rows.length,
  grew: grew > 0,
  widths: selectWidths(model, 'lite').length,
  channels: slim(model, 'lite').width.channels,
  jobs: workbench.scenario('pi-thermal-soak').jobs.length,
  advice: advice.devices.length,
  samples: sound.length,
  xruns: result?.xruns,
  exitCode: outcome.exitCode,
  refused: refused !== '',
  schema: JSON.parse(readFileSync(schema, 'utf8')).title,
}));
`;

const matcherTest = `import { openWorkbench } from 'pedalbench';
import { expect, test } from 'vitest';
import 'pedalbench/vitest';

test('fits', () => {
  expect(openWorkbench().model('a2')).toFitOn('mod-dwarf', { width: 'lite', copies: 2, block: 128 });
  expect('a2').not.toCostAtMost(1, { device: 'pi-4' });
  expect('a2').toKeepHeadroom(0.2, { device: 'pi-4' });
  expect({ device: 'pi-4', durationSeconds: 0.05, slots: [{ model: 'a2' }] }).toRunWithoutXruns({ seed: 7 });
});
`;

/** A pedal of one's own, told how far it is, stopped after two seconds at the latest. */
const bundledForNode = `import { openWorkbench, predict } from 'pedalbench';
const workbench = openWorkbench();
const mine = { ...workbench.device('pi-4'), id: 'my-pedal', name: 'My pedal' };
const stop = AbortSignal.timeout(2000);
let told = 0;
try {
  const onProgress = () => { told += 1; };
  const { rows } = await predict(workbench, { model: 'a2', devices: [mine] }, { onProgress, signal: stop });
  console.log(JSON.stringify({ pedals: rows.map((row) => row.device), told: told > 0 }));
} catch (error) {
  console.log(error.message);
}
`;

const bundledForBrowser = `import { openWorkbench, predictSync } from 'pedalbench/browser';
const workbench = openWorkbench({ documents: new Map(), packaged: globalThis.packaged });
globalThis.rows = predictSync(workbench, { model: 'a2', device: 'pi-4' }).rows;
`;

/** Each line is a mistake that the types have to find. */
const mistakes = `import { openWorkbench, predict } from 'pedalbench';
import { expect } from 'vitest';
import 'pedalbench/vitest';
// @ts-expect-error an option that there is not
predict(openWorkbench(), { model: 'a2', pedal: 'pi-4' });
// @ts-expect-error copies is a number
expect('a2').toFitOn('pi-4', { copies: '2' });
// @ts-expect-error a device is needed
expect('a2').toCostAtMost(5);
`;

const tsconfig = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    types: ['node'],
    outDir: 'built',
    rootDir: '.',
  },
  include: ['*.ts'],
};

describe.skipIf(offline)(
  "the packed package in an empty project (needs a registry, or npm's cache of the dependencies)",
  () => {
    beforeAll(() => {
      // What a project of one's own has beside it: a compiler, types of Node, and vitest.
      for (const name of ['typescript', 'vitest', '@types/node']) {
        const target = join(project, 'node_modules', name);
        if (!existsSync(join(target, '..'))) mkdirSync(join(target, '..'), { recursive: true });
        if (!existsSync(target)) symlinkSync(join(modules, name), target);
      }
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
      writeFileSync(join(project, 'use.ts'), source);
      writeFileSync(join(project, 'fits.test.ts'), matcherTest);
      writeFileSync(join(project, 'mistakes.ts'), mistakes);
    });

    test('installs, without its optional peer', () => {
      expect(installed.text).not.toMatch(/npm error/);
      expect(installed.status).toBe(0);
    });

    test('is checked by strict, nodenext TypeScript, and runs', () => {
      const checked = run(project, process.execPath, join(modules, 'typescript/bin/tsc'));
      expect(checked.text).toBe('');
      const { text } = run(project, process.execPath, 'built/use.js');
      expect(JSON.parse(text)).toEqual({
        labels: ['lite', 'full'],
        rows: 4,
        grew: true,
        widths: 1,
        channels: [3],
        jobs: 1,
        advice: 1,
        samples: 64,
        xruns: 0,
        exitCode: 0,
        refused: true,
        schema: 'CPU budgets of pedalbench',
      });
    });

    test('its command runs, and says so where no further file may be opened', () => {
      const listed = run(
        project,
        process.execPath,
        'node_modules/pedalbench/dist/cli/main.js',
        'models',
      );
      expect(listed.text).toContain('a2');
      expect(listed.status).toBe(0);
      const script = 'ulimit -n 20 && exec node node_modules/pedalbench/dist/cli/main.js models';
      const starved = run(project, 'sh', '-c', script);
      expect(starved.text).toContain('too many open files. Raise the limit');
      expect(starved.status).toBe(2);
    });

    test('is found good by publint and by arethetypeswrong', () => {
      const own = (name: string) => join(modules, '.bin', name);
      expect(run(folder, own('publint'), tarball, '--strict').text).toContain('All good!');
      const types = run(folder, own('attw'), tarball, '--profile', 'esm-only', '--no-emoji');
      expect(types.text.match(/OK \(ESM\)/g)).toHaveLength(3);
      expect(types.status).toBe(0);
    });

    const bundle = (platform: Platform, contents: string, outfile: string): string => {
      const stdin = { contents, resolveDir: project };
      buildSync({ stdin, bundle: true, platform, format: 'esm', outfile, logLevel: 'error' });
      return outfile;
    };

    test('is bundled for Node, runs beside the installed package, and says what is missing elsewhere', () => {
      const bundled = bundle('node', bundledForNode, join(project, 'bundled.mjs'));
      const expected = { pedals: ['my-pedal', 'my-pedal'], told: true };
      expect(JSON.parse(run(project, process.execPath, bundled).text)).toEqual(expected);
      const away = bundle('node', bundledForNode, join(folder, 'away', 'bundled.mjs'));
      const alone = run(join(folder, 'away'), process.execPath, away);
      expect(alone.text).toMatch(/packageRoot: expected the folder of the installed package/);
    });

    test('its browser half is bundled without Node and gives the same rows', async () => {
      const bundled = bundle('browser', bundledForBrowser, join(project, 'browser.mjs'));
      expect(readFileSync(bundled, 'utf8')).not.toMatch(/from "node:|require\(/);
      const shelves = ['cores', 'data', 'devices', 'models'];
      const paths = shelves.flatMap((shelf) =>
        readdirSync(join(packageRoot, shelf)).map((file) => `${shelf}/${file}`),
      );
      const packaged = new Map(
        paths.map((path) => [path, readFileSync(join(packageRoot, path), 'utf8')]),
      );
      const world = Object.assign(globalThis, { packaged, rows: [] as unknown[] });
      await import(bundled);
      const { rows } = predictSync(openWorkbench(), { model: 'a2', device: 'pi-4' });
      expect(JSON.parse(JSON.stringify(world.rows))).toEqual(JSON.parse(JSON.stringify(rows)));
    });

    test('its matchers work in the vitest of the project', () => {
      const vitest = join(project, 'node_modules/vitest/vitest.mjs');
      const ran = run(
        project,
        process.execPath,
        vitest,
        'run',
        'fits.test.ts',
        '--root',
        project,
        '--testTimeout',
        '60000',
      );
      expect(ran.text).toMatch(/Tests\s+1 passed/);
      expect(ran.status).toBe(0);
    });
  },
);
