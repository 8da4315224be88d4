import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { audioClusterOf, memorySystemOf, placementWith } from '../../src/device/audio-cluster.ts';
import { findKnownModel } from '../../src/device/known-models.ts';
import { parseProfile } from '../../src/device/parse-profile.ts';
import type { ChipProfile } from '../../src/device/profile.ts';
import { findEngine } from '../../src/engine/registry.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';

const root = join(import.meta.dirname, '../..');
const catalogue = openWorkbench({ cwd: root }).devices;

type Json = Record<string, unknown>;

/** The Dwarf's profile with one entry replaced; `undefined` removes it. */
const changed = (path: string, value: unknown): unknown => {
  const document: Json = JSON.parse(readFileSync(join(root, 'devices/mod-dwarf.json'), 'utf8'));
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Json>((node, key) => node[key] as Json, document);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return document;
};

const messageOf = (document: unknown): string => {
  try {
    parseProfile(document, 'devices/x.json');
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

const chipOf = (id: string): ChipProfile => {
  const { chip } = catalogue.find(id);
  if (chip === null) throw new Error(`${id} has no chip`);
  return chip;
};

describe('the profiles that ship', () => {
  test('all parse, and every file is named after its id', () => {
    expect(catalogue.all().map((d) => d.id)).toEqual(catalogue.ids);
    expect(catalogue.ids.length).toBe(47);
  });

  test('every profile names the schema, so that editors help', () => {
    for (const file of readdirSync(join(root, 'devices'))) {
      const document = JSON.parse(readFileSync(join(root, 'devices', file), 'utf8'));
      expect(document.$schema, file).toBe('../schemas/device.schema.json');
    }
  });

  test('evidence speaks of models that are known', () => {
    for (const device of catalogue.all()) {
      for (const { model } of device.evidence) {
        if (model !== undefined) expect(findKnownModel(model)?.name, device.id).toBe(model);
      }
    }
  });

  test('every cluster has a core that is described', () => {
    const cores = openWorkbench({ cwd: root }).cores.ids;
    for (const { id, chip } of catalogue.all()) {
      for (const cluster of chip?.clusters ?? []) expect(cores, id).toContain(cluster.coreId);
    }
  });

  test('every engine that a build names is there', () => {
    for (const { id, chip } of catalogue.all()) {
      const named =
        chip === null ? [] : [chip.build.engine.value, ...chip.build.alternatives.value];
      for (const name of named) expect(findEngine(name)?.id, id).toBe(name);
    }
  });

  test('products whose chip nobody has published have no numbers', () => {
    // Of the machine at hand it depends on the machine.
    const silent = catalogue.all().filter((d) => d.chip === null && d.id !== 'host');
    expect(silent.map((d) => d.id)).toEqual([
      'blackstar-beam',
      'dimehead-nam-player',
      'esp32-p4',
      'esp32-s3',
      'hotone-ampero-ii',
      'iphone-17',
      'mooer-gs1000',
      'nux-amp-academy-stomp',
      'sonicake-pocket-master',
      'sonulab-stompstation',
      'tonex-one',
      'valeton-gp-200',
      'valeton-gp-5',
      'zoom-ms-plus',
    ]);
  });

  test('an estimate says why it is one: every figure has a source', () => {
    const walk = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('kind' in node && 'value' in node) {
        expect((node as Json).source, at).toMatch(/\S{2}/);
      }
      for (const [key, value] of Object.entries(node)) walk(value, `${at}.${key}`);
    };
    for (const device of catalogue.all()) walk(device, device.id);
  });

  test('the known models cost what their authors say', () => {
    expect(findKnownModel('a2-lite')?.macsPerSample).toBe(1731);
    expect(findKnownModel('a2-full')?.macsPerSample).toBe(11776);
  });
});

describe('what a profile says of the machine', () => {
  test('audio on the Anagram runs on its two big cores', () => {
    const cluster = audioClusterOf(chipOf('darkglass-anagram'));
    expect([cluster.coreId, cluster.audioCores.value, cluster.clockHz.value]).toEqual([
      'cortex-a76',
      2,
      2_250_000_000,
    ]);
  });

  test('a cache hierarchy is listed from the core outwards', () => {
    const memory = memorySystemOf(chipOf('darkglass-anagram'));
    expect(memory.dataCaches.map((c) => c.sizeBytes)).toEqual([65536, 524288, 3145728]);
    expect(memory.placement).toBeNull();
    expect(memory.memory?.latencyNanoseconds.expected).toBe(127);
  });

  test("a microcontroller's regions lose what the firmware keeps", () => {
    const memory = memorySystemOf(chipOf('daisy-seed'));
    expect(memory.regions.find((r) => r.name === 'dtcm')?.sizeBytes).toBe((128 - 16) * 1024);
    expect(memory.placement).toEqual({
      weights: 'dtcm',
      history: 'axi-sram',
      scratch: 'dtcm',
      code: 'itcm',
    });
  });

  test('a build with another engine places otherwise: NAM Core runs from QSPI flash', () => {
    const chip = chipOf('daisy-seed');
    expect(placementWith(chip, 't3k-embedded')).toEqual(memorySystemOf(chip).placement);
    expect(placementWith(chip, 'nam-core')).toEqual({
      weights: 'axi-sram',
      history: 'axi-sram',
      scratch: 'axi-sram',
      code: 'qspi-flash',
    });
    expect(placementWith(chipOf('pi-4'), 'nam-core')).toBeNull();
  });

  test('a placement is overridden entry by entry', () => {
    expect(memorySystemOf(chipOf('daisy-seed'), { history: 'sdram' }).placement).toEqual({
      weights: 'dtcm',
      history: 'sdram',
      scratch: 'dtcm',
      code: 'itcm',
    });
  });
});

describe('what is wrong is said with the fix', () => {
  const clock = 'chip.clusters.0.clockHz';
  test.each([
    [
      'a unit in a string',
      changed(`${clock}.value`, '1.3GHz'),
      'devices/x.json: chip.clusters[0].clockHz.value: expected a positive integer of hertz, from 1000000 to 20000000000, got "1.3GHz". Write 1300000000.',
    ],
    [
      'megahertz for hertz',
      changed(`${clock}.value`, 1296),
      'devices/x.json: chip.clusters[0].clockHz.value: expected a positive integer of hertz, from 1000000 to 20000000000, got 1296. If that is in MHz, write 1296000000.',
    ],
    [
      'a bare number where a source is due',
      changed(clock, '1.3GHz'),
      'devices/x.json: chip.clusters[0].clockHz: expected a figure: { "value": ..., "kind": ..., "source": ... }, got "1.3GHz". Write { "value": 1300000000, "kind": "datasheet", "source": "where the figure is from" }.',
    ],
    [
      'an unknown key',
      changed('chip.clusters.0.clokHz', 1),
      'devices/x.json: chip.clusters[0].clokHz: unknown key. Did you mean `clockHz`?',
    ],
    [
      'kilobytes',
      changed('chip.clusters.0.dataCaches.0.sizeBytes.value', '32 KB'),
      'devices/x.json: chip.clusters[0].dataCaches[0].sizeBytes.value: expected an integer of bytes, from 1024 to 2^40, got "32 KB". Write 32768.',
    ],
    [
      'kilobytes as a number',
      changed('chip.clusters.0.dataCaches.1.sizeBytes.value', 512),
      'devices/x.json: chip.clusters[0].dataCaches[1].sizeBytes.value: expected an integer of bytes, from 1024 to 2^40, got 512. If that is in KiB, write 524288.',
    ],
    [
      'gigabytes a second',
      changed('chip.memory.dram.bandwidthBytesPerSecond.value', 12),
      'devices/x.json: chip.memory.dram.bandwidthBytesPerSecond.value: expected a number of bytes per second, from 1000000 to 1e13, got 12. If that is in GB/s, write 12000000000.',
    ],
    [
      'kilohertz of audio',
      changed('chip.audio.sampleRateHz.value', 48),
      'devices/x.json: chip.audio.sampleRateHz.value: expected a positive integer of hertz, from 8000 to 1000000, got 48. If that is in kHz, write 48000.',
    ],
    [
      'microseconds of a block',
      changed('chip.host.secondsPerBlock.value', 20),
      'devices/x.json: chip.host.secondsPerBlock.value: expected a number of seconds from 0 to 0.1, got 20. If that is in microseconds, write 0.00002.',
    ],
    [
      'seconds of a latency',
      changed('chip.memory.dram.latencyNanoseconds.value', 175e-9),
      'devices/x.json: chip.memory.dram.latencyNanoseconds.value: expected a number of nanoseconds from 1 to 1000000, got 1.75e-7. If that is in seconds, write 175.',
    ],
    [
      'a cache whose ways do not divide it',
      changed('chip.clusters.0.dataCaches.0.ways.value', 3),
      'devices/x.json: chip.clusters[0].dataCaches[0].sizeBytes: expected a multiple of lineBytes x ways (64 x 3 = 192), got 32768.',
    ],
    [
      'an outer cache smaller than the inner one',
      changed('chip.clusters.0.dataCaches.1.sizeBytes.value', 16384),
      'devices/x.json: chip.clusters[0].dataCaches[1].sizeBytes: expected at least that of the cache before it (32768)',
    ],
    [
      'a core where the compiler takes its name',
      changed('chip.build.tune', 'A35'),
      'devices/x.json: chip.build.tune: expected what the compiler\'s -mcpu or -mtune says, got "A35". Write "cortex-a35".',
    ],
    [
      'a unit in the name of a field',
      changed('chip.memory.dram.latencyCycles', 200),
      'devices/x.json: chip.memory.dram.latencyCycles: unknown key. Remove it',
    ],
    [
      'an object left out',
      changed('chip.clusters.0.instructionCache', undefined),
      'devices/x.json: chip.clusters[0].instructionCache: missing; expected an object in braces.',
    ],
    [
      'an empty source',
      changed(`${clock}.source`, ''),
      'devices/x.json: chip.clusters[0].clockHz.source: expected a text that is not empty, got "".',
    ],
    [
      'percent for a share',
      changed('chip.host.reserveShare.value', 5),
      'devices/x.json: chip.host.reserveShare.value: expected a share from 0 to 1, got 5. If that is in percent, write 0.05.',
    ],
    [
      'a figure left out',
      changed(clock, undefined),
      'devices/x.json: chip.clusters[0].clockHz: missing; expected a figure: { "value": ..., "kind": ..., "source": ... }.',
    ],
    [
      'a source left out',
      changed(`${clock}.source`, undefined),
      'devices/x.json: chip.clusters[0].clockHz.source: missing; expected where the figure is from.',
    ],
    [
      'a word that is none of the words',
      changed('chip.audio.stack', 'jackd'),
      'devices/x.json: chip.audio.stack: expected one of jack, alsa, dma, got "jackd". Did you mean `jack`?',
    ],
    [
      'an interval that does not hold its value',
      changed(`${clock}.low`, 1_299_000_000),
      'devices/x.json: chip.clusters[0].clockHz: expected low <= value <= high, got value 1296000000, low 1299000000, high 1300000000. Change low and high with the value, or remove them.',
    ],
    [
      'no core for audio',
      changed('chip.clusters.0.audioCores.value', 0),
      'devices/x.json: chip.clusters: no cluster has `audioCores` above 0. Say which cores audio runs on.',
    ],
    [
      'a block that is not allowed',
      changed('chip.audio.blockFrames.value', 100),
      'devices/x.json: chip.audio.blockFrames.value: expected one of the allowed 128, 256, got 100.',
    ],
    [
      'neither chip nor evidence',
      { id: 'x', name: 'X', tier: 'mcu', chip: null, evidence: [] },
      'devices/x.json: evidence: empty, and `chip` is null. Write what is known to run, or describe the chip.',
    ],
  ])('%s', (_, document, message) => {
    expect(messageOf(document).slice(0, message.length)).toBe(message);
  });

  test('where the value itself is refused, its interval is not another fault', () => {
    const document = changed('chip.host.reserveShare', {
      value: 5,
      low: 0.02,
      high: 0.1,
      kind: 'estimate',
      source: 'a test',
    });
    expect(messageOf(document).split('\n')).toHaveLength(1);
    expect(messageOf(document)).toContain('If that is in percent, write 0.05.');
  });

  test('an unknown device lists the nearest ones', () => {
    expect(() => catalogue.find('mod-dwraf')).toThrow(
      'device `mod-dwraf`: unknown. Did you mean `mod-dwarf`?',
    );
    expect(() => catalogue.find('anagram')).toThrow('Did you mean `darkglass-anagram`?');
  });

  test('a file that is not there, or not JSON, is named', () => {
    expect(() => catalogue.find('nowhere/x.json')).toThrow(
      'nowhere/x.json: no such file or folder.',
    );
    expect(() => catalogue.find(join(root, 'LICENSE'))).toThrow('expected JSON, got');
  });
});
