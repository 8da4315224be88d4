import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machineAtHand } from '../../src/device/machine-at-hand.ts';
import type { MachineWords } from '../../src/device/machine-words.ts';
import { machineOf } from '../../src/device/machine-words.ts';
import { parseProfile } from '../../src/device/parse-profile.ts';
import type { DeviceProfile } from '../../src/device/profile.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { predictSync } from '../../src/workbench/predict.ts';

const shipped = (id: string): DeviceProfile => {
  const path = join(packageRoot, 'devices', `${id}.json`);
  return parseProfile(JSON.parse(readFileSync(path, 'utf8')), path);
};
const x86 = (vendor: string, family: number, model: number, mhz: string | null): MachineWords => {
  const one = [
    `vendor_id\t: ${vendor}`,
    `cpu family\t: ${family}`,
    `model\t\t: ${model}`,
    'model name\t: One of its kind',
    ...(mhz === null ? [] : [`cpu MHz\t\t: ${mhz}`]),
  ].join('\n');
  const cpuinfo = [0, 1, 2, 3].map((i) => `processor\t: ${i}\n${one}\n`).join('\n');
  return { cpuinfo, topKilohertz: null, brand: null };
};
const arm = (...parts: string[]): MachineWords => ({
  cpuinfo: parts
    .map((part, i) => `processor\t: ${i}\nCPU implementer\t: 0x41\nCPU part\t: ${part}\n`)
    .join('\n'),
  topKilohertz: 1_500_000,
  brand: null,
});
const apple = (brand: string): MachineWords => ({ cpuinfo: null, topKilohertz: null, brand });
const atHand = (words: MachineWords | null): DeviceProfile =>
  machineAtHand(shipped('host'), words, shipped);

test.each([
  ['AuthenticAMD', 23, 0x31, 'zen2'],
  ['AuthenticAMD', 23, 0x08, null],
  ['AuthenticAMD', 25, 0x01, 'zen3'],
  ['AuthenticAMD', 25, 0x50, 'zen3'],
  ['AuthenticAMD', 25, 0x11, 'zen4'],
  ['AuthenticAMD', 25, 0x5f, 'zen3'],
  ['AuthenticAMD', 25, 0x61, 'zen4'],
  ['AuthenticAMD', 25, 0xa0, 'zen4'],
  ['AuthenticAMD', 25, 0xb0, null],
  ['AuthenticAMD', 26, 0x02, 'zen5'],
  ['AuthenticAMD', 26, 0x50, null],
  ['GenuineIntel', 6, 0x97, 'golden-cove'],
  ['GenuineIntel', 6, 0x55, null],
  ['HygonGenuine', 24, 0x01, null],
])('%s family %i model %i is %s', (vendor, family, model, core) => {
  expect(machineOf(x86(vendor, family, model, '2100')).core).toBe(core);
});

test.each([
  [arm('0xd08', '0xd08'), 'cortex-a72'],
  // Two kinds of cores: no file describes such a machine.
  [arm('0xd05', '0xd0b'), null],
  [arm('0xd40'), null],
  [apple('Apple M2 Max'), 'apple-m2-p'],
  [apple('Apple M3'), null],
])('%j is %s', (words, core) => {
  expect(machineOf(words).core).toBe(core);
});

test('every machine that is found makes a profile that obeys the schema', () => {
  const words = [
    x86('AuthenticAMD', 23, 0x31, '2100'),
    x86('AuthenticAMD', 25, 1, '2100'),
    x86('AuthenticAMD', 25, 0x11, '2100'),
    x86('AuthenticAMD', 26, 2, '2100'),
    x86('GenuineIntel', 6, 0x97, '2100'),
    ...['0xc07', '0xc0e', '0xd03', '0xd04', '0xd05', '0xd08', '0xd0b'].map((part) => arm(part)),
    apple('Apple M2'),
  ];
  for (const said of words) {
    const profile = atHand(said);
    expect(profile.chip?.clusters[0]?.coreId).toBe(machineOf(said).core);
    expect(() => parseProfile(JSON.parse(JSON.stringify(profile)), 'host')).not.toThrow();
  }
});

test('the clock is that of cpufreq, else that of cpuinfo, which leaves turbo open', () => {
  const words = x86('AuthenticAMD', 25, 1, '2445.406');
  const clockOf = (said: MachineWords) => atHand(said).chip?.clusters[0]?.clockHz;
  expect(clockOf(words)).toMatchObject({ value: 2_445_406_000, low: 2_445_406_000 });
  expect(clockOf(words)?.high).toBeGreaterThan(3.5e9);
  expect(clockOf({ ...words, topKilohertz: 3_500_000 })).toMatchObject({
    value: 3_500_000_000,
    high: 3_500_000_000,
  });
});

const rowOf = (words: MachineWords) => {
  const { rows } = predictSync(openWorkbench({ machine: words }), {
    models: 'a2',
    devices: 'host',
    width: 'lite',
  });
  expect(rows).toHaveLength(1);
  return rows[0];
};

test.each([
  [
    x86('AuthenticAMD', 25, 0xb0, '4700'),
    'One of its kind (AuthenticAMD family 25 model 176), which no core describes',
  ],
  [x86('AuthenticAMD', 25, 1, null), 'a zen3, and its system names no clock'],
  [{ cpuinfo: null, topKilohertz: null, brand: null }, 'a processor that the system does not name'],
])('a machine that is not known all through is unknown, with what to do (%#)', (words, said) => {
  const row = rowOf(words);
  expect(row).toMatchObject({ verdict: 'unknown', load: null, core: null });
  expect(row?.reasons.join(' ')).toContain(said);
  expect(row?.reasons.join(' ')).toMatch(/--device class-.*devices copy/);
});

test('a row of host is that of the machine at hand', () => {
  const zen3 = rowOf(x86('AuthenticAMD', 25, 1, '2445'));
  const zen5 = rowOf(x86('AuthenticAMD', 26, 2, '2445'));
  expect(zen3).toMatchObject({ device: 'host', core: 'zen3', clockHz: 2_445_000_000 });
  expect(zen5?.core).toBe('zen5');
  expect(zen3?.cyclesPerSample?.expected).not.toBe(zen5?.cyclesPerSample?.expected);
});

test('a Zen 4 takes fewer cycles than a Zen 3, and has its second level of a megabyte', () => {
  const words = x86('AuthenticAMD', 25, 0x11, '2445');
  const caches = atHand(words).chip?.clusters[0]?.dataCaches;
  expect(caches?.map(({ sizeBytes }) => sizeBytes.value)).toEqual([32768, 1048576, 33554432]);
  const cyclesOf = (said: MachineWords) => rowOf(said)?.cyclesPerSample?.expected;
  expect(cyclesOf(words)).toBeLessThan(cyclesOf(x86('AuthenticAMD', 25, 1, '2445')) ?? 0);
});
