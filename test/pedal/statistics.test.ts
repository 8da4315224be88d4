import { expect, test } from 'vitest';
import { combineDigests, Digest } from '../../src/pedal/digest.ts';
import { Histogram } from '../../src/pedal/histogram.ts';
import { Pedal } from '../../src/pedal/pedal.ts';
import { distributionOf, Statistics } from '../../src/pedal/statistics.ts';
import { decodeBlock, encodeBlock, headerBytes, traceHeader } from '../../src/pedal/trace.ts';
import { Random } from '../../src/units/random.ts';
import { benchSetup } from './bench-pedal.ts';

test('quantiles are by nearest rank and exact for few different values', () => {
  const histogram = new Histogram();
  for (let i = 100; i >= 1; i -= 1) histogram.add(i);
  expect(histogram.quantiles([0.5, 0.95, 0.99, 1])).toEqual([50, 95, 99, 100]);
  expect(histogram.mean).toBe(50.5);
  expect(histogram.max).toBe(100);
});

test('with very many different values quantiles are at most a 2,048th low, and say so', () => {
  const histogram = new Histogram();
  const values = new Float64Array(200_000);
  const random = new Random(3);
  for (let i = 0; i < values.length; i += 1) {
    values[i] = 1 + random.unit() * 1e6;
    histogram.add(values[i]!);
  }
  values.sort();
  expect(histogram.exact).toBe(false);
  const at = [0.001, 0.5, 0.95, 0.99, 0.999];
  histogram.quantiles(at).forEach((got, i) => {
    const want = values[Math.ceil(at[i]! * values.length) - 1]!;
    expect(got).toBeLessThanOrEqual(want);
    expect(got).toBeGreaterThan(want * (1 - 1 / 2048));
  });
});

test('a digest sees every value and its place', () => {
  const hash = (values: readonly number[]): string => {
    const digest = new Digest();
    for (const value of values) digest.add(value);
    return digest.hex();
  };
  const all = [hash([1, 2, 3]), hash([1, 3, 2]), hash([1, 2]), hash([1, 2, 4]), hash([2 ** 40, 2])];
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((text) => /^[0-9a-f]{64}$/.test(text))).toBe(true);
});

test('digests combine to the same whatever their order', () => {
  const parts = ['a', 'b', 'c'].map((id) => ({ id, digest: `${id}0` }));
  expect(combineDigests(parts)).toBe(combineDigests([...parts].reverse()));
  expect(combineDigests(parts)).not.toBe(combineDigests(parts.slice(1)));
});

test('the worst block is the one whose response took the largest share of its time', () => {
  const setup = benchSetup('serial', [{ work: 'amp 4000' }], {
    frames: 1000,
    bursts: [
      {
        name: 'usb',
        kind: 'interrupt',
        core: 0,
        everyCycles: [1_000_000, 1_000_000],
        lengthCycles: [3000, 3000],
        firstAtCycle: 501_000,
      },
    ],
  });
  const pedal = new Pedal(setup);
  const statistics = new Statistics([0], 1);
  while (pedal.step()) statistics.add(pedal.record);
  expect(statistics.worst?.index).toBe(50);
  expect(statistics.worst?.finish).toBe(507_000);
  expect(statistics.worstBefore.length).toBe(8);
  expect(statistics.worstAfter.length).toBe(8);
  expect(distributionOf(statistics.load)).toMatchObject({ p50: 0.4, p99: 0.4, max: 0.7 });
});

test('a trace gives every block back as it was', () => {
  const setup = benchSetup('pipelined', [{ work: 'first 9000' }, { work: 'second 12000' }], {
    frames: 100,
  });
  const header = traceHeader(setup.graph, ['first', 'second'], setup.clockHz, setup.sampleRateHz);
  const pedal = new Pedal(setup);
  const view = new DataView(new ArrayBuffer(header.wordsPerRecord * 4));
  let seen = 0;
  while (pedal.step()) {
    encodeBlock(pedal.record, view, 0);
    const block = decodeBlock(header, view, 0);
    const { release, start, finish, due, late, lost } = pedal.record;
    expect(block).toMatchObject({ release, start, finish, due, late, lost });
    expect(block.nodes.map((node) => node.finish)).toEqual([...pedal.record.nodeFinish]);
    seen += 1;
  }
  expect(seen).toBe(10);
  const line = new TextDecoder().decode(headerBytes(header));
  expect(line.endsWith('\n')).toBe(true);
  expect(JSON.parse(line)).toEqual(header);
});
