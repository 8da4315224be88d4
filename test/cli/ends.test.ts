/** How a command ends: pipes that are closed, disks that are full, and signals while it can hear none. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentPieces } from '../../src/cli/call.ts';
import { threadFault } from '../../src/cli/thread-fault.ts';
import { command, root, scratch, shell, start } from './command-process.ts';

const folder = scratch();
const budgets = (max: number): string => {
  const path = join(folder, `budgets-${max}.json`);
  const budget = { name: 'a', model: 'a2', width: 'lite', device: 'pi-4', metric: 'load', max };
  writeFileSync(path, JSON.stringify({ budgets: [budget] }));
  return path;
};
const failing = budgets(0.0001);

test.each([
  ['a reader that takes nothing', '| true'],
  ['a reader that has seen enough', '| grep -q over'],
])('a budget that does not hold is a failure for %s', { timeout: 60_000 }, (_, reader) => {
  expect(shell(`pb check ${failing} ${reader}; exit \${PIPESTATUS[0]}`).code).toBe(1);
});

test('errors and progress that nobody reads change no exit code', { timeout: 60_000 }, () => {
  expect(shell(`pb check ${failing} 2>&- >/dev/null`).code).toBe(1);
  expect(shell(`GITHUB_ACTIONS=true pb check ${failing} 2> >(true) >/dev/null`).code).toBe(1);
});

test('--exit-zero turns 1 into 0, and only 1', { timeout: 60_000 }, () => {
  expect(shell(`pb check ${failing} --exit-zero`).code).toBe(0);
  expect(shell('pb check nothing.json --exit-zero').code).toBe(2);
});

test('a result that nobody reads ends as by SIGPIPE', { timeout: 60_000 }, () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
  expect(shell('pb models | true; exit ${PIPESTATUS[0]}').code).toBe(141);
});

test.runIf(process.platform === 'linux')('a full disk is a sentence', { timeout: 60_000 }, () => {
  const { code, stderr } = shell('pb models > /dev/full');
  expect(code).toBe(2);
  expect(stderr).toBe('pedalbench: stdout: no space left on the device.\n');
  const failed = shell(`pb check ${failing} --quiet > /dev/full`);
  expect([failed.code, failed.stderr]).toEqual([1, stderr]);
});

test('a thread that cannot start says what the system lacks, and a Node without WebAssembly is told', () => {
  const full = Object.assign(new Error('Worker initialization failure: EMFILE'), {
    code: 'ERR_WORKER_INIT_FAILED',
  });
  expect(threadFault(full, 1)).toBe(
    'a thread of Node: too many open files. Raise the limit (ulimit -n).',
  );
  const { code, stderr } = shell(
    `${process.execPath} --jitless ${command.slice(1).join(' ')} models`,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('pedalbench: expected a Node that has WebAssembly, got one without.');
});

test('a sweep goes on when nobody reads of it', { timeout: 120_000 }, () => {
  const scenario = {
    device: 'pi-4',
    slots: [{ cyclesPerSample: 9 }],
    durationSeconds: 0.1,
    seed: [1, 2, 3],
  };
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify(scenario));
  const line = `pb run sweep.json --out out --workers 1 2>&1 | true; exit \${PIPESTATUS[0]}`;
  expect([0, 141]).toContain(shell(line, folder).code);
  expect(JSON.parse(readFileSync(join(folder, 'out/runs.json'), 'utf8')).runs).toHaveLength(3);
});

const pipe = join(folder, 'pipe.nam');
execFileSync('mkfifo', [pipe]);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('two %s end a read that never ends', { timeout: 60_000 }, async (signal, code) => {
  const child = start(['predict', pipe]);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  child.kill(signal);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const asked = performance.now();
  child.kill(signal);
  expect((await child.ended).code).toBe(code);
  expect(performance.now() - asked).toBeLessThan(1000);
});

test('a model may come through a pipe', { timeout: 60_000 }, () => {
  const { code, stdout } = shell('pb predict <(cat models/a2.nam) --device pi-4 --json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).rows.length).toBeGreaterThan(0);
});

test('what never ends is no model', { timeout: 60_000 }, () => {
  const { code, stderr } = shell('pb predict /dev/zero');
  expect(code).toBe(2);
  expect(stderr).toContain('/dev/zero: expected at most');
});

test.runIf(process.platform === 'linux')(
  'a folder that nothing can make is a sentence, at once',
  () => {
    const module = join(root, 'src/units/make-folder.ts');
    const script = `import { makeFolder } from '${module}'; makeFolder('/proc/none/here');`;
    const [program = '', ...words] = command.slice(0, -1);
    const { stderr } = spawnSync(program, [...words, '--input-type=module', '-e', script], {
      ...{ encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' },
    });
    expect(stderr).toContain('/proc/none/here: no such file or folder.');
  },
  60_000,
);

test('a command that is done says nothing on stderr, on any Node', { timeout: 60_000 }, () => {
  expect(shell('pb predict a2 --device pi-4 --width lite 2>&1 >/dev/null').stdout).toBe('');
});

test('a document of many rows is never one text, which Node bounds', () => {
  const rows = Array.from({ length: 3 }, (_, i) => ({ row: `row ${i}`, cells: [i] }));
  const document = { schema: 'x', rows, none: [], last: { a: null } };
  const pieces = [...documentPieces(document)];
  expect(pieces.join('')).toBe(`${JSON.stringify(document, null, 2)}\n`);
  for (const piece of pieces) expect(piece.split('row ').length).toBeLessThanOrEqual(2);
});
