/** In which order the page works its table out. */
import { expect, test } from 'vitest';
import { pageDevices } from '../../src/web/devices.ts';
import { passesOf } from '../../src/web/passes.ts';
import { added, firstRig, movedLeft, rigOf } from '../../src/web/rig-document.ts';

const widths = (...labels: string[]) => ({ widths: labels.map((label) => ({ label })) }) as never;
const products = pageDevices.filter(({ kind }) => kind === 'product').map(({ id }) => id);

test('what the sentence speaks of comes first: products, at the widths that it names', () => {
  const passes = passesOf(widths('a', 'b', 'c', 'd', 'e'), pageDevices);
  const at = passes.findIndex(({ speaks }) => speaks);
  expect(passes.slice(0, at + 1).map(({ width }) => width)).toEqual(['a', 'e']);
  expect(passes.slice(0, at + 1).every(({ devices }) => devices.length === products.length)).toBe(
    true,
  );
});

test.each([
  ['few widths', widths('lite', 'full')],
  ['many', widths('a', 'b', 'c', 'd', 'e')],
  ['two of one label', widths('a', 'a', 'c', 'd', 'e')],
])('every pedal is asked for every width once: %s', (_, model) => {
  const { length } = (model as { widths: readonly unknown[] }).widths;
  const asked = new Map<string, number>();
  for (const { devices, width } of passesOf(model, pageDevices)) {
    for (const id of devices) asked.set(id, (asked.get(id) ?? 0) + (width === 'all' ? length : 1));
  }
  expect([...asked.keys()].sort()).toEqual(pageDevices.map(({ id }) => id).sort());
  expect(new Set(asked.values())).toEqual(new Set([length]));
});

test('without products the sentence is of all that is shown', () => {
  const boards = pageDevices.filter(({ kind }) => kind === 'board');
  const [only, ...none] = passesOf(widths('lite', 'full'), boards);
  expect(none).toEqual([]);
  expect(only?.speaks).toBe(true);
  expect(only?.devices.length).toBe(boards.length);
});

test('a rig that was opened keeps what the page does not edit, and no two slots have one name', () => {
  const rig = rigOf('{"device":"pi-4","seed":3,"slots":[{"name":"ir 2","ir":{"file":"a.wav"}}]}');
  const slots = movedLeft(added(rig, 'ir', { ir: { taps: 64 } }), 1);
  expect({ ...rig, slots }).toMatchObject({ seed: 3 });
  expect(slots.map(({ name }) => name)).toEqual(['ir', 'ir 2']);
  expect(() => rigOf('[]')).toThrow('expected a scenario');
  expect(firstRig('pi-4', 'a2', 'lite').slots).toHaveLength(2);
});
