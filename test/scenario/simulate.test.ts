import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/study/simulate/run-result.ts';
import { simulate } from '../../src/study/simulate/simulate.ts';
import { jobOf, projectLibrary } from './library.ts';

const library = projectLibrary();
const run = (
  scenario: Record<string, unknown>,
  onAudio?: (block: Float32Array) => void,
): RunResult =>
  simulate(jobOf({ durationSeconds: 0.5, disturbances: false, ...scenario }), library, { onAudio });

const amp = { model: 'a2', width: 'lite', engine: 'planar-neon' };
const sum = (result: RunResult): number =>
  result.slots.reduce((total, slot) => total + slot.cyclesPerBlock.expected, 0);

describe('slots that share', () => {
  const once = run({ device: 'mod-dwarf', slots: [amp] });
  const twice = run({ device: 'mod-dwarf', slots: [amp, amp] });
  const apart = run({ device: 'mod-dwarf', chain: 'parallel', slots: [amp, amp] });

  test('alone, sharing costs nothing', () => {
    expect(once.slots[0]?.sharingCyclesPerBlock).toBe(0);
  });

  test('two copies on one core whose data leave the cache cost more than twice one', () => {
    expect(sum(twice)).toBeGreaterThan(2 * sum(once));
    expect(twice.slots.every((slot) => slot.sharingCyclesPerBlock > 0)).toBe(true);
    expect(twice.slots[0]?.aloneCyclesPerBlock.expected).toBe(
      once.slots[0]?.aloneCyclesPerBlock.expected,
    );
  });

  test('on two cores with a shared second level each costs more than alone', () => {
    for (const slot of apart.slots) expect(slot.sharingCyclesPerBlock).toBeGreaterThan(0);
    expect(apart.slots.map((slot) => slot.cores)).toEqual([[0], [1]]);
    expect(apart.load.max).toBeLessThan(twice.load.max);
  });

  test('where everything is tightly coupled, two copies cost exactly twice one', () => {
    const m7 = { model: 'a1-nano', engine: 'nam-core' };
    const device = { device: 'teensy-4.1', blockFrames: 64 };
    const [one, two] = [run({ ...device, slots: [m7] }), run({ ...device, slots: [m7, m7] })];
    expect(two.slots.map((slot) => slot.sharingCyclesPerBlock)).toEqual([0, 0]);
    expect(sum(two)).toBe(2 * sum(one));
  });
});

test('without disturbances the mean load is cycles over budget', () => {
  const result = run({ device: 'mod-dwarf', slots: [{ cyclesPerSample: 5000 }] });
  // 1.296 GHz: (128 / 48,000 - 30 us) x 95 % of it are left for slots.
  const budget = (128 / 48_000 - 30e-6) * 0.95 * 1.296e9;
  expect(result.load.mean).toBeCloseTo((5000 * 128) / budget, 6);
  expect(result.load.max).toBe(result.load.p50);
  expect(result.headroom).toBe(1 - result.load.max);
});

test('a pipelined model costs each core about a part, and a block of latency', () => {
  const slots = [{ ...amp, splitAfterLayers: 11 }];
  const pipelined = run({ device: 'mod-dwarf', chain: 'pipelined', slots });
  const serial = run({ device: 'mod-dwarf', slots: [amp] });
  expect(pipelined.slots[0]?.cores).toEqual([0, 1]);
  expect(pipelined.load.max).toBeLessThan(0.7 * serial.load.max);
  expect(pipelined.latencySeconds).toBeCloseTo(serial.latencySeconds + 128 / 48_000, 12);
});

test('a truncated impulse costs less, and a partitioned one less than a direct one', () => {
  const cost = (ir: Record<string, unknown>): number =>
    sum(run({ device: 'pi-4', slots: [{ ir }] }));
  const direct = { method: 'direct' };
  expect(cost({ taps: 2048, truncateTaps: 512, ...direct })).toBe(cost({ taps: 512, ...direct }));
  expect(cost({ taps: 512, ...direct })).toBeLessThan(cost({ taps: 1024, ...direct }) * 0.6);
  expect(cost({ taps: 2048, method: 'partitioned' })).toBeLessThan(cost({ taps: 2048, ...direct }));
});

test('denormals cost where the device does not flush', () => {
  const scenario = {
    device: 'mod-dwarf',
    durationSeconds: 4,
    audio: { signal: 'tail' },
    slots: [{ cyclesPerSample: 100, denormalCyclesPerSample: 1000, tailSeconds: 0.05 }],
  };
  const flushed = run({ ...scenario, flushDenormals: true });
  const not = run({ ...scenario, flushDenormals: false });
  expect(flushed.load.max).toBe(flushed.load.p50);
  expect(not.load.max).toBeCloseTo(11 * flushed.load.max, 6);
  expect(not.worstBlock?.causes).toContainEqual({ cause: 'denormals', cycles: 128_000 });
});

describe('impulse responses', () => {
  const ir = (taps: number, more: Record<string, unknown> = {}, device = 'pi-5'): RunResult =>
    run({ device, blockFrames: 64, durationSeconds: 2, slots: [{ ir: { taps, ...more } }] });

  test('go through the convolver of the device where the slot names none', () => {
    const [plugin, mod] = [ir(2048), ir(2048, {}, 'mod-dwarf')];
    expect(plugin.slots[0]).toMatchObject({ convolver: 'audiodsptools', engine: null });
    expect(plugin.load.convolver).toBe('audiodsptools');
    expect(mod.slots[0]?.convolver).toBe('fftconvolver');
    expect(ir(2048, { convolver: 'nam-core' }).slots[0]?.what).toBe('2048 taps, nam-core');
  });

  test('AudioDSPTools plays 8,192 taps of a longer one and says so', () => {
    const [long, longest] = [ir(12_000), ir(8192)];
    expect(long.slots[0]?.cyclesPerSample).toBe(longest.slots[0]?.cyclesPerSample);
    expect(long.warnings.join()).toMatch(
      /12000 taps, of which AudioDSPTools, direct plays the first 8192/,
    );
    expect(longest.warnings).toEqual([]);
    expect(ir(12_000, { convolver: 'fftconvolver' }).warnings).toEqual([]);
  });

  test('bursts stand in the percentiles and not in the median', () => {
    const { load } = ir(8192, { convolver: 'audiodsptools-fft' });
    expect(load.p99).toBeGreaterThan(4 * load.mean);
    expect(load.p50).toBeLessThan(load.mean);
    const direct = ir(4096).load;
    expect(direct.p99).toBeLessThan(1.02 * direct.mean);
  });

  test('a method is the choice of our own convolver only', () => {
    expect(() => ir(64, { convolver: 'nam-core', method: 'direct' })).toThrow(/"method" only with/);
    expect(ir(64, { method: 'direct' }).slots[0]?.convolver).toBe('pedalbench');
  });
});

describe('the sound', () => {
  const soundOf = (scenario: Record<string, unknown>): Float32Array => {
    const blocks: Float32Array[] = [];
    run(scenario, (block) => blocks.push(block.slice()));
    return Float32Array.from(blocks.flatMap((block) => [...block]));
  };
  const peak = (sound: Float32Array): number => sound.reduce((m, x) => Math.max(m, Math.abs(x)), 0);

  test('is that of the chain, and bypass lets the input through', () => {
    const dry = soundOf({ device: 'pi-4', slots: [{ cyclesPerSample: 1 }] });
    const bypassed = soundOf({ device: 'pi-4', slots: [{ ...amp, bypassed: true }] });
    const wet = soundOf({ device: 'pi-4', slots: [amp] });
    expect(peak(dry)).toBeGreaterThan(0.1);
    expect(bypassed).toEqual(dry);
    expect(wet).not.toEqual(dry);
  });

  test('of late blocks is silence under JACK and an old block under DMA', () => {
    const slots = [{ cyclesPerSample: 1e6 }];
    const audio = { signal: 'noise' };
    expect(peak(soundOf({ device: 'mod-dwarf', slots, audio }))).toBe(0);
    const dma = soundOf({ device: 'daisy-seed', slots, audio });
    // Nothing was ever ready, so the halves still hold the silence of the start.
    expect(peak(dma)).toBe(0);
    const once = soundOf({
      device: 'daisy-seed',
      slots: [{ cyclesPerSample: 10 }],
      audio,
      disturbances: {
        add: [
          {
            name: 'flash write',
            kind: 'interrupt',
            everySeconds: 100,
            durationSeconds: 0.0012,
            firstAtSeconds: 0.1,
          },
        ],
      },
    });
    // The block at 0.1 s is late: its place holds the block before last.
    expect(once.slice(4800, 4848)).toEqual(once.slice(4800 - 96, 4848 - 96));
    expect(once.slice(0, 48)).not.toEqual(once.slice(48, 96));
  });

  test('of a run does not change its cycles', () => {
    const scenario = { device: 'pi-4', slots: [amp], disturbances: true };
    expect(run(scenario, () => {}).digest).toBe(run(scenario).digest);
  });
});
