/** What is added up for the rest of a loop is what executing the rest would give. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import type { Template } from '../../src/kernel/template.ts';
import { parametersOf } from '../../src/machine/pipeline/core-parameters.ts';
import { readTemplate } from '../../src/machine/pipeline/read-template.ts';
import { simulate } from '../../src/machine/pipeline/scoreboard.ts';
import { figure, roundCore } from './round-core.ts';

interface Shape {
  readonly loads: number;
  readonly chains: number;
  readonly length: number;
  readonly adds: number;
  readonly divides: number;
  readonly trips: number;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  loads: fc.integer({ min: 0, max: 3 }),
  chains: fc.integer({ min: 1, max: 4 }),
  length: fc.integer({ min: 1, max: 4 }),
  adds: fc.integer({ min: 0, max: 5 }),
  divides: fc.integer({ min: 0, max: 2 }),
  trips: fc.integer({ min: 8, max: 60 }),
});

/** One body run so many times: as a loop, or written out. */
const templateOf = (shape: Shape, written: boolean): Template => {
  const b = new KernelBuilder();
  const x = b.slot('x');
  const one = b.const(1, 4);
  const sums = Array.from({ length: shape.chains }, () => b.const(0, 4));
  const body = (): void => {
    const values = Array.from({ length: shape.loads }, (_, k) => b.load(b.at(x, 4 * k), 4));
    for (let k = 0; k < shape.length; k++) {
      for (const sum of sums) b.fma(values[k % shape.loads] ?? one, one, sum, 4, { into: sum });
    }
    for (let k = 0; k < shape.adds; k++) b.binary('add', one, one, 4);
    for (let k = 0; k < shape.divides; k++) b.binary('div', sums[0] ?? one, one, 4);
  };
  if (written) for (let i = 0; i < shape.trips; i++) body();
  else b.loop(shape.trips, body);
  return b.build(`settled ${JSON.stringify(shape)} ${written}`);
};

/** One that takes in what it cannot do yet: loops fill its queue for many iterations before they settle. */
const queued = roundCore('in-order', {
  issue: { width: figure(2), queueDepth: figure(12) },
  operations: {
    fp: { latency: figure(4), occupancy: figure(2), ports: ['fp'] },
    fma: { latency: figure(10), accumulate: figure(4) },
    load: { latency: figure(3), ports: ['load'] },
    store: { latency: figure(1), ports: ['store'] },
    int: { latency: figure(1), ports: ['int'] },
  },
});

test.each([
  ['a plain core', roundCore('in-order')],
  ['a core with a queue', queued],
])(
  'on %s in order a loop costs what its instructions without a loop do, to the cycle',
  (_, core) => {
    const parameters = parametersOf(core).expected;
    const cyclesOf = (shape: Shape, written: boolean): number =>
      simulate(readTemplate(templateOf(shape, written)).prepared, parameters).cycles;
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(cyclesOf(shape, false)).toBe(cyclesOf(shape, true));
      }),
      { seed: 5, numRuns: 100 },
    );
  },
);
