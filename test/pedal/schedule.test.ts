import { describe, expect, test } from 'vitest';
import { Pedal } from '../../src/pedal/pedal.ts';
import { causeIndex } from '../../src/pedal/record.ts';
import { benchSetup, rowsOf } from './bench-pedal.ts';

const row = (start: number, finish: number, response: number, xrun = false, lost = false) => ({
  start,
  finish,
  response,
  xrun,
  lost,
});

describe('a schedule worked out by hand: two cores, three slots and more, an interrupt burst', () => {
  // drive on core 0, then left amp on core 0 beside right amp on core 1, then the IR on core 0.
  const slots = [
    { work: 'drive 2000' },
    { work: 'left 4000', branch: 'left' },
    { work: 'right 5000', branch: 'right' },
    { work: 'ir 1000' },
  ];
  const burst = {
    name: 'usb',
    kind: 'interrupt',
    core: 1,
    everyCycles: [1_000_000, 1_000_000],
    lengthCycles: [4000, 4000],
    firstAtCycle: 13_000,
  } as const;

  test('parallel with a join: the late block delays the next, which just makes it', () => {
    expect(rowsOf(benchSetup('parallel', slots, { bursts: [burst] }))).toEqual([
      row(0, 8000, 8000),
      // The right amp runs 12,000 to 17,000 and loses 4,000: 21,000; the IR ends at 22,000.
      row(10_000, 22_000, 12_000, true),
      row(22_000, 30_000, 10_000),
      row(30_000, 38_000, 8000),
      row(40_000, 48_000, 8000),
      row(50_000, 58_000, 8000),
    ]);
  });

  test('the nodes of the late block lie where they were put', () => {
    const pedal = new Pedal(benchSetup('parallel', slots, { bursts: [burst] }));
    pedal.step();
    pedal.step();
    expect([...pedal.record.nodeStart]).toEqual([10_000, 12_000, 12_000, 21_000]);
    expect([...pedal.record.nodeFinish]).toEqual([12_000, 16_000, 21_000, 22_000]);
    expect(pedal.record.causes[causeIndex.interrupt]).toBe(4000);
    // Core 1 is the busiest: 5,000 of work and 4,000 taken away.
    expect(pedal.record.load).toBe(0.9);
  });

  test('serial: the same slots take 12,000 cycles of a 10,000-cycle period, so the queue grows', () => {
    expect(rowsOf(benchSetup('serial', slots, { frames: 80 }))).toEqual([
      row(0, 12_000, 12_000, true),
      row(12_000, 24_000, 14_000, true),
      row(24_000, 36_000, 16_000, true),
      row(36_000, 48_000, 18_000, true),
      // Ends with the release at 60,000, so that of 50,000 is lost: the interrupt was pending already.
      row(48_000, 60_000, 20_000, true),
      row(50_000, 50_000, 0, true, true),
      row(60_000, 72_000, 12_000, true),
      row(72_000, 84_000, 14_000, true),
    ]);
  });

  test('pipelined: each core has a period for its stage, and the audio comes a block later', () => {
    const stages = [{ work: 'first 9000' }, { work: 'second 8000' }];
    const setup = benchSetup('pipelined', stages, { frames: 30 });
    expect(setup.graph.latencyBlocks).toBe(1);
    expect(rowsOf(setup)).toEqual([
      row(0, 8000, 8000),
      row(10_000, 18_000, 8000),
      row(20_000, 28_000, 8000),
    ]);
  });

  test('pipelined: a stage that is late hands over late', () => {
    const stages = [{ work: 'first 9000' }, { work: 'second 8000' }];
    const late = { ...burst, core: 0, firstAtCycle: 5000 };
    // The first stage ends at 13,000, so the second starts its block then.
    expect(rowsOf(benchSetup('pipelined', stages, { frames: 40, bursts: [late] }))).toEqual([
      row(0, 8000, 8000),
      row(13_000, 21_000, 11_000, true),
      row(22_000, 30_000, 10_000),
      row(31_000, 39_000, 9000),
    ]);
  });
});

describe('deadlines are those of the audio stack', () => {
  const slots = [{ work: 'amp 6000' }];
  const burst = (firstAtCycle: number, length: number) =>
    ({
      name: 'wifi',
      kind: 'interrupt',
      core: 0,
      everyCycles: [1_000_000, 1_000_000],
      lengthCycles: [length, length],
      firstAtCycle,
    }) as const;

  test('three JACK periods let a block be late by nearly one period without an xrun', () => {
    const stack = { kind: 'jack', periods: 3, slackSeconds: 0.001 } as const;
    // Due 19,000 cycles after the release.
    expect(rowsOf(benchSetup('serial', slots, { stack, bursts: [burst(1000, 12_000)] }))).toEqual([
      row(0, 18_000, 18_000),
      row(18_000, 24_000, 14_000),
      row(24_000, 30_000, 10_000),
      row(30_000, 36_000, 6000),
      row(40_000, 46_000, 6000),
      row(50_000, 56_000, 6000),
    ]);
  });

  test('past the deadline JACK starts anew: what was released meanwhile is lost', () => {
    const stack = { kind: 'jack', periods: 2, slackSeconds: 0 } as const;
    expect(rowsOf(benchSetup('serial', slots, { stack, bursts: [burst(1000, 15_000)] }))).toEqual([
      row(0, 21_000, 21_000, true),
      row(10_000, 10_000, 0, true, true),
      row(20_000, 20_000, 0, true, true),
      row(30_000, 36_000, 6000),
      row(40_000, 46_000, 6000),
      row(50_000, 56_000, 6000),
    ]);
  });

  test('a burst that began before the block delays it by what is left of it', () => {
    const rows = rowsOf(benchSetup('serial', slots, { bursts: [burst(8000, 5000)], frames: 20 }));
    expect(rows[1]).toEqual(row(10_000, 19_000, 9000));
  });
});

test('a period that is no whole number of cycles never drifts', () => {
  const setup = benchSetup('serial', [{ work: 'amp 100' }], {
    clockHz: 1_000_003,
    sampleRateHz: 44_100,
    blockFrames: 64,
    frames: 44_100 * 100,
  });
  const pedal = new Pedal(setup);
  while (pedal.step()) {
    const exact = (BigInt(pedal.record.firstFrame) * 1_000_003n) / 44_100n;
    if (pedal.record.release !== Number(exact)) expect(pedal.record.release).toBe(Number(exact));
  }
  expect(pedal.record.index).toBe(68_906);
});

test('on one core the causes of a block add up to its response', () => {
  const setup = benchSetup('serial', [{ work: 'amp 3000' }, { work: 'ir 1000' }], {
    hostSeconds: 0.0005,
    reserveShare: 0.05,
    frames: 20_000,
    bursts: [
      {
        name: 'usb',
        kind: 'interrupt',
        core: 0,
        everyCycles: [3000, 70_000],
        lengthCycles: [100, 9000],
      },
      {
        name: 'ui',
        kind: 'graph',
        core: 0,
        everyCycles: [9000, 30_000],
        lengthCycles: [50, 500],
      },
    ],
  });
  const pedal = new Pedal(setup);
  let lateBlocks = 0;
  while (pedal.step()) {
    const { record } = pedal;
    if (record.late) lateBlocks += 1;
    const sum = record.causes.reduce((a, b) => a + b, 0);
    if (sum !== record.finish - record.release) expect(sum).toBe(record.finish - record.release);
  }
  expect(lateBlocks).toBeGreaterThan(10);
});
