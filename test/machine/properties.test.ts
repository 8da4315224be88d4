import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import type { Lowered } from '../../src/kernel/lowered.ts';
import type { Template } from '../../src/kernel/template.ts';
import { costOf } from '../../src/machine/cost-of.ts';
import type { MemorySystem } from '../../src/machine/memory/memory-system.ts';
import type { CoreProfile } from '../../src/machine/pipeline/core-profile.ts';
import { timeTemplate } from '../../src/machine/pipeline/pipeline.ts';
import { exactly } from '../../src/units/range.ts';
import { figure, roundCore } from './round-core.ts';

interface Shape {
  readonly loads: number;
  readonly chains: number;
  readonly length: number;
  readonly adds: number;
  readonly ints: number;
  readonly trips: number;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  loads: fc.integer({ min: 0, max: 4 }),
  chains: fc.integer({ min: 1, max: 4 }),
  length: fc.integer({ min: 1, max: 6 }),
  adds: fc.integer({ min: 0, max: 4 }),
  ints: fc.integer({ min: 0, max: 5 }),
  trips: fc.integer({ min: 1, max: 40 }),
});

let names = 0;
const templateOf = (shape: Shape): Template => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  const y = b.slot('y');
  const one = b.const(1, 4);
  const sums = Array.from({ length: shape.chains }, () => b.const(0, 4));
  b.loop(shape.trips, (i) => {
    const values = Array.from({ length: shape.loads }, (_, k) =>
      b.load(b.at(x, 4 * k, i.times(4 * shape.loads)), 4),
    );
    for (let k = 0; k < shape.length; k++) {
      for (const sum of sums) b.fma(values[k % shape.loads] ?? one, one, sum, 4, { into: sum });
    }
    for (let k = 0; k < shape.adds; k++) b.binary('add', one, one, 4);
    b.cost('int', shape.ints);
    b.cost('branch');
  });
  for (const [k, sum] of sums.entries()) b.store(sum, b.at(y, 4 * k), 4);
  return b.build(`property ${names++}`);
};

const time = (template: Template, core: CoreProfile): number =>
  timeTemplate(template, core).cycles.expected;

/** A greedy schedule may lose a few cycles to an unlucky order; never more than this share. */
const anomaly = 1.02;
const slack = 4;
const notLess = (costlier: number, cheaper: number): void => {
  expect(costlier * anomaly + slack).toBeGreaterThanOrEqual(cheaper);
};

const orders = ['in-order', 'out-of-order'] as const;

test('a longer latency never lowers the cost', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.constantFrom(...orders),
      fc.integer({ min: 1, max: 8 }),
      (s, order, n) => {
        const template = templateOf(s);
        const { operations } = roundCore(order);
        const slow = roundCore(order, {
          operations: {
            ...operations,
            load: { latency: figure(3 + n), ports: ['load'] },
            fma: { latency: figure(10 + n), accumulate: figure(4 + n) },
          },
        });
        notLess(time(template, slow), time(template, roundCore(order)));
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

test('a wider core, a deeper window or more ports never raise the cost', () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom(...orders), (s, order) => {
      const template = templateOf(s);
      const plain = time(template, roundCore(order));
      const width = order === 'in-order' ? 2 : 8;
      notLess(plain, time(template, roundCore(order, { issue: { width: figure(width) } })));
      notLess(plain, time(template, roundCore(order, { issue: { window: figure(256) } })));
      const ports = { fp: figure(2), load: figure(2), store: figure(1), int: figure(2) };
      notLess(plain, time(template, roundCore(order, { ports })));
    }),
    { numRuns: 60, seed: 2 },
  );
});

test('out of order is never costlier than in order at the same width', () => {
  fc.assert(
    fc.property(shapes, (s) => {
      const template = templateOf(s);
      const inOrder = roundCore('in-order', { issue: { width: figure(4) } });
      notLess(time(template, inOrder), time(template, roundCore('out-of-order')));
    }),
    { numRuns: 60, seed: 3 },
  );
});

test('no schedule beats its ports: multiply-adds take a cycle each on one unit', () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom(...orders), (s, order) => {
      const cycles = time(templateOf(s), roundCore(order));
      const busy = s.trips * (s.length * s.chains + s.adds);
      expect(cycles).toBeGreaterThanOrEqual(busy - 1e-9);
    }),
    { numRuns: 60, seed: 4 },
  );
});

test('an interval makes best <= expected <= worst', () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom(...orders), (s, order) => {
      const { operations } = roundCore(order);
      const core = roundCore(order, {
        operations: {
          ...operations,
          fma: { latency: figure(10, 5, 15), occupancy: figure(2, 1, 4) },
        },
      });
      const { best, expected, worst } = timeTemplate(templateOf(s), core).cycles;
      expect(best).toBeLessThanOrEqual(expected);
      expect(expected).toBeLessThanOrEqual(worst);
    }),
    { numRuns: 60, seed: 5 },
  );
});

const memory = (l1Bytes: number): MemorySystem => ({
  dataCaches: [
    {
      name: 'l1',
      sizeBytes: l1Bytes,
      lineBytes: 64,
      ways: 4,
      latencyCycles: exactly(3),
      sharedBy: 1,
    },
  ],
  instructionCache: null,
  memory: {
    name: 'dram',
    latencyNanoseconds: exactly(100),
    bandwidthBytesPerSecond: exactly(1e10),
  },
  regions: [],
  placement: null,
  prefetch: null,
});

const walk = (floats: number): Lowered => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  b.loop(floats / 4, (i) => {
    b.load(b.at(x, 0, i.times(4)), 4);
  });
  return {
    engine: 'test',
    target: { isa: 'aarch64', lanes: 4 },
    blockFrames: 16,
    buffers: [{ name: 'x', floats, region: 'weights' }],
    rings: [],
    input: 0,
    output: 0,
    steps: [
      {
        step: 'kernel',
        layer: 'a',
        kind: 'read',
        perBlock: 1,
        template: b.build(`walk ${names++}`),
        slots: [{ buffer: 0, offset: 0 }],
      },
    ],
    codeBytes: 64,
  };
};

test('a larger cache never raises the cost, and a faster clock only makes memory costlier in cycles', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 2048 }), fc.integer({ min: 6, max: 12 }), (n, log) => {
      const lowered = walk(n * 4);
      const core = roundCore('in-order');
      const cost = (bytes: number, clockHz: number): number =>
        costOf(lowered, core, memory(bytes), { clockHz }).total.expected;
      const bytes = 4 * 2 ** log;
      expect(cost(bytes * 2, 1e9)).toBeLessThanOrEqual(cost(bytes, 1e9));
      expect(cost(bytes, 2e9)).toBeGreaterThanOrEqual(cost(bytes, 1e9));
      expect(cost(bytes, 2e9) / 2e9).toBeLessThanOrEqual(cost(bytes, 1e9) / 1e9);
    }),
    { numRuns: 40, seed: 6 },
  );
});
