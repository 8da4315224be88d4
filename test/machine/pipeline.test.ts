import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import type { Template } from '../../src/kernel/template.ts';
import { CoreError } from '../../src/machine/pipeline/core-error.ts';
import { timeTemplate } from '../../src/machine/pipeline/pipeline.ts';
import { exactly, type Range } from '../../src/units/range.ts';
import { figure, roundCore } from './round-core.ts';

let names = 0;
const template = (write: (b: KernelBuilder) => void): Template => {
  const b = new KernelBuilder();
  write(b);
  return b.build(`test ${names++}`);
};

const sumOfCauses = (t: ReturnType<typeof timeTemplate>): number =>
  Object.values(t.causes).reduce((a, b) => a + b, 0);

/** `count` additions that depend on nothing. */
const additions = (count: number): Template =>
  template((b) => {
    const a = b.const(1, 4);
    b.loop(count, () => {
      b.binary('add', a, a, 4);
    });
  });

/** `length` multiply-adds into each of `chains` accumulators. */
const chains = (length: number, count: number): Template =>
  template((b) => {
    const a = b.const(1, 4);
    const sums = Array.from({ length: count }, () => b.const(0, 4));
    b.loop(length, () => {
      for (const sum of sums) b.fma(a, a, sum, 4, { into: sum });
    });
  });

test('independent additions issue one a cycle on a single-issue core', () => {
  // The constant takes cycle 0, the first addition waits for it until cycle 4.
  expect(timeTemplate(additions(100), roundCore('in-order')).cycles.expected).toBe(104);
});

test('a chain of additions takes its latency each', () => {
  const chain = template((b) => {
    const a = b.const(1, 4);
    const x = b.const(1, 4);
    b.loop(100, () => {
      b.binary('add', x, a, 4, { into: x });
    });
  });
  expect(timeTemplate(chain, roundCore('in-order')).cycles.expected).toBeCloseTo(400, -1);
});

test('a chain of multiply-adds takes the forwarding latency, not the full one', () => {
  const time = timeTemplate(chains(500, 1), roundCore('in-order')).cycles.expected;
  expect(time / 500).toBeCloseTo(4, 1);
});

test('as many chains as the forwarding latency fill the unit', () => {
  const time = timeTemplate(chains(500, 4), roundCore('in-order')).cycles.expected;
  expect(time / 2000).toBeCloseTo(1, 1);
});

test('an operation that holds its port twice as long halves the rate', () => {
  const slow = roundCore('in-order', {
    operations: {
      ...roundCore('in-order').operations,
      fp: { latency: figure(4), ports: ['fp'], occupancy: figure(2) },
    },
  });
  expect(timeTemplate(additions(100), slow).cycles.expected).toBeCloseTo(202, -1);
});

test('two kinds issue together where the width allows it, and apart where a rule forbids it', () => {
  const mixed = template((b) => {
    const x = b.slot('x');
    const a = b.const(1, 4);
    b.loop(100, () => {
      b.load(b.at(x), 4);
      b.binary('add', a, a, 4);
    });
  });
  const wide = roundCore('in-order', { issue: { width: figure(2) } });
  const apart = roundCore('in-order', {
    issue: { width: figure(2), pairing: { never: [['load.q', 'fp']], source: 'round number' } },
  });
  expect(timeTemplate(mixed, wide).cycles.expected).toBeCloseTo(100, -1);
  expect(timeTemplate(mixed, apart).cycles.expected).toBeCloseTo(200, -1);
});

test('a gap rule keeps a load away from the multiply-add before it', () => {
  const mixed = template((b) => {
    const x = b.slot('x');
    const a = b.const(1, 4);
    b.loop(100, () => {
      b.load(b.at(x), 4);
      b.fma(a, a, b.const(0, 4), 4);
    });
  });
  const gap = roundCore('in-order', {
    issue: { gaps: [{ after: 'fma', before: 'load', cycles: figure(6) }] },
  });
  const free = timeTemplate(mixed, roundCore('in-order')).cycles.expected;
  const kept = timeTemplate(mixed, gap).cycles.expected;
  // load, const, multiply-add: 3 cycles; then 6 from the multiply-add to the next load.
  expect(free).toBeCloseTo(300, -1);
  expect(kept).toBeCloseTo(800, -1);
});

test('a floating-point queue lets the rest go on', () => {
  const mixed = template((b) => {
    const a = b.const(1, 4);
    const x = b.const(1, 4);
    // Bursts of one unit, then of the other: the queue of 8 holds a burst.
    b.loop(20, () => {
      for (let i = 0; i < 5; i++) b.binary('add', x, a, 4, { into: x });
      b.cost('int', 10);
    });
  });
  const queued = roundCore('in-order', { issue: { queueDepth: figure(8) } });
  const plain = timeTemplate(mixed, roundCore('in-order')).cycles.expected;
  const decoupled = timeTemplate(mixed, queued).cycles.expected;
  // In order: 16 cycles until the fifth addition issues, then 10 integers. Queued: the chain alone.
  expect(Math.abs(plain - 20 * 27)).toBeLessThan(8);
  expect(Math.abs(decoupled - 20 * 20)).toBeLessThan(8);
});

test('an out-of-order core hides a chain behind independent work as far as its window reaches', () => {
  const mixed = template((b) => {
    const a = b.const(1, 4);
    const x = b.const(1, 4);
    b.loop(200, () => {
      b.binary('add', x, a, 4, { into: x });
      b.cost('int', 3);
    });
  });
  // Four instructions an iteration: dispatched in one cycle, the chain takes four.
  const core = roundCore('out-of-order', { ports: { int: figure(3) } });
  expect(timeTemplate(mixed, core).cycles.expected / 200).toBeLessThanOrEqual(4.1);
});

test('a reorder window of one instruction makes every latency show', () => {
  const narrow = roundCore('out-of-order', { issue: { window: figure(1) } });
  expect(timeTemplate(additions(100), narrow).cycles.expected).toBeGreaterThanOrEqual(400);
  expect(timeTemplate(additions(100), roundCore('out-of-order')).cycles.expected).toBeLessThan(110);
});

test('the window limits how many chains overlap', () => {
  const body = template((b) => {
    const x = b.slot('x');
    b.loop(200, () => {
      let v = b.load(b.at(x), 4);
      for (let i = 0; i < 15; i++) v = b.binary('add', v, v, 4);
    });
  });
  const time = (window: number): number =>
    timeTemplate(body, roundCore('out-of-order', { issue: { window: figure(window) } })).cycles
      .expected;
  // A load and fifteen additions: 3 + 15 x 4 cycles one after another; 15 cycles of the port at least.
  expect(time(1) / 200).toBe(63);
  expect(time(16)).toBeLessThan(time(1));
  expect(time(32)).toBeLessThan(time(16));
  expect(time(1024) / 200).toBeCloseTo(15, 0);
});

test('a load waits for the store before it to the same address, and not for another one', () => {
  const body = (offset: number): Template =>
    template((b) => {
      const z = b.slot('z');
      b.loop(1000, () => {
        const v = b.load(b.at(z, offset), 4);
        const w = b.binary('add', v, v, 4);
        b.store(w, b.at(z), 4);
      });
    });
  const core = roundCore('out-of-order');
  const same = timeTemplate(body(0), core).cycles.expected / 1000;
  const other = timeTemplate(body(64), core).cycles.expected / 1000;
  expect(same).toBeCloseTo(4 + 5, 0);
  expect(other).toBeLessThan(2);
});

test('addresses that move on with the loop do not meet', () => {
  const moving = template((b) => {
    const z = b.slot('z');
    b.loop(100, (i) => {
      const v = b.load(b.at(z, 4, i.times(4)), 4);
      b.store(b.binary('add', v, v, 4), b.at(z, 0, i.times(4)), 4);
    });
  });
  expect(timeTemplate(moving, roundCore('out-of-order')).cycles.expected / 100).toBeLessThan(2);
});

test('mispredicted branches cost their penalty times their share', () => {
  const body = (mispredict: Range): Template =>
    template((b) => {
      b.loop(100, () => {
        b.cost('branch', 1, { mispredict });
      });
    });
  const core = roundCore('in-order');
  const time = (share: number): number => timeTemplate(body(exactly(share)), core).cycles.expected;
  expect(time(0.5) - time(0)).toBeCloseTo(500, 6);
  const { cycles } = timeTemplate(body({ best: 0, expected: 0.1, worst: 0.5 }), core);
  expect(cycles.expected - cycles.best).toBeCloseTo(100, 6);
  expect(cycles.worst - cycles.expected).toBeCloseTo(400, 6);
});

test('a loop longer than the predictor foresees costs one misprediction', () => {
  const core = roundCore('in-order', { branches: { predictedTrips: figure(50) } });
  expect(timeTemplate(additions(100), core).causes.mispredict).toBe(10);
  expect(timeTemplate(additions(50), core).causes.mispredict).toBe(0);
});

test('the causes add up to the expected cycles', () => {
  const body = template((b) => {
    const x = b.slot('x');
    const sum = b.const(0, 4);
    b.loop(37, (i) => {
      const v = b.load(b.at(x, 0, i.times(4)), 4);
      b.fma(v, v, sum, 4, { into: sum });
      b.call('tanhf', sum);
      b.cost('int', 3, { chained: true });
      b.cost('branch', 1, { mispredict: exactly(0.1) });
    });
  });
  for (const order of ['in-order', 'out-of-order'] as const) {
    const time = timeTemplate(body, roundCore(order));
    expect(sumOfCauses(time)).toBeCloseTo(time.cycles.expected, 6);
    expect(time.causes.calls).toBeGreaterThan(0);
    expect(time.calls).toBe(37);
  }
});

test('adding up settled iterations gives what executing them gives', () => {
  // A body of 7 instructions on 4-wide dispatch repeats only after several iterations.
  const body = (trips: number): Template =>
    template((b) => {
      const x = b.slot('x');
      const sums = Array.from({ length: 3 }, () => b.const(0, 4));
      b.loop(trips, (i) => {
        const v = b.load(b.at(x, 0, i.times(4)), 4);
        for (const sum of sums) b.fma(v, v, sum, 4, { into: sum });
        b.cost('int', 2);
        b.cost('branch');
      });
    });
  for (const order of ['in-order', 'out-of-order'] as const) {
    const core = roundCore(order);
    const time = (trips: number): number => timeTemplate(body(trips), core).cycles.expected;
    const perIteration = (time(4000) - time(2000)) / 2000;
    expect(time(6000) - time(4000)).toBeCloseTo(perIteration * 2000, 6);
  }
});

test('a template wider than the core is refused by name', () => {
  const wide = template((b) => {
    b.const(0, 8);
  });
  expect(() => timeTemplate(wide, roundCore('in-order'))).toThrow(CoreError);
  expect(() => timeTemplate(wide, roundCore('in-order'))).toThrow(/at most 4 lanes/);
});

/** So many integers, the last a branch that is taken, over and over. */
const straight = (length: number): Template =>
  template((b) => {
    b.loop(200, () => {
      b.cost('int', length - 1);
      b.cost('branch');
    });
  });

const wideCore = (changes: Parameters<typeof roundCore>[1] = {}) =>
  roundCore('out-of-order', { ports: { int: figure(8) }, ...changes });

test('a taken branch ends the group that is fetched, out of order', () => {
  const perTrip = (length: number): number =>
    timeTemplate(straight(length), wideCore()).cycles.expected / 200;
  expect(perTrip(4)).toBeCloseTo(1, 1);
  // The fifth instruction of four a cycle is alone in its cycle.
  expect(perTrip(5)).toBeCloseTo(2, 1);
});

test('targets of more branches than are at hand take their time', () => {
  const many = template((b) => {
    b.loop(50, () => {
      b.cost('int', 120);
      b.cost('branch', 40, { taken: 1 });
    });
  });
  const time = (near: number): number =>
    timeTemplate(many, wideCore({ branches: { nearBranches: figure(near), farCycles: figure(3) } }))
      .cycles.expected / 2000;
  expect(time(64)).toBeLessThan(2);
  // Stretches of more than twelve instructions take a little longer.
  expect(time(16)).toBeGreaterThanOrEqual(3);
  expect(time(16)).toBeLessThan(3.5);
});

test('a wrong guess costs the time until it is found out, and its penalty', () => {
  const body = (share: number): Template =>
    template((b) => {
      const x = b.slot('x');
      b.loop(100, (i) => {
        const v = b.load(b.at(x, 0, i.times(1)), 1);
        b.cost('branch', 1, { mispredict: exactly(share), on: v });
      });
    });
  const core = wideCore({ branches: { mispredictCycles: figure(20) } });
  const time = (share: number): number => timeTemplate(body(share), core).cycles.expected / 100;
  // From dispatch: three cycles of the load, one of the branch, twenty to begin anew.
  expect(time(1)).toBeCloseTo(24, 0);
  expect(time(0.25)).toBeCloseTo(6.5, 0);
});

test('a loop of more branches than the history holds ends with a surprise, out of order', () => {
  const time = (history: number): number =>
    timeTemplate(straight(4), wideCore({ branches: { historyBranches: figure(history) } })).cycles
      .expected;
  expect(time(100) - time(200)).toBeGreaterThanOrEqual(10);
});

test('a load that no single store covers waits longer', () => {
  const body = (lanes: 1 | 4): Template =>
    template((b) => {
      const z = b.slot('z');
      b.loop(200, () => {
        const v = b.load(b.at(z), 4);
        for (let i = 0; i < 4 / lanes; i++) b.store(v, b.at(z, i * lanes), lanes);
      });
    });
  const core = wideCore({ partlyStoredCycles: figure(30), ports: { store: figure(4) } });
  const whole = timeTemplate(body(4), core).cycles.expected / 200;
  const partly = timeTemplate(body(1), core).cycles.expected / 200;
  expect(partly - whole).toBeGreaterThan(20);
});
