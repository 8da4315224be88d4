import { describe, expect, test } from 'vitest';
import { Pedal } from '../../src/pedal/pedal.ts';
import type { PedalSetup } from '../../src/pedal/setup.ts';
import { widthPolicies } from '../../src/pedal/width-policy.ts';
import { benchSetup, namedCosts } from './bench-pedal.ts';

/** Cycles of every block. */
const cyclesOf = (setup: PedalSetup): number[] => {
  const pedal = new Pedal(setup);
  const cycles: number[] = [];
  while (pedal.step()) cycles.push(pedal.record.cycles);
  return cycles;
};

const slots = [{ work: 'wide 6000' }];
const swap = { do: 'swap', slot: 0, work: 'narrow 2000', loadSeconds: 0 } as const;

describe('a change of width', () => {
  test('beside the audio takes effect at the first block after the prewarm', () => {
    const setup = benchSetup('serial', slots, {
      costs: namedCosts({ prewarmCycles: 15_000 }),
      besideClockHz: 1_000_000,
      events: [{ ...swap, atFrame: 5, place: 'beside' }],
    });
    // Asked with the block at 10,000; prewarmed at 25,000; so the block at 30,000 is the first.
    expect(cyclesOf(setup)).toEqual([6000, 6000, 6000, 2000, 2000, 2000]);
    const pedal = new Pedal(setup);
    while (pedal.step());
    expect(pedal.changes.logs[0]).toMatchObject({ askedBlock: 1, appliedBlock: 3, by: 'scenario' });
  });

  test('without a core beside, the idle time of the first core prewarms it', () => {
    const setup = benchSetup('serial', slots, {
      costs: namedCosts({ prewarmCycles: 7000 }),
      events: [{ ...swap, atFrame: 0, place: 'beside' }],
    });
    // 4,000 cycles are idle in each period.
    expect(cyclesOf(setup)).toEqual([6000, 6000, 2000, 2000, 2000, 2000]);
  });

  test('on the audio thread costs the block in which it happens', () => {
    const setup = benchSetup('serial', slots, {
      costs: namedCosts({ prewarmCycles: 9000 }),
      events: [{ ...swap, atFrame: 20, place: 'audio-thread' }],
    });
    expect(cyclesOf(setup)).toEqual([6000, 6000, 11_000, 2000, 2000, 2000]);
    const pedal = new Pedal(setup);
    const late: number[] = [];
    while (pedal.step()) if (pedal.record.late) late.push(pedal.record.index);
    expect(late).toEqual([2]);
  });

  test('a newer wish for the slot replaces one that is not ready', () => {
    const setup = benchSetup('serial', slots, {
      costs: namedCosts({ prewarmCycles: 15_000 }),
      besideClockHz: 1_000_000,
      events: [
        { ...swap, atFrame: 0, place: 'beside' },
        { ...swap, atFrame: 10, work: 'middle 4000', place: 'beside' },
      ],
    });
    expect(cyclesOf(setup)).toEqual([6000, 6000, 6000, 4000, 4000, 4000]);
  });
});

test('bypass takes a slot out of the block and its cost with it', () => {
  const setup = benchSetup('serial', [{ work: 'amp 3000' }, { work: 'ir 1000' }], {
    events: [
      { atFrame: 10, do: 'bypass', slot: 0, on: true },
      { atFrame: 30, do: 'bypass', slot: 0, on: false },
    ],
  });
  expect(cyclesOf(setup)).toEqual([4000, 1000, 1000, 4000, 4000, 4000]);
});

test('a new block size changes releases and deadlines from the next block on', () => {
  const setup = benchSetup('serial', slots, {
    events: [{ atFrame: 20, do: 'block', blockFrames: 20 }],
  });
  const pedal = new Pedal(setup);
  const seen: [number, number][] = [];
  while (pedal.step()) seen.push([pedal.record.release, pedal.record.due]);
  expect(seen).toEqual([
    [0, 10_000],
    [10_000, 20_000],
    [20_000, 40_000],
    [40_000, 60_000],
  ]);
});

test('half the clock doubles the time of the work', () => {
  const setup = benchSetup('serial', [{ work: 'amp 4000' }], {
    events: [{ atFrame: 30, do: 'clock', clockHz: 500_000 }],
  });
  const pedal = new Pedal(setup);
  const responses: number[] = [];
  while (pedal.step()) responses.push(pedal.record.finish - pedal.record.release);
  expect(responses).toEqual([4000, 4000, 4000, 8000, 8000, 8000]);
  expect(pedal.changes.logs[0]?.to).toBe('500 kHz');
});

describe('a governor of the width', () => {
  const settings = { upper: 0.8, lower: 0.5, windowBlocks: 2, holdBlocks: 4 };
  const governed = (): PedalSetup =>
    benchSetup('serial', [{ work: 'wide 7000' }], {
      frames: 300,
      besideClockHz: 1_000_000,
      events: [
        { atFrame: 50, do: 'clock', clockHz: 800_000 },
        { atFrame: 150, do: 'clock', clockHz: 1_000_000 },
      ],
      governor: {
        slot: 0,
        ladder: ['wide 7000', 'narrow 3000'],
        start: 0,
        policy: widthPolicies.threshold(settings),
        place: 'beside',
      },
    });

  test('slims when the load passes the limit and widens after the calm it waits for', () => {
    const pedal = new Pedal(governed());
    while (pedal.step());
    // 7,000 cycles at 0.8 MHz are a load of 0.875; the window of blocks 4 and 5 has a mean below 0.8.
    // Narrow, the load is 0.375, so it is wide again after four calm blocks, and so on.
    const [down, up, again] = pedal.changes.logs.filter((log) => log.by === 'governor');
    expect(down).toMatchObject({ to: 'narrow 3000', askedBlock: 7, appliedBlock: 8 });
    expect(up).toMatchObject({ to: 'wide 7000', askedBlock: 11, appliedBlock: 12 });
    expect(again).toMatchObject({ to: 'narrow 3000', askedBlock: 13, appliedBlock: 14 });
  });

  test('on the audio thread pays for the prewarm in the block that plays with the new width', () => {
    const onThread = (): PedalSetup => {
      const setup = governed();
      const governor = { ...(setup.governor ?? fail()), place: 'audio-thread' } as const;
      return { ...setup, costs: namedCosts({ prewarmCycles: 9000 }), governor };
    };
    const cycles = cyclesOf(onThread());
    // Asked for after block 7: block 8 builds the narrow network and plays with it.
    expect(cycles.slice(6, 11)).toEqual([7000, 7000, 12_000, 3000, 3000]);
    const pedal = new Pedal(onThread());
    while (pedal.step());
    const [down] = pedal.changes.logs.filter((log) => log.by === 'governor');
    expect(down).toMatchObject({ to: 'narrow 3000', askedBlock: 7, appliedBlock: 8 });
  });

  test('does not hunt when the hysteresis is wider than the step', () => {
    const calm = widthPolicies.threshold({ ...settings, lower: 0.3 });
    const setup = governed();
    const pedal = new Pedal({
      ...setup,
      governor: { ...(setup.governor ?? fail()), policy: calm },
    });
    while (pedal.step());
    expect(pedal.changes.logs.filter((log) => log.by === 'governor').length).toBe(1);
  });
});

const fail = (): never => {
  throw new Error('the setup has a governor');
};
