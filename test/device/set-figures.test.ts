import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { audioClusterOf } from '../../src/device/audio-cluster.ts';
import { parseProfile } from '../../src/device/parse-profile.ts';
import { clockSetting, parseSetting, withSettings } from '../../src/device/set-figures.ts';

const path = join(import.meta.dirname, '../../devices/pi-4.json');
const pi = parseProfile(JSON.parse(readFileSync(path, 'utf8')), path);
const set = (...texts: string[]) => withSettings(pi, texts.map(parseSetting)).chip;

test('a figure becomes the value, without the old range', () => {
  const chip = set('clusters[0].clockHz=1.5e9', 'host.reserveShare=0.2');
  expect(chip?.clusters[0]?.clockHz).toEqual({
    value: 1.5e9,
    kind: 'estimate',
    source: 'set for this call',
  });
  expect(chip?.host.reserveShare.value).toBe(0.2);
  expect(pi.chip?.host.reserveShare.value).toBe(0.05);
});

test('build properties are set, those that the profile leaves out, too', () => {
  expect(set('build.fastMath=false')?.build.fastMath).toBe(false);
  expect(set('chip.build.libc=glibc')?.build.libc?.value).toBe('glibc');
});

test.each([
  ['clusters[0].clokHz=1', /no `clokHz` there\. Did you mean `clockHz`/],
  ['clusters[0].clockHz=1300', /positive integer of hertz/],
  ['host.reserveShare=2', /share from 0 to 1/],
  ['build.tune.x=1', /nothing below it/],
  ['clusters', /expected PATH=VALUE/],
  ['clusters[7].clockHz=1e9', /no `7` there/],
  ['__proto__.x=1', /no `__proto__` there\. Known: soc, /],
])('%s is refused with a sentence', (text, message) => {
  expect(() => set(text)).toThrow(message);
});

test('the clock of the cores that play has a short form', () => {
  const { chip } = withSettings(pi, [clockSetting(pi, 1.2e9)]);
  expect(chip && audioClusterOf(chip).clockHz.value).toBe(1.2e9);
});
