import { describe, expect, test } from 'vitest';
import {
  check,
  diff,
  explain,
  formatBaseline,
  LibraryError,
  loadDevice,
  loadModel,
  loadScenario,
  openLibrary,
  parseBaseline,
  predict,
  render,
  simulate,
} from '../../src/index.ts';
import { noise } from '../cli/wav-files.ts';

const library = openLibrary();

describe('names', () => {
  test('and objects give the same', () => {
    const options = { library, width: 'lite' } as const;
    const byName = predict('a2', { ...options, devices: 'pi-4' });
    const model = loadModel('a2', { library });
    const device = loadDevice('pi-4', { library });
    expect(predict([model], { ...options, devices: [device] })).toEqual(byName);
  });

  test('that mean nothing are errors with the nearest ones', () => {
    expect(() => loadModel('a22')).toThrow(LibraryError);
    expect(() => loadModel('a22')).toThrow('Did you mean a2');
    expect(() => loadDevice('pi4', { library })).toThrow('pi-4');
    expect(() => loadScenario('pi-thermal', { library })).toThrow('pi-thermal-soak');
  });

  test('a library that is handed in says the same as a new one', () => {
    const fresh = predict('slim-8', { devices: 'daisy-seed' });
    expect(predict('slim-8', { devices: 'daisy-seed', library })).toEqual(fresh);
  });
});

test('explanations add up to what is predicted, and differ by what changes', () => {
  const lite = explain('a2', 'mod-dwarf', { library, width: 'lite' });
  const full = explain('a2', 'mod-dwarf', { library });
  const { total, layers } = diff(lite, full);
  const sum = layers.reduce((all, layer) => all + layer.delta, 0);
  expect(sum).toBeCloseTo(total.delta, 6);
  const { rows } = predict('a2', { library, devices: 'mod-dwarf', width: 'full' });
  expect(full.explanation.total.cyclesPerSample).toBe(rows[0]?.cyclesPerSample?.expected);
});

describe('render', () => {
  test('gives the same samples in blocks of any length, and leaves its input', () => {
    const input = noise(1000);
    const before = input.slice();
    const whole = render('a2', input, { library, width: 'lite' });
    expect(whole).toHaveLength(1000);
    expect(render('a2', input, { library, width: 'lite', blockFrames: 17 })).toEqual(whole);
    expect(input).toEqual(before);
  });

  test('refuses a block that is none', () => {
    expect(() => render('a2', noise(10), { library, blockFrames: 0 })).toThrow('blockFrames');
  });
});

test('a simulation has the digest of the same one again', () => {
  const scenario = { device: 'pi-4', durationSeconds: 0.1, slots: [{ model: 'a2' }] };
  const [first] = simulate(scenario, { library, seed: 3 });
  const [second] = simulate(scenario, { seed: 3 });
  expect(first?.digest).toMatch(/^[0-9a-f]+$/);
  expect(second?.digest).toBe(first?.digest);
});

describe('check', () => {
  const budgets = [
    { name: 'x', model: 'a2', device: 'pi-4', metric: 'cyclesPerSample', maxIncreasePercent: 0 },
  ] as const;

  test('takes budgets as data and a baseline as it gave it, or as it was written', async () => {
    const first = await check({ budgets }, { library });
    expect(first.exitCode).toBe(3);
    expect((await check({ budgets }, { library, baseline: first.measured })).exitCode).toBe(0);
    const written = parseBaseline(formatBaseline(first.measured), 'baseline.json');
    expect((await check({ budgets }, { library, baseline: written })).exitCode).toBe(0);
  });

  test('refuses a baseline that is named and not there', async () => {
    await expect(check({ budgets }, { library, baseline: 'no-such.json' })).rejects.toThrow(
      'no-such.json: no such baseline. Write it with',
    );
  });
});
