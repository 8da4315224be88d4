import { expect, test } from 'vitest';
import { Dvfs, Thermal } from '../../src/pedal/clock-control.ts';
import { VirtualCore } from '../../src/pedal/core.ts';
import { Tail } from '../../src/pedal/costed-chain.ts';
import { BurstStream } from '../../src/pedal/disturbance.ts';
import { Pedal } from '../../src/pedal/pedal.ts';
import { Statistics } from '../../src/pedal/statistics.ts';
import { benchSetup, namedCosts } from './bench-pedal.ts';

const usb = {
  name: 'usb',
  kind: 'interrupt',
  core: 0,
  everyCycles: [5000, 50_000],
  lengthCycles: [100, 4000],
} as const;

const digestOf = (seed: number, work = 'amp 6000'): string => {
  const setup = benchSetup('serial', [{ work }], { bursts: [usb], seed, frames: 5000 });
  const pedal = new Pedal(setup);
  const statistics = new Statistics([0], 1);
  while (pedal.step()) statistics.add(pedal.record);
  return statistics.digest.hex();
};

test('the same seed gives the same run, another one another', () => {
  expect(digestOf(1)).toBe(digestOf(1));
  expect(digestOf(2)).not.toBe(digestOf(1));
});

test('this digest is the same on every host', () => {
  expect(digestOf(1)).toBe('99bbfe4948f7bea57b765fe7f2e868a3ff160609ca352a1675194569e2d87512');
});

test('bursts come at the same moments whatever the work is', () => {
  const startsOf = (work: string): number[] => {
    const stream = new BurstStream(usb, 7, 0);
    const starts: number[] = [];
    const setup = benchSetup('serial', [{ work }], { bursts: [usb], seed: 7, frames: 1000 });
    const pedal = new Pedal(setup);
    while (pedal.step()) {
      while (stream.start < pedal.record.finish) {
        starts.push(stream.start);
        stream.advance();
      }
    }
    return starts;
  };
  const [heavy, light] = [startsOf('amp 9000'), startsOf('amp 100')];
  expect(heavy.slice(0, 30)).toEqual(light.slice(0, 30));
});

test('memory bursts lengthen the waiting for memory, cache bursts bring the worst cost', () => {
  const run = (kind: 'memory' | 'cache'): number => {
    const setup = benchSetup('serial', [{ work: 'amp 4000' }], {
      frames: 10,
      costs: namedCosts({
        memoryCycles: 1000,
        cycles: { best: 3000, expected: 4000, worst: 7000 },
      }),
      bursts: [
        {
          name: 'other',
          kind,
          core: 'all',
          everyCycles: [100_000, 100_000],
          lengthCycles: [5000, 5000],
          firstAtCycle: 0,
          factor: 2.5,
        },
      ],
    });
    const pedal = new Pedal(setup);
    pedal.step();
    return pedal.record.cycles;
  };
  expect(run('memory')).toBe(5500);
  expect(run('cache')).toBe(7000);
});

test('rings that rewind together make the worst block', () => {
  const costs = namedCosts({
    periodic: [
      { everyBlocks: 2, cycles: 100 },
      { everyBlocks: 3, cycles: 1000 },
    ],
  });
  const pedal = new Pedal(benchSetup('serial', [{ work: 'amp 4000' }], { costs }));
  const cycles: number[] = [];
  while (pedal.step()) cycles.push(pedal.record.cycles);
  expect(cycles).toEqual([4000, 4100, 5000, 4100, 4000, 5100]);
});

test('rings that are staggered do not', () => {
  const costs = namedCosts({
    periodic: [
      { everyBlocks: 3, phase: 1, cycles: 100 },
      { everyBlocks: 3, phase: 2, cycles: 1000 },
    ],
  });
  const pedal = new Pedal(benchSetup('serial', [{ work: 'amp 4000' }], { costs }));
  const cycles: number[] = [];
  while (pedal.step()) cycles.push(pedal.record.cycles);
  expect(cycles).toEqual([4100, 5000, 4000, 4100, 5000, 4000]);
});

test('a tail decays into denormals, stays a while and costs more until it is gone', () => {
  const tail = new Tail(0.5);
  tail.advance(1, 10);
  expect(tail.isDenormal).toBe(false);
  tail.advance(0, 126);
  expect(tail.isDenormal).toBe(false);
  tail.advance(0, 1);
  expect(tail.isDenormal).toBe(true);
  tail.advance(0, 30);
  expect(tail.isDenormal).toBe(false);
});

test('a slow decay gets stuck among the denormals, as a float32 filter does', () => {
  const tail = new Tail(0.999);
  tail.advance(1, 1);
  for (let i = 0; i < 200; i += 1) tail.advance(0, 1000);
  expect(tail.isDenormal).toBe(true);
});

test('a network whose state is denormal costs more on a core that does not flush', () => {
  const setup = benchSetup('serial', [{ work: 'reverb 1000', tailDecayPerFrame: 0.5 }], {
    frames: 400,
    costs: namedCosts({ denormalCycles: 5000 }),
    level: (frame) => (frame === 0 ? 1 : 0),
  });
  const pedal = new Pedal(setup);
  const dear: number[] = [];
  while (pedal.step()) if (pedal.record.cycles === 6000) dear.push(pedal.record.index);
  // 2^-126 is passed in the 13th block of ten halvings; 2^-149 in the 15th.
  expect(dear).toEqual([13, 14]);
});

test('ondemand runs at the top above 80 % and ramps up over the time that it takes', () => {
  const dvfs = new Dvfs({
    governor: 'ondemand',
    minClockHz: 600,
    maxClockHz: 1600,
    rampSeconds: 0.1,
  });
  // A model has just been loaded: the core was busy.
  expect(dvfs.clockHz).toBe(1600);
  for (let i = 0; i < 20; i += 1) dvfs.update(0, 0.01);
  expect(dvfs.clockHz).toBe(600);
  dvfs.update(0.9, 0.01);
  expect(dvfs.clockHz).toBe(700);
  for (let i = 0; i < 20; i += 1) dvfs.update(0.9, 0.01);
  expect(dvfs.clockHz).toBe(1600);
  for (let i = 0; i < 20; i += 1) dvfs.update(0.5, 0.01);
  expect(dvfs.clockHz).toBe(1100);
});

test('a governor lets the clock rise of a pedal that is late in every second block and idle in between', () => {
  const dvfs = {
    ...({ governor: 'schedutil', minClockHz: 100_000, maxClockHz: 1_000_000 } as const),
    rampSeconds: 0.1,
  };
  const swap = { do: 'swap', slot: 0, work: 'amp 1300', place: 'beside', loadSeconds: 0 } as const;
  const setup = benchSetup('serial', [{ work: 'amp 500' }], {
    ...{ dvfs, stack: { kind: 'jack', periods: 2, slackSeconds: 0 }, frames: 6000 },
    events: [{ ...swap, atFrame: 2000 }],
  });
  const pedal = new Pedal(setup);
  const blocks: { clockHz: number; missed: boolean }[] = [];
  while (pedal.step()) {
    const { clockHz, late, lost } = pedal.record;
    blocks.push({ clockHz, missed: late || lost });
  }
  // Light work leaves the clock at the bottom, where the heavier work takes 13 of 10 milliseconds.
  expect(blocks[190]).toEqual({ clockHz: 100_000, missed: false });
  expect(blocks.slice(200, 220).some(({ missed }) => missed)).toBe(true);
  expect(blocks.slice(300).some(({ missed }) => missed)).toBe(false);
});

test('heat approaches its steady rise, throttles and lets go below the hysteresis', () => {
  const thermal = new Thermal({
    ambientCelsius: 30,
    riseCelsius: 60,
    timeConstantSeconds: 100,
    throttleCelsius: 80,
    throttledClockHz: 500,
    hysteresisCelsius: 5,
    topClockHz: 1000,
    otherCoresBusy: 0,
    startCelsius: 30,
  });
  // One time constant, then many: 63 % of the rise and nearly all of it.
  for (let i = 0; i < 10_000; i += 1) thermal.update(1, 1000, 0.01);
  expect(thermal.celsius).toBeCloseTo(30 + 60 * (1 - 1 / Math.E), 1);
  expect(thermal.limit(1000)).toBe(1000);
  for (let i = 0; i < 20_000; i += 1) thermal.update(1, 1000, 0.01);
  expect(thermal.throttled).toBe(true);
  expect(thermal.limit(1000)).toBe(500);
  // At half the clock the power is an eighth: it cools, and the full clock comes back at 75 degrees.
  while (thermal.throttled) thermal.update(1, 500, 0.01);
  expect(thermal.celsius).toBeLessThan(75);
  expect(thermal.celsius).toBeGreaterThan(74.9);
});

test.each([
  ['as long as its period', [1000, 1000], [1000, 1000]],
  ['longer than the run', [1000, 1000], [1e12, 1e12]],
  ['that comes at every cycle', [1, 1], [1, 1]],
] as const)('work that a burst %s leaves no time ends late, and at once', (_, every, length) => {
  const burst = {
    name: 'b',
    kind: 'interrupt',
    core: 0,
    everyCycles: every,
    lengthCycles: length,
  } as const;
  const core = new VirtualCore([new BurstStream(burst, 1, 0)]);
  const started = performance.now();
  // The first block may end before the first burst begins.
  core.run(0, 100);
  for (let block = 1; block < 1000; block += 1) {
    const finish = core.run(Math.max(block * 6000, core.freeAt), 100);
    expect(Number.isSafeInteger(Math.round(finish / 2 ** 10))).toBe(true);
    expect(finish - block * 6000).toBeGreaterThan(6000);
  }
  expect(performance.now() - started).toBeLessThan(2000);
});
