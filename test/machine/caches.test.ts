import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import type { Lowered, Reference, Ring } from '../../src/kernel/lowered.ts';
import type { Template } from '../../src/kernel/template.ts';
import { costOf } from '../../src/machine/cost-of.ts';
import { LruCache } from '../../src/machine/memory/lru-cache.ts';
import type { CacheLevel, MemorySystem } from '../../src/machine/memory/memory-system.ts';
import { reuseOf } from '../../src/machine/memory/reuse.ts';
import { exactly } from '../../src/units/range.ts';
import { roundCore } from './round-core.ts';
import { touchedBy } from './touched.ts';

const level = (name: string, sizeBytes: number, latency: number): CacheLevel => ({
  name,
  sizeBytes,
  lineBytes: 64,
  ways: 4,
  latencyCycles: exactly(latency),
  sharedBy: 1,
});

const hierarchy = (l1: number, l2: number): MemorySystem => ({
  dataCaches: [level('l1', l1, 3), level('l2', l2, 13)],
  instructionCache: null,
  memory: {
    name: 'dram',
    latencyNanoseconds: exactly(100),
    bandwidthBytesPerSecond: exactly(1e12),
  },
  regions: [],
  placement: null,
  prefetch: null,
});

/** Reads `floats` floats one after the other. */
const reader = (name: string, floats: number): Template => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  b.loop(floats / 4, (i) => {
    b.load(b.at(x, 0, i.times(4)), 4);
  });
  return b.build(name);
};

const program = (
  template: Template,
  floats: number,
  changes: Partial<Lowered> = {},
  reference: Reference = { buffer: 0, offset: 0 },
): Lowered => ({
  engine: 'test',
  target: { isa: 'aarch64', lanes: 4 },
  blockFrames: 16,
  buffers: [{ name: 'x', floats, region: 'weights' }],
  rings: [],
  input: 0,
  output: 0,
  steps: [{ step: 'kernel', layer: 'a', kind: 'read', perBlock: 1, template, slots: [reference] }],
  codeBytes: 256,
  ...changes,
});

const memoryOf = (cost: ReturnType<typeof costOf>): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (const step of cost.steps) {
    for (const [name, cycles] of Object.entries(step.memory)) sum[name] = (sum[name] ?? 0) + cycles;
  }
  return sum;
};

const core = roundCore('in-order');
const options = { clockHz: 1e9 };

test('a cache keeps the lines used last, set by set', () => {
  // Two sets of two ways: even lines share a set.
  const cache = new LruCache({ sizeBytes: 256, lineBytes: 64, ways: 2 });
  expect([0, 2, 0, 4, 0, 2].map((line) => cache.touch(line))).toEqual([
    false,
    false,
    true,
    false,
    true,
    false,
  ]);
  expect(cache.touch(1)).toBe(false);
  expect(cache.touch(0)).toBe(true);
});

test('touches are runs in the order of first touch, with stores marked', () => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  const y = b.slot('y');
  b.loop(8, (i) => {
    const v = b.load(b.at(x, 100, i.times(4)), 4);
    b.store(v, b.at(y, 0, i.times(4)), 4);
  });
  const { runs, accesses } = touchedBy(b.build('touch'));
  expect(runs).toEqual([
    { slot: 0, low: 100, high: 132, write: false },
    { slot: 1, low: 0, high: 32, write: true },
  ]);
  expect(accesses).toEqual([8, 8]);
});

test('a loop that does not move the addresses counts its accesses all the same', () => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  b.loop(10, () => {
    b.load(b.at(x), 4);
  });
  expect(touchedBy(b.build('still'))).toEqual({
    runs: [{ slot: 0, low: 0, high: 4, write: false }],
    accesses: [10],
  });
});

test('what fits the first level costs nothing in the steady state', () => {
  const cost = costOf(program(reader('read 256', 256), 256), core, hierarchy(4096, 65536), options);
  expect(memoryOf(cost)).toEqual({});
  expect(cost.placement).toBe('l1');
});

test('a cyclic walk over more than the first level misses every line, and the second serves it', () => {
  // 8 KiB through 4 KiB of LRU: 128 lines, 10 cycles each beyond a hit.
  const lowered = program(reader('read 2048', 2048), 2048);
  const cost = costOf(lowered, core, hierarchy(4096, 65536), options);
  expect(memoryOf(cost)).toEqual({ l2: 128 * 10 });
  expect(cost.placement).toBe('l2');
});

test('what fits no cache comes from memory, in the clock of the core', () => {
  const lowered = program(reader('read 32768', 32768), 32768);
  const at = (clockHz: number): number =>
    memoryOf(costOf(lowered, core, hierarchy(4096, 65536), { clockHz })).dram ?? 0;
  expect(at(1e9)).toBeCloseTo(2048 * 97, 6);
  expect(at(2e9)).toBeGreaterThan(1.9 * at(1e9));
});

test('a prefetcher hides the lines of a run after the first two', () => {
  const lowered = program(reader('read 2048 ahead', 2048), 2048);
  const memory: MemorySystem = {
    ...hierarchy(4096, 65536),
    prefetch: { streams: 4, visibleShare: exactly(0) },
  };
  expect(memoryOf(costOf(lowered, core, memory, options))).toEqual({ l2: 20 });
});

test('two copies that fit alone and not together cost more than twice one', () => {
  const lowered = program(reader('read 768', 768), 768);
  const memory = hierarchy(4096, 65536);
  const one = costOf(lowered, core, memory, options).total.expected;
  const two = costOf(lowered, core, memory, { ...options, copies: 2 }).total.expected;
  expect(two).toBeGreaterThan(2 * one + 500);
});

test('a ring that moves on touches new lines until it is rewound', () => {
  const ring: Ring = {
    name: 'r',
    buffer: 0,
    channels: 4,
    layout: 'interleaved',
    columns: 4096,
    lookback: 16,
    policy: { kind: 'linear', start: 16 },
  };
  const template = reader('read block', 64);
  const reference: Reference = { buffer: 0, offset: 0, ring: { id: 0, delay: 0 } };
  const steps: Lowered['steps'] = [
    {
      step: 'ring',
      action: 'rewind',
      ring: 0,
      layer: 'a',
      kind: 'ring',
      perBlock: 0.004,
      templates: [],
    },
    { step: 'kernel', layer: 'a', kind: 'read', perBlock: 1, template, slots: [reference] },
    {
      step: 'ring',
      action: 'advance',
      ring: 0,
      layer: 'a',
      kind: 'ring',
      perBlock: 1,
      templates: [],
    },
  ];
  const moving = program(template, 16384, { rings: [ring], steps });
  const still = program(template, 16384);
  expect(memoryOf(costOf(still, core, hierarchy(4096, 1 << 20), options))).toEqual({});
  // 64 new floats a block are four lines: the ring of 64 KiB comes back to them after 255 blocks.
  const held = memoryOf(costOf(moving, core, hierarchy(4096, 1 << 20), options));
  expect(held.l2).toBeCloseTo(4 * 10, 6);
  expect(held.dram).toBeUndefined();
  const dropped = memoryOf(costOf(moving, core, hierarchy(4096, 8192), options));
  expect(dropped.dram).toBeGreaterThan(3 * 97);
});

test('a tap far back comes to lines of as many blocks ago as the position has moved since', () => {
  const ring: Ring = {
    name: 'history',
    buffer: 0,
    channels: 1,
    layout: 'interleaved',
    columns: 4096,
    lookback: 1024,
    policy: { kind: 'mirrored', start: 0, period: 4096 },
  };
  const template = reader('read taps', 64);
  const place = { layer: 'a', kind: 'read', perBlock: 1 };
  const tap = (delay: number): Lowered['steps'][number] => {
    const reference = { buffer: 0, offset: 0, ring: { id: 0, delay } };
    return { step: 'kernel', ...place, template, slots: [reference] };
  };
  const advance = { step: 'ring', action: 'advance', ring: 0, ...place, templates: [] } as const;
  const agesBehind = (...delays: number[]): number[] => {
    const steps = [...delays.map(tap), advance];
    const lowered = program(template, 4096, { blockFrames: 64, rings: [ring], steps });
    return [...reuseOf(lowered, 64, 0b111, 0).ages];
  };
  // New lines were touched a round ago: 64 blocks, less the 16 that the farthest tap came later.
  expect(agesBehind(1024, 0)).toEqual([16, 48]);
  expect(agesBehind(1024, 512, 0)).toEqual([8, 48]);
  expect(agesBehind(1024, 832, 256, 0)).toEqual([3, 4, 9, 48]);
});

test('a ring that is rewound in every block stays where it is', () => {
  const ring: Ring = {
    name: 'history',
    buffer: 0,
    channels: 1,
    layout: 'interleaved',
    columns: 128,
    lookback: 64,
    policy: { kind: 'linear', start: 64 },
  };
  const template = reader('read rewound', 64);
  const place = { layer: 'a', kind: 'read', perBlock: 1 };
  const copied = [64, 0].map((offset) => ({ template, times: 1, slots: [{ buffer: 0, offset }] }));
  const tap = (delay: number): Lowered['steps'][number] => {
    const reference = { buffer: 0, offset: 0, ring: { id: 0, delay } };
    return { step: 'kernel', ...place, template, slots: [reference] };
  };
  const steps: Lowered['steps'] = [
    { step: 'ring', action: 'rewind', ring: 0, ...place, templates: copied },
    tap(64),
    tap(0),
    { step: 'ring', action: 'advance', ring: 0, ...place, templates: [] },
  ];
  const lowered = program(template, 128, { blockFrames: 64, rings: [ring], steps });
  const { workingSet, ages } = reuseOf(lowered, 64, 0b111, 0);
  // Its eight lines, whatever the number of blocks: those looked back at, and those of the block.
  expect([1, 2, 100].map((blocks) => workingSet.lines(blocks))).toEqual([8, 8, 8]);
  // What is copied was written in the block before, and all of it is read again in this one.
  expect([...ages]).toEqual([0, 1]);
});

const board = (waits: number, cached: boolean): MemorySystem => ({
  dataCaches: cached ? [level('l1', 4096, 2)] : [],
  instructionCache: { ...level('xip', 1024, 1), lineBytes: 16, ways: 2 },
  memory: null,
  regions: [
    { name: 'tcm', sizeBytes: 65536, waitCycles: exactly(0), cached: false },
    { name: 'sram', sizeBytes: 262144, waitCycles: exactly(waits), cached },
    { name: 'flash', sizeBytes: 1 << 20, waitCycles: exactly(20), cached: true },
  ],
  placement: { weights: 'sram', history: 'sram', scratch: 'tcm', code: 'tcm' },
  prefetch: null,
});

test('a region without a cache makes every access wait', () => {
  const lowered = program(reader('read 512', 512), 512);
  expect(memoryOf(costOf(lowered, core, board(3, false), options))).toEqual({ sram: 128 * 3 });
  expect(memoryOf(costOf(lowered, core, board(0, false), options))).toEqual({});
});

test('a cached region costs its misses only, and tightly coupled memory nothing', () => {
  const lowered = program(reader('read 512 cached', 512), 512);
  expect(memoryOf(costOf(lowered, core, board(12, true), options))).toEqual({});
  const large = program(reader('read 4096 cached', 4096), 4096);
  expect(memoryOf(costOf(large, core, board(12, true), options))).toEqual({ sram: 256 * 12 });
  const placement = { weights: 'tcm', history: 'tcm', scratch: 'tcm', code: 'tcm' };
  const inTcm = { ...board(12, true), placement };
  expect(memoryOf(costOf(large, core, inTcm, options))).toEqual({});
});

test('code in flash waits where it does not fit the instruction cache', () => {
  const placement = { weights: 'tcm', history: 'tcm', scratch: 'tcm', code: 'flash' };
  const memory = { ...board(0, true), placement };
  const template = reader('read 512 flash', 512);
  const small = program(template, 512, { codeBytes: 512 });
  const large = program(template, 512, { codeBytes: 4096 });
  expect(memoryOf(costOf(small, core, memory, options))).toEqual({});
  expect(memoryOf(costOf(large, core, memory, options))).toEqual({ flash: (4096 / 16) * 20 });
  // At worst something else has used the instruction cache meanwhile.
  const { expected, worst } = costOf(small, core, memory, options).total;
  expect(worst - expected).toBeCloseTo((512 / 16) * 20, 6);
});

test('the steps add up to the total, and best <= expected <= worst', () => {
  const lowered = program(reader('read 2048 sum', 2048), 2048);
  const cost = costOf(lowered, core, hierarchy(4096, 65536), { ...options, copies: 2 });
  for (const end of ['best', 'expected', 'worst'] as const) {
    expect(cost.steps.reduce((sum, step) => sum + step.cycles[end], 0)).toBe(cost.total[end]);
  }
  for (const { cycles } of cost.steps) {
    expect(cycles.best).toBeLessThanOrEqual(cycles.expected);
    expect(cycles.expected).toBeLessThanOrEqual(cycles.worst);
  }
});
