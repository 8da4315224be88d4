import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/workbench/package-info.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-recipes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const there = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const examples = join(packageRoot, 'examples');
const main = join(packageRoot, 'src/cli/main.ts');
const loader = join(packageRoot, 'node_modules/tsx/dist/loader.mjs');

let env: NodeJS.ProcessEnv = {};
/** An `npx` that runs this checkout. */
beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'captures'));
  const npx = join(folder, 'bin/npx');
  writeFileSync(
    npx,
    `#!/bin/sh\nshift\nexec "${process.execPath}" --import "${loader}" "${main}" "$@"\n`,
  );
  chmodSync(npx, 0o755);
  env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` };
  const nano = readFileSync(join(packageRoot, 'models/lstm-1x3.nam'));
  for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, `captures/${name}.nam`), nano);
});

const sh = (program: string, words: readonly string[]): string => {
  const child = spawnSync(program, words, { cwd: folder, env, encoding: 'utf8' });
  expect(child.status, child.stderr).toBe(0);
  return child.stdout;
};
const whole = (): string => sh('npx', ['pedalbench', 'predict', 'captures', '--json', '--quiet']);

test.skipIf(!there('parallel'))(
  'GNU parallel gives what one command gives (needs: apt-get install parallel)',
  () => {
    sh('sh', [join(examples, 'fleet/parallel.sh'), 'captures', '4', 'out.json']);
    expect(readFileSync(join(folder, 'out.json'), 'utf8')).toBe(whole());
  },
  240_000,
);

test.skipIf(!there('snakemake'))(
  'Snakemake gives what one command gives (needs: apt-get install snakemake)',
  () => {
    sh('snakemake', [
      '-s',
      join(examples, 'fleet/Snakefile'),
      '--cores',
      '1',
      '--quiet',
      '--config',
      'parts=4',
    ]);
    expect(readFileSync(join(folder, 'predictions.json'), 'utf8')).toBe(whole());
  },
  240_000,
);

test('a Slurm array gives what one command gives', () => {
  mkdirSync(join(folder, 'parts'), { recursive: true });
  rmSync(join(folder, 'parts'), { recursive: true });
  mkdirSync(join(folder, 'parts'));
  for (const part of ['1', '2']) {
    const child = spawnSync('sh', [join(examples, 'fleet/slurm.sh'), 'captures'], {
      cwd: folder,
      env: { ...env, SLURM_ARRAY_TASK_ID: part, SLURM_ARRAY_TASK_COUNT: '2' },
      encoding: 'utf8',
    });
    expect(child.status, child.stderr).toBe(0);
  }
  const parts = ['parts/1.jsonl', 'parts/2.jsonl'];
  expect(sh('npx', ['pedalbench', 'merge', ...parts, '--json'])).toBe(whole());
}, 240_000);

test.skipIf(!there('python3'))(
  'Python gets rows as dictionaries, and the sentence of an error (needs python3)',
  () => {
    const code = [
      'import sys; sys.path.insert(0, sys.argv[1])',
      'from pedalbench import predict, PedalbenchError',
      'rows = list(predict("captures", device="pi-4", copies=1))',
      'print(len(rows), rows[0]["device"], rows[0]["width"]["label"])',
      'try: list(predict("captures", device="nowhere"))',
      'except PedalbenchError as error: print("said", "nowhere" in str(error))',
    ].join('\n');
    const said = sh('python3', ['-c', code, join(examples, 'python')]);
    expect(said).toBe('3 pi-4 full\nsaid True\n');
  },
  240_000,
);

test('each recipe is short', () => {
  for (const name of ['parallel.sh', 'Snakefile', 'slurm.sh', 'matrix.yml']) {
    const lines = readFileSync(join(examples, 'fleet', name), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length, name).toBeLessThan(20);
  }
});
