import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { type Outcome, pedalbench } from './fake-io.ts';

const root = mkdtempSync(join(tmpdir(), 'pedalbench-parts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const nano = readFileSync(join(packageRoot, 'models/a1-nano.nam'), 'utf8');
const lstm = readFileSync(join(packageRoot, 'models/lstm-1x3.nam'), 'utf8');
/** The same shape and another weight: only its content tells it apart. */
const other = lstm.replace(/"weights":\s*\[\s*-?[\d.]+/, '"weights":[0.5');

let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
  mkdirSync(join(folder, 'captures/deep'), { recursive: true });
  writeFileSync(join(folder, 'captures/b.nam'), nano);
  writeFileSync(join(folder, 'captures/a,1.nam'), lstm);
  writeFileSync(join(folder, 'captures/deep/c.nam'), lstm);
  writeFileSync(
    join(folder, 'budgets.json'),
    JSON.stringify({
      budgets: [1000, 1, 300, 2, 5000].map((max, i) => ({
        name: `b${i}`,
        model: i === 3 ? 'missing.nam' : 'captures/a,1.nam',
        device: 'pi-4',
        metric: 'cyclesPerSample',
        max,
      })),
    }),
  );
  writeFileSync(
    join(folder, 'sweep.json'),
    JSON.stringify({
      device: ['mod-dwarf', 'pi-4'],
      slots: [{ model: 'captures/deep/c.nam' }],
      durationSeconds: 0.05,
      seed: [1, 2, 3],
    }),
  );
});

const run = (words: string): Promise<Outcome> => pedalbench(words, { cwd: folder });

const commands = {
  predict: 'predict captures a1-nano --device pi-4,quad-cortex --engine all',
  check: 'check',
  run: 'run sweep.json',
} as const;
type Kind = keyof typeof commands;

const shards = async (kind: Kind, form: 'json' | 'jsonl', of = 3): Promise<string> => {
  const names = [];
  for (let part = 1; part <= of; part += 1) {
    const { stdout, stderr } = await run(`${commands[kind]} --shard ${part}/${of} --${form}`);
    expect(stdout, stderr).not.toBe('');
    writeFileSync(join(folder, `${kind}-${part}.${form}`), stdout);
    names.push(`${kind}-${part}.${form}`);
  }
  return names.reverse().join(' ');
};

describe.each(['predict', 'check'] as const)('%s', (kind) => {
  test('in parts, joined, is what it is whole, byte for byte and with its exit code', async () => {
    const whole = await run(`${commands[kind]} --json`);
    const text = await run(commands[kind]);
    for (const form of ['json', 'jsonl'] as const) {
      const names = await shards(kind, form);
      expect(await run(`merge ${names} --json`)).toMatchObject({
        code: whole.code,
        stdout: whole.stdout,
      });
      // What a prediction proposes next repeats the options that it was given.
      if (kind === 'check') expect((await run(`merge ${names}`)).stdout).toBe(text.stdout);
    }
  });

  test('in lines has a row a line, and last the document without rows', async () => {
    const whole = JSON.parse((await run(`${commands[kind]} --json`)).stdout);
    const lines = (await run(`${commands[kind]} --jsonl`)).stdout.trimEnd().split('\n');
    const rowsName = { predict: 'rows', check: 'verdicts' }[kind];
    const { [rowsName]: rows, ...rest } = whole;
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual(rest);
    const sorted = (texts: readonly string[]): string[] => [...texts].sort();
    expect(sorted(lines.slice(0, -1))).toEqual(
      sorted(rows.map((row: unknown) => JSON.stringify(row))),
    );
  });

  test('of other content under the same names is refused, and so is an edited part', async () => {
    const names = await shards(kind, 'json', 2);
    const [second = '', first = ''] = names.split(' ');
    for (const model of ['captures/a,1.nam', 'captures/deep/c.nam']) {
      writeFileSync(join(folder, model), other);
    }
    const { stdout } = await run(`${commands[kind]} --shard 2/2 --json`);
    const good = readFileSync(join(folder, second), 'utf8');
    writeFileSync(join(folder, second), stdout);
    const mixed = await run(`merge ${first} ${second}`);
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toContain(`expected a part of the same models as ${first}`);
    writeFileSync(join(folder, second), good.replace(/"(pi-4|b4)"/, '"changed"'));
    const edited = await run(`merge ${first} ${second}`);
    expect(edited.code).toBe(2);
    expect(edited.stderr).toContain(`${second}: was changed after it was written`);
    writeFileSync(join(folder, second), good.replace(/"version": "[^"]+"/, '"version": "9.9.9"'));
    expect((await run(`merge ${first} ${second}`)).stderr).toContain('of the same version');
    writeFileSync(join(folder, second), good);
    expect((await run(`merge ${first} ${first}`)).stderr).toContain('Give each part once');
    expect((await run(`merge ${first}`)).stderr).toContain('missing: 2');
  });
});

test('runs in parts, joined, are the whole sweep, byte for byte; of other content they are refused', async () => {
  const whole = await run(`${commands.run} --json`);
  writeFileSync(join(folder, '1.json'), (await run(`${commands.run} --shard 1/2 --json`)).stdout);
  const lines = (await run(`${commands.run} --shard 2/2 --jsonl`)).stdout;
  writeFileSync(join(folder, '2.jsonl'), lines);
  expect(await run('merge 2.jsonl 1.json --json')).toMatchObject({
    code: whole.code,
    stdout: whole.stdout,
  });
  writeFileSync(join(folder, '2.jsonl'), lines.replace('"xruns":0', '"xruns":1'));
  expect((await run('merge 1.json 2.jsonl')).stderr).toContain('was changed after it was written');
  writeFileSync(join(folder, 'captures/deep/c.nam'), other);
  writeFileSync(join(folder, '2.json'), (await run(`${commands.run} --shard 2/2 --json`)).stdout);
  expect((await run('merge 1.json 2.json')).stderr).toContain('of the same models as 1.json');
}, 180_000);

test('a changed profile and a changed core are other parts', async () => {
  mkdirSync(join(folder, 'devices'));
  const profile = readFileSync(join(packageRoot, 'devices/pi-4.json'), 'utf8');
  writeFileSync(join(folder, 'devices/own.json'), profile.replace('"pi-4"', '"own"'));
  const ask = 'predict captures --device own --json --shard';
  writeFileSync(join(folder, '1.json'), (await run(`${ask} 1/2`)).stdout);
  writeFileSync(
    join(folder, 'devices/own.json'),
    profile.replace('"pi-4"', '"own"').replace(/"name": "[^"]*"/, '"name": "Another"'),
  );
  writeFileSync(join(folder, '2.json'), (await run(`${ask} 2/2`)).stdout);
  expect((await run('merge 1.json 2.json')).stderr).toContain(
    'part of the same profiles as 1.json',
  );
});

test('one that another tool printed on one line is the same part, and none is left open', async () => {
  const text = (await run('predict captures --device pi-4 --shard 1/1 --json')).stdout;
  writeFileSync(join(folder, 'pretty.json'), text);
  writeFileSync(join(folder, 'one-line.json'), JSON.stringify(JSON.parse(text)));
  const whole = await run('merge pretty.json');
  expect(whole.stdout).toContain('captures/b.nam');
  const open = (): number =>
    existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
  const before = open();
  expect(await run('merge one-line.json')).toEqual(whole);
  expect(open()).toBe(before);
});

test.each([
  ['schema', 'got other JSON'],
  ['part', 'got a whole result'],
])('one whose %s is an object with a toString of its own is refused', async (name, found) => {
  const document = { schema: 'pedalbench.predict/1', tool: { version: '0.1.0' }, rows: [] };
  const odd = { toString: 1, shard: { toString: 1 }, inputs: {} };
  writeFileSync(join(folder, 'odd.json'), JSON.stringify({ ...document, [name]: odd }));
  const { code, stderr } = await run('merge odd.json');
  expect([code, stderr]).toEqual([2, expect.stringContaining(found)]);
});

test('a whole result is no part: nothing says that it is as it was printed', async () => {
  const { stdout } = await run('predict captures --device pi-4 --json');
  writeFileSync(join(folder, 'whole.json'), stdout.replace(/"width": \{/, '"width": null, "x": {'));
  const { code, stderr } = await run('merge whole.json');
  expect([code, stderr]).toEqual([2, expect.stringContaining('got a whole result')]);
});

test('merge writes over none of its parts', async () => {
  for (const part of [1, 2])
    await run(`run sweep.json --no-audio --shard ${part}/2 --out p${part}`);
  const before = readFileSync(join(folder, 'p1/runs.json'), 'utf8');
  for (const out of ['p1', './p1/', join(folder, 'p2')]) {
    const refused = await run(`merge p1 p2 --out ${out}`);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is one of the parts');
  }
  expect(readFileSync(join(folder, 'p1/runs.json'), 'utf8')).toBe(before);
  expect((await run('merge p1 p2 --out whole')).code).toBe(0);
}, 120_000);

describe('MODEL', () => {
  const idsOf = async (words: string): Promise<readonly string[]> => {
    const { stdout, stderr } = await run(`${words} --device pi-4 --copies 1 --jsonl`);
    expect(stderr).toBe('');
    const rows = stdout.trimEnd().split('\n').slice(0, -1);
    return [...new Set(rows.map((line) => JSON.parse(line).modelPath))];
  };

  test.each([
    ['predict captures', ['captures/a,1.nam', 'captures/b.nam', 'captures/deep/c.nam']],
    ['predict captures/*.nam', ['captures/a,1.nam', 'captures/b.nam']],
    ['predict captures/**/c.nam', ['captures/deep/c.nam']],
    ['predict **/[bc].nam', ['captures/b.nam', 'captures/deep/c.nam']],
    ['predict captures/a,1.nam', ['captures/a,1.nam']],
    ['predict captures/b.nam,captures/deep', ['captures/b.nam', 'captures/deep/c.nam']],
    ['predict --models-from list.txt', ['captures/deep/c.nam', 'captures/b.nam']],
  ])('%s', async (words, paths) => {
    writeFileSync(join(folder, 'list.txt'), 'captures/deep/c.nam\r\n\ncaptures/b.nam\n');
    expect(await idsOf(words)).toEqual(paths);
  });

  test('a folder without models, and a pattern that matches none, say so', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const word of ['empty', 'x*.nam']) {
      const { code, stderr } = await run(`predict ${word}`);
      expect(code).toBe(2);
      expect(stderr).toContain(`${word}: expected at least one .nam file, got none`);
    }
  });
});
