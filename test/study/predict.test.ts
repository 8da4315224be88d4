import { describe, expect, test } from 'vitest';
import type { ChipProfile, DeviceProfile } from '../../src/device/profile.ts';
import { engines } from '../../src/engine/registry.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';
import { predict } from '../../src/study/predict/predict.ts';
import { allDevices, chipOf, coreOf, device, model, rowOf, rowsOf } from './predict-fixtures.ts';

/** A device with parts of its chip replaced. */
const changed = (id: string, change: (chip: ChipProfile) => ChipProfile): DeviceProfile => ({
  ...device(id),
  chip: change(chipOf(id)),
});

const atClock = (id: string, clockHz: number): DeviceProfile =>
  changed(id, (chip) => ({
    ...chip,
    clusters: chip.clusters.map((c) => ({
      ...c,
      clockHz: { value: clockHz, kind: 'estimate', source: 'a test' },
    })),
  }));

const a53 = { engine: 'planar-neon', width: 'lite' } as const;
const m7 = { engine: 't3k-embedded', width: 'lite' } as const;

describe('rows', () => {
  test('there is one for every combination, in a stated order', () => {
    const rows = rowsOf('a2', ['pi-4', 'mooer-gs1000'], {
      engine: 'planar-neon',
      blockFrames: [16, 64],
      copies: [1, 2],
    });
    expect(rows.map((r) => `${r.width.label} ${r.device} ${r.blockFrames} ${r.copies}`)).toEqual(
      ['lite', 'full'].flatMap((w) =>
        ['pi-4', 'mooer-gs1000'].flatMap((d) =>
          [16, 64].flatMap((b) => [1, 2].map((c) => `${w} ${d} ${b} ${c}`)),
        ),
      ),
    );
  });

  test('load is cycles over budget, headroom what is left of it', () => {
    const row = rowOf('a2', 'pi-4', a53);
    const cycles = row.cyclesPerSample?.expected ?? 0;
    expect(row.load?.expected).toBeCloseTo(cycles / (row.budgetCyclesPerSample ?? 0), 12);
    expect(row.headroom).toBeCloseTo(1 - (row.load?.expected ?? 0), 12);
  });

  test('the budget is the period less what the host needs, less its reserve', () => {
    const row = rowOf('a2', 'pi-4', { ...a53, blockFrames: [64] });
    const { host, clusters } = chipOf('pi-4');
    const clock = clusters[0]?.clockHz.value ?? 0;
    const seconds = 64 / 48_000 - host.secondsPerBlock.value;
    const budget = (seconds * clock * (1 - host.reserveShare.value)) / 64;
    expect(row.budgetCyclesPerSample).toBeCloseTo(budget, 9);
  });

  test('best <= expected <= worst, in cycles and in load, on every device', () => {
    for (const row of rowsOf('a2', allDevices(), { width: 'lite' })) {
      for (const range of [row.cyclesPerSample, row.load]) {
        if (range === null) continue;
        expect(range.best, row.device).toBeLessThanOrEqual(range.expected);
        expect(range.expected, row.device).toBeLessThanOrEqual(range.worst);
      }
    }
  });

  test('the instruction mix adds up to the instructions', () => {
    // The second one calls functions, whose jumps are branches no more.
    for (const row of [
      rowOf('a2', 'pi-4', a53),
      rowOf('a1-nano', 'pi-4', { ...a53, width: 'full' }),
    ]) {
      const sum = Object.values(row.instructionMix ?? {}).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(row.instructionsPerSample ?? 0, 6);
      expect(sum).toBeGreaterThan(500);
    }
  });

  test('are the same with a new memory, and in another order of devices', () => {
    const request = {
      models: [model('a2')],
      engines,
      coreOf,
      copies: [1, 2],
      width: 'lite',
    } as const;
    const devices = ['pi-4', 'darkglass-anagram', 'daisy-seed'].map(device);
    const one = predict({ ...request, devices }, new CostCache()).rows;
    const two = predict({ ...request, devices: [...devices].reverse() }, new CostCache()).rows;
    const byDevice = (id: string) => (r: { device: string }) => r.device === id;
    for (const { id } of devices) {
      expect(JSON.stringify(two.filter(byDevice(id)))).toBe(
        JSON.stringify(one.filter(byDevice(id))),
      );
    }
  });
});

describe('physics', () => {
  test('a faster clock never raises the load', () => {
    const loads = [600e6, 900e6, 1200e6, 1800e6].map(
      (hz) => rowOf('a2', atClock('pi-3b-plus', hz), a53).load?.expected ?? 0,
    );
    expect(loads).toEqual([...loads].sort((a, b) => b - a));
  });

  test('on tightly coupled memory two copies cost exactly twice one', () => {
    const one = rowOf('a2', 'teensy-4.1', { ...m7, copies: [1] });
    const two = rowOf('a2', 'teensy-4.1', { ...m7, copies: [2] });
    expect(two.cyclesPerSample?.expected).toBeCloseTo(2 * (one.cyclesPerSample?.expected ?? 0), 6);
  });

  test('two copies that leave the second-level cache together cost more than twice one', () => {
    const on = { engine: 'planar-neon', width: 'full' } as const;
    const one = rowOf('a2', 'class-a53-1500', { ...on, copies: [1] }).cyclesPerSample?.expected;
    const two = rowOf('a2', 'class-a53-1500', { ...on, copies: [2] }).cyclesPerSample?.expected;
    expect(two).toBeGreaterThan(2.2 * (one ?? 0));
  });

  test('copies on two cores with a shared cache cost no less than one alone, and less than two', () => {
    const one = rowOf('a2', 'pi-4', { ...a53, copies: [1] }).cyclesPerSample?.expected ?? 0;
    const both = rowOf('a2', 'pi-4', { ...a53, copies: [2], parallel: true });
    expect(both.cores).toBe(2);
    expect(both.cyclesPerSample?.expected).toBeGreaterThanOrEqual(one);
    expect(both.cyclesPerSample?.expected).toBeLessThan(2 * one);
  });

  test('smaller blocks leave a smaller share to models', () => {
    const budgets = [16, 64, 256].map(
      (n) => rowOf('a2', 'pi-4', { ...a53, blockFrames: [n] }).budgetCyclesPerSample ?? 0,
    );
    expect(budgets).toEqual([...budgets].sort((a, b) => a - b));
  });

  test('a larger reserve and a slower memory never lower the load', () => {
    const plain = rowOf('a2', 'mod-dwarf', a53).load?.expected ?? 0;
    const reserved = changed('mod-dwarf', (chip) => ({
      ...chip,
      host: {
        ...chip.host,
        reserveShare: { value: 0.4, kind: 'estimate', source: 'a test' },
      },
    }));
    const slow = changed('mod-dwarf', (chip) => ({
      ...chip,
      memory: {
        ...chip.memory,
        dram: {
          name: 'dram',
          latencyNanoseconds: { value: 500, kind: 'estimate', source: 'a test' },
          bandwidthBytesPerSecond: { value: 4e8, kind: 'estimate', source: 'a test' },
        },
      },
    }));
    expect(rowOf('a2', reserved, a53).load?.expected).toBeGreaterThan(plain);
    expect(rowOf('a2', slow, a53).load?.expected).toBeGreaterThanOrEqual(plain);
  });
});

describe('memory of a microcontroller', () => {
  test('the default placement is that of the measured firmware', () => {
    const row = rowOf('a2', 'daisy-seed', m7);
    expect(row.reasons.join(' ')).toMatch(/Weights lie in dtcm, history in axi-sram, code in itcm/);
  });

  test('history in SDRAM costs more than in internal memory', () => {
    const inside = rowOf('a2', 'daisy-seed', m7).cyclesPerSample?.expected ?? 0;
    const outside = rowOf('a2', 'daisy-seed', { ...m7, placement: { history: 'sdram' } });
    expect(outside.cyclesPerSample?.expected).toBeGreaterThan(inside);
  });

  test('what has no room will not load, and the reason says how much is missing', () => {
    const row = rowOf('a2', 'daisy-seed', { ...m7, copies: [2], placement: { history: 'dtcm' } });
    expect(row.verdict).toBe('wont-load');
    expect(row.reasons.join(' ')).toMatch(/history needs \d+ KB; dtcm has \d+(\.\d)? KB left/);
  });

  test('what does not fit its usual place goes further out, and the reason says so', () => {
    const row = rowOf('a2', 'daisy-seed', { ...m7, copies: [8] });
    expect(row.verdict).not.toBe('wont-load');
    expect(row.reasons.join(' ')).toMatch(/history needs .* which axi-sram has no room for/);
  });

  test('a place that is not there is refused by name', () => {
    expect(() => rowOf('a2', 'daisy-seed', { ...m7, placement: { history: 'dram' } })).toThrow(
      'placement of history: expected one of dtcm, itcm, axi-sram, sram-d2, sdram, flash, qspi-flash, got "dram".',
    );
    expect(() => rowOf('a2', 'pi-4', { ...a53, placement: { history: 'l2' } })).toThrow(
      'there is nothing to place',
    );
  });
});

describe('engines', () => {
  test('one that refuses a shape is passed over with its reason', () => {
    const rows = rowsOf('a1-nano', ['pi-4'], { engine: 'planar-neon', copies: [1] });
    expect(rows).toHaveLength(1);
    expect(rows[0]?.engine).not.toBe('planar-neon');
    expect(rows[0]?.reasons.join(' ')).toMatch(/planar-neon: /);
  });

  test('with all, the others are listed with the reason and the fallback', () => {
    const { rows, skipped } = predict({
      models: [model('a2')],
      devices: [device('daisy-seed')],
      engines,
      coreOf,
      engine: 'all',
      width: 'lite',
    });
    expect(rows.map((r) => r.engine)).toContain('t3k-embedded');
    expect(rows.length + skipped.length).toBe(engines.length);
    const planar = skipped.find((s) => s.engine === 'planar-neon');
    expect(planar?.reason).toMatch(/\w{4}/);
  });

  test('an unknown one is refused with the nearest names', () => {
    expect(() => rowsOf('a2', ['pi-4'], { engine: 'planar-noen' })).toThrow(
      'engine `planar-noen`: unknown. Did you mean `planar-neon`?',
    );
  });
});

describe('a pipeline over two cores', () => {
  test('needs two of them', () => {
    const row = rowOf('a2', 'daisy-seed', { ...m7, splitAfterLayers: 14 });
    expect(row.verdict).toBe('unknown');
    expect(row.reasons).toEqual(['A pipeline needs two audio cores; this device has one.']);
  });

  test('costs the slower core, no less than half, and a block of latency', () => {
    const whole = rowOf('a2', 'pi-4', a53).cyclesPerSample?.expected ?? 0;
    const split = rowOf('a2', 'pi-4', { ...a53, splitAfterLayers: 12 });
    expect(split.cores).toBe(2);
    expect(split.addedLatencyBlocks).toBe(1);
    expect(split.cyclesPerSample?.expected).toBeGreaterThan(0.45 * whole);
    expect(split.cyclesPerSample?.expected).toBeLessThan(0.75 * whole);
  });

  test('a split that the network does not have is refused', () => {
    expect(() => rowOf('a2', 'pi-4', { ...a53, splitAfterLayers: 23 })).toThrow(
      'split: expected a whole number of layers from 1 to 22, got 23.',
    );
  });
});
