/** Runs that loops lengthen, checked against a walk of every trip. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, Template } from '../../src/kernel/template.ts';

import { type TouchedRun as Run, type Touched, touchedBy } from './touched.ts';

const slots = ['x', 'y'];
const depth = 3;

const isMovedBy = (nodes: readonly Node[], loop: number): boolean =>
  nodes.some((node) =>
    node.op === 'loop'
      ? node.trips > 0 && isMovedBy(node.body, loop)
      : 'at' in node && node.at.terms.some((term) => term.loop === loop),
  );

/** Touch by touch; trip by trip, but for loops that move nothing. */
const walked = (template: Template): Touched => {
  const runs: { -readonly [K in keyof Run]: Run[K] }[] = [];
  const accesses = slots.map(() => 0);
  const counters = new Map<number, number>();
  const walk = (nodes: readonly Node[], times: number): void => {
    for (const node of nodes) {
      if (node.op === 'loop') {
        const walkedTrips = isMovedBy(node.body, node.loop) ? node.trips : Math.min(1, node.trips);
        for (let i = 0; i < walkedTrips; i++) {
          counters.set(node.loop, i);
          walk(node.body, (times * node.trips) / walkedTrips);
        }
      } else if (node.op === 'load' || node.op === 'store') {
        const { slot, offset, terms } = node.at;
        const low = terms.reduce((at, t) => at + (counters.get(t.loop) ?? 0) * t.stride, offset);
        const high = low + (node.op === 'load' ? node.dst : node.src).length * node.lanes;
        const write = node.op === 'store';
        accesses[slot] = (accesses[slot] ?? 0) + times;
        const run = runs.findLast((r) => r.slot === slot && low >= r.low && low <= r.high + 16);
        if (run === undefined) runs.push({ slot, low, high, write });
        else {
          run.high = Math.max(run.high, high);
          run.write ||= write;
        }
      }
    }
  };
  walk(template.body, 1);
  return { runs, accesses };
};

const strides = fc.constantFrom(0, 1, 4, 8, 16, 20, 21, 40, 64, 100, -4, -40);

/** A memory instruction inside of so many loops. */
const access = (loops: number): fc.Arbitrary<Node> =>
  fc
    .record({
      store: fc.boolean(),
      slot: fc.nat(slots.length - 1),
      offset: fc.constantFrom(0, 4, 8, 30, 64, 80, 200, 400),
      lanes: fc.constantFrom(1, 4),
      moves: fc.array(strides, { minLength: loops, maxLength: loops }),
    })
    .map(({ store, slot, offset, lanes, moves }): Node => {
      const terms = moves.map((stride, loop) => ({ loop, stride })).filter((t) => t.stride !== 0);
      const at = { slot, offset, terms };
      return store
        ? { op: 'store', src: [0], at, lanes, form: 'plain' }
        : { op: 'load', dst: [0], at, lanes, form: 'plain' };
    });

const nodes = (loops: number): fc.Arbitrary<Node[]> => {
  const inner = access(loops);
  const loop = fc
    .record({ trips: fc.nat(6), body: fc.constant(loops).chain((l) => nodes(l + 1)) })
    .map(({ trips, body }): Node => ({ op: 'loop', loop: loops, trips, body }));
  return fc.array(loops < depth ? fc.oneof({ weight: 2, arbitrary: inner }, loop) : inner, {
    minLength: 1,
    maxLength: 4,
  });
};

/** Gives every loop a counter of its own; they were named by their depth. */
const named = (list: readonly Node[], outer: readonly number[], next: { loop: number }): Node[] =>
  list.map((node): Node => {
    if (node.op === 'loop') {
      const loop = next.loop++;
      return { ...node, loop, body: named(node.body, [...outer, loop], next) };
    }
    if (node.op !== 'load' && node.op !== 'store') return node;
    const terms = node.at.terms.map(({ loop, stride }) => ({ loop: outer[loop] ?? 0, stride }));
    return { ...node, at: { ...node.at, terms } };
  });

test('the runs of a loop nest are those of its trips one by one', () => {
  fc.assert(
    fc.property(nodes(0), (list) => {
      const next = { loop: 0 };
      const body = named(list, [], next);
      const template = { name: 'nest', slots, registerCount: 1, loopCount: next.loop, body };
      expect(touchedBy(template)).toEqual(walked(template));
    }),
    { numRuns: 1000, seed: 1 },
  );
});
