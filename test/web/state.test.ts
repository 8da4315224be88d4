import fc from 'fast-check';
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { guessedShare } from '../../src/web/audio/measures.ts';
import { badgeOf } from '../../src/web/badge.ts';
import { engineIds } from '../../src/web/engine-ids.ts';
import { firstRig } from '../../src/web/rig-document.ts';
import { sentenceOf } from '../../src/web/sentence.ts';
import {
  addressOf,
  deviceKinds,
  initialState,
  sortOrders,
  stateOf,
  tabs,
} from '../../src/web/state.ts';

const models = ['a2', 'slim-8'];

test('an address brings back what the page was set to', () => {
  const states = fc.record({
    model: fc.constantFrom(...models),
    device: fc.constantFrom(null, 'mod-dwarf', 'pi-4'),
    width: fc.constantFrom(null, 'lite', 'ch:16/8'),
    tab: fc.constantFrom(...tabs),
    engine: fc.constantFrom('auto', 'nam-core'),
    blockFrames: fc.constantFrom(null, 16, 128),
    clockHz: fc.constantFrom(null, 600_000_000),
    copies: fc.constantFrom(null, 1, 3),
    kinds: fc.subarray([...deviceKinds], { minLength: 1 }),
    only: fc.constantFrom('all', 'fits', 'sure'),
    search: fc.string(),
    sort: fc.constantFrom(...sortOrders),
    rig: fc.constantFrom(null, JSON.stringify(firstRig('pi-4', 'a2', 'lite'))),
  });
  fc.assert(
    fc.property(states, (state) => {
      expect(stateOf(`#${addressOf(state)}`, models)).toEqual(state);
    }),
  );
});

test('the start has an empty address, and words that mean nothing open the start', () => {
  expect(addressOf(initialState)).toBe('');
  expect(
    stateOf('#model=nobody&tab=x&block=-3&clock=NaN&kinds=..&sort=%00&rig={}', models),
  ).toEqual(initialState);
});

test('the page names every engine', () => {
  expect([...engineIds].sort()).toEqual(engines.map(({ id }) => id).sort());
});

test('a badge escapes what it is given', () => {
  expect(badgeOf('runs on <x> & "y"', 'lite')).toContain(
    'runs on &lt;x&gt; &amp; &quot;y&quot;: lite',
  );
});

test('a blind test says how often who only guesses does as well', () => {
  expect(guessedShare(0, 7)).toBe(1);
  expect(guessedShare(10, 10)).toBeCloseTo(1 / 1024, 12);
  // 1 + 10 + 45 + 120 of 1,024.
  expect(guessedShare(7, 10)).toBeCloseTo(176 / 1024, 12);
});

test('the sentence counts what surely runs on how many pedals, then what probably does', () => {
  const row = (device: string, label: string, copies: number, verdict: string, sure: boolean) =>
    ({ device, copies, verdict, sure, width: { label } }) as never;
  const rows = [
    row('a', 'lite', 1, 'fits', true),
    row('a', 'lite', 2, 'fits', true),
    row('b', 'lite', 1, 'fits', true),
    row('b', 'lite', 2, 'fits', false),
    row('a', 'full', 1, 'fits', false),
    row('b', 'full', 1, 'over', true),
  ];
  expect(sentenceOf(rows, [1, 2], 'pedals')).toBe(
    'Lite surely runs on 2 of 2 pedals, twice on 1; full on none. Probably also: lite twice on 1; full on 1.',
  );
});
