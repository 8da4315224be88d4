import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pedalbench } from './fake-io.ts';
import { temporaryFolder } from './wav-files.ts';

const cwd = temporaryFolder();
const file = join(cwd, 'devices', 'my-pedal.json');

test('a copy is a profile of its own that costs the same, until a figure is replaced', async () => {
  const { code, stderr } = await pedalbench('devices copy class-a53-1500 my-pedal', { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain('predict a2 --device my-pedal');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  expect(document.id).toBe('my-pedal');
  // Editors complete from it.
  expect(existsSync(join(cwd, 'devices', document.$schema))).toBe(true);

  const load = async (device: string): Promise<number> => {
    const line = `predict a1-nano --copies 1 --json --device ${device}`;
    const { stdout } = await pedalbench(line, { cwd });
    return JSON.parse(stdout).rows[0].load.expected;
  };
  const before = await load('my-pedal');
  expect(before).toBe(await load('class-a53-1500'));
  document.chip.clusters[0].clockHz.value = 1_600_000_000;
  writeFileSync(file, JSON.stringify(document));
  expect(await load('my-pedal')).toBeLessThan(before);
});

test('nothing is written over', async () => {
  writeFileSync(join(cwd, 'devices', 'there.json'), 'mine');
  const { code, stderr } = await pedalbench('devices copy pi-4 there', { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('is already there and stays as it is');
  expect(readFileSync(join(cwd, 'devices', 'there.json'), 'utf8')).toBe('mine');
});

test.each([
  ['devices copy pi-4', 'Expected `devices copy FROM ID`'],
  ['devices copy pi-44 mine', 'pi-4'],
  ['devices copy tonex-one mine', 'its chip is not published'],
  ['devices copy pi-4 Mine!', 'an id of small letters'],
  ['devices copy pi-4 ../mine', 'an id of small letters'],
])('%s is refused', async (line, message) => {
  const { code, stderr } = await pedalbench(line, { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
