import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/report/text/text-width.ts';
import { pedalbench } from './fake-io.ts';
import { temporaryFolder } from './wav-files.ts';

const cases = [
  ['models', 'a2'],
  ['devices', 'mod-dwarf'],
  ['engines', 'planar-neon'],
] as const;

describe.each(cases)('%s', (verb, id) => {
  test('lists, and ends with the next command', async () => {
    const { code, stdout, stderr } = await pedalbench(verb);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain(id);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^ {2}pedalbench /);
  });

  test('--json lists the same', async () => {
    const { code, stdout } = await pedalbench(`${verb} --json`);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.schema).toBe(`pedalbench.${verb}/1`);
    expect(document.tool.name).toBe('pedalbench');
    expect(document[verb].map((entry: { id: string }) => entry.id)).toContain(id);
  });

  test('show prints one, and --json one entry', async () => {
    const text = await pedalbench(`${verb} show ${id}`);
    expect(text.code).toBe(0);
    expect(text.stdout.length).toBeGreaterThan(100);
    const document = JSON.parse((await pedalbench(`${verb} show ${id} --json`)).stdout);
    expect(document[verb].length).toBe(1);
    expect(document[verb][0].id).toBe(id);
  });

  test('an unknown name lists the nearest and ends with 2', async () => {
    const { code, stdout, stderr } = await pedalbench(`${verb} show ${id}x`);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${id}x`);
    expect(stderr).toMatch(new RegExp(`Did you mean .*${id}`));
  });

  test.each([
    [`${verb} list`, 'got "list"'],
    [`${verb} show`, 'is missing'],
    [`${verb} show ${id} ${id}`, 'after `show`'],
  ])('%s is refused', async (line, message) => {
    const { code, stderr } = await pedalbench(line);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('fits terminals of 60 to 250 columns, and has no colours without one', async () => {
    for (const columns of [60, 80, 100, 160, 250]) {
      for (const line of [verb, `${verb} show ${id}`]) {
        const { stdout } = await pedalbench(line, { columns });
        expect(stdout).not.toContain('\u001b');
        for (const row of stdout.split('\n')) {
          // A word that is longer than the terminal (an address) stays whole, to be copied.
          if (row.trim().split(' ').length > 1) {
            expect(widthOf(row), `${columns}: ${row}`).toBeLessThanOrEqual(columns);
          }
        }
      }
    }
  });

  test('has colours on a terminal, unless they are not wanted', async () => {
    expect((await pedalbench(verb, { isTTY: true })).stdout).toContain('\u001b[');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await pedalbench(verb, { isTTY: true, env })).stdout).not.toContain('\u001b');
    }
    const { stdout } = await pedalbench(`${verb} --no-color`, { isTTY: true });
    expect(stdout).not.toContain('\u001b');
  });
});

describe('models show', () => {
  test('shows what a player uses and every width', async () => {
    const { stdout } = await pedalbench('models show a2');
    for (const word of [
      'sample rate',
      'loudness',
      'input level',
      'output level',
      'gain',
      'synthetic',
    ]) {
      expect(stdout).toContain(word);
    }
    expect(stdout).toMatch(/lite +0 +3 +1,871 +1,731 +6,347/);
    expect(stdout).toMatch(/full +1 +8 +12,146 +11,776 +6,347/);
  });

  test('of a recurrent model the past is endless, and null in JSON', async () => {
    expect((await pedalbench('models show lstm-1x3')).stdout).toContain('endless');
    const { stdout } = await pedalbench('models show lstm-1x3 --json');
    expect(JSON.parse(stdout).models[0].widths[0].receptiveFieldSamples).toBeNull();
  });

  test.each([
    ['not-json.nam', 'a poem', 'expected a .nam file, which is JSON'],
    ['no-model.nam', '{"a": 1}', 'no-model.nam: '],
    ['empty.nam', '', 'got an empty file'],
  ])('%s: one clear message without a stack', async (name, text, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), text);
    const { code, stdout, stderr } = await pedalbench(['models', 'show', name], { cwd: folder });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('a folder is no model', async () => {
    const { code, stderr } = await pedalbench('models show src');
    expect(code).toBe(2);
    expect(stderr).toContain('expected a .nam file, got a folder');
  });

  test('models of the current folder are found by id', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'models'));
    const source = JSON.parse((await pedalbench('models show a1-nano --json')).stdout).models[0]
      .path;
    const { readFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'models/mine.nam'), readFileSync(source));
    const { code, stdout } = await pedalbench('models show mine --json', { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).models[0].path).toBe('models/mine.nam');
  });
});

describe('devices', () => {
  test('show tells what is known from what is assumed, each figure with its kind and source', async () => {
    const { stdout } = await pedalbench('devices show mod-dwarf', { columns: 200 });
    const [known = '', assumed = ''] = stdout.split('What is assumed');
    expect(known).toMatch(/\[2\] +clusters\[audio\]\.clockHz +1\.296 GHz.* datasheet/);
    expect(known).not.toContain('estimate');
    expect(assumed).toMatch(/host\.reserveShare +5 % \(2 % to 10 %\) +estimate/);
    expect(stdout).toMatch(/\[2\] Linux arch/);
  });

  test('show says which figure a measurement would settle first, by what each moves the load', async () => {
    const { open } = JSON.parse((await pedalbench('devices show mod-dwarf --json')).stdout);
    const moves = open.settles.map(({ loads }: { loads: [number, number] }) => loads[1] / loads[0]);
    expect([...moves].sort((a, b) => b - a)).toEqual(moves);
    const reserve = open.settles.find(({ what }: { what: string }) => what === 'host.reserveShare');
    const set = async (value: number): Promise<number> => {
      const words = `predict a2 --device mod-dwarf --width full --set host.reserveShare=${value}`;
      return JSON.parse((await pedalbench(`${words} --json`)).stdout).rows[0].load.expected;
    };
    expect(reserve.between).toEqual([0.02, 0.1]);
    expect(reserve.loads).toEqual([await set(0.02), await set(0.1)]);
  });

  test('an item of a list in a path of --set goes by its place or by its name', async () => {
    const loadWith = async (path: string): Promise<number> =>
      JSON.parse(
        (await pedalbench(`predict a2 --device mod-dwarf --set ${path}=1e9 --json`)).stdout,
      ).rows[0].load.expected;
    expect(await loadWith('clusters[audio].clockHz')).toBe(await loadWith('clusters[0].clockHz'));
  });

  test('a pedal whose chip nobody has published shows what is known to run', async () => {
    const all = JSON.parse((await pedalbench('devices --json')).stdout).devices;
    const closed = all.find((device: { chip: unknown }) => device.chip === null);
    const { stdout } = await pedalbench(`devices show ${closed.id}`);
    expect(stdout).toContain('No chip is published');
    expect(stdout).toContain('What is known to run');
  });

  test('a profile with an unknown key or a wrong unit is refused with the fix', async () => {
    const folder = temporaryFolder();
    const { stdout } = await pedalbench('devices show mod-dwarf --json');
    const profile = JSON.parse(stdout).devices[0];
    profile.chip.clusters[0].clockHz.value = '1.3GHz';
    profile.id = 'mine';
    writeFileSync(join(folder, 'mine.json'), JSON.stringify(profile));
    const path = join(folder, 'mine.json');
    const wrong = await pedalbench(['devices', 'show', path]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('1300000000');
    profile.chip.clusters[0].clockHz.value = 1_300_000_000;
    profile.colour = 'blue';
    writeFileSync(path, JSON.stringify(profile));
    const unknown = await pedalbench(['devices', 'show', path]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('colour');
  });
});
