import QuickLRU from 'quick-lru';
import { expect, test } from 'vitest';
import { type Fragments, KernelBuilder } from '../../src/kernel/builder.ts';
import type { Template } from '../../src/kernel/template.ts';

/** So many registers, then a loop of code that is written once and one register more. */
const kernel = (
  trips: number,
  before: number,
  fragments: Fragments = new QuickLRU({ maxSize: 4 }),
): Template => {
  const b = new KernelBuilder();
  const slot = b.slot('data');
  b.registerList(before);
  b.loop(trips, (i) => {
    b.once(fragments, 'sum', () => {
      const x = b.load(b.at(slot, 0, i.times(4)), 4);
      b.loop(2, (j) => b.accumulate(x, x, b.load(b.at(slot, 1, j.times(1)), 4), 4));
    });
    b.store(b.register(), b.at(slot), 4);
  });
  return b.build('kernel');
};

test('what was written once is placed again with its registers and loops', () => {
  const fragments: Fragments = new QuickLRU({ maxSize: 4 });
  kernel(3, 1, fragments);
  expect(kernel(5, 1, fragments)).toEqual(kernel(5, 1));
  expect(fragments.size).toBe(1);
});

test('code that starts at another register is written again', () => {
  const fragments: Fragments = new QuickLRU({ maxSize: 4 });
  kernel(3, 1, fragments);
  expect(kernel(3, 2, fragments)).toEqual(kernel(3, 2));
  expect(fragments.size).toBe(2);
});
