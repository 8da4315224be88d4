import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorkbench as openInMemory } from '../../src/browser.ts';
import * as library from '../../src/index.ts';
import {
  advise,
  check,
  type DeviceProfile,
  diff,
  explain,
  formatBaseline,
  openWorkbench,
  parseBaseline,
  parseCore,
  parseDevice,
  parseModel,
  parseScenario,
  predict,
  predictSync,
  render,
  simulate,
  WorkbenchError,
} from '../../src/index.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { noise } from '../cli/wav-files.ts';

const workbench = openWorkbench();
const bytesOf = (path: string): Uint8Array => readFileSync(join(packageRoot, path));

describe('names', () => {
  test('and objects give the same', async () => {
    const byName = await predict(workbench, { model: 'a2', device: 'pi-4', width: 'lite' });
    const model = parseModel(bytesOf('models/a2.nam'), 'models/a2.nam');
    const device = parseDevice(bytesOf('devices/pi-4.json'), 'devices/pi-4.json');
    const cores = [parseCore(bytesOf('cores/cortex-a72.json'), 'cores/cortex-a72.json')];
    const request = { models: [model], devices: [device], cores, width: 'lite' };
    const { rows, ...rest } = await predict(workbench, request);
    // An object lies nowhere.
    const placed = rows.map((row) => ({ ...row, devicePath: byName.rows[0]?.devicePath ?? null }));
    expect({ ...rest, rows: placed }).toEqual(byName);
  });

  test('that mean nothing are errors with the nearest ones', () => {
    expect(() => workbench.model('a22')).toThrow(WorkbenchError);
    expect(() => workbench.model('a22')).toThrow('Did you mean a2');
    expect(() => workbench.device('pi4')).toThrow('pi-4');
    expect(() => workbench.scenario('pi-thermal')).toThrow('pi-thermal-soak');
  });

  test('a workbench that was used says the same as a new one', () => {
    const request = { model: 'slim-8', device: 'daisy-seed' };
    const fresh = predictSync(openWorkbench(), request);
    predictSync(workbench, request);
    expect(predictSync(workbench, request)).toEqual(fresh);
  });
});

describe('objects are held to the rules of files', () => {
  const faulty = async (change: (chip: Record<string, never>) => void): Promise<unknown> => {
    const device = structuredClone(workbench.device('mod-dwarf')) as DeviceProfile;
    change(device.chip as unknown as Record<string, never>);
    return predict(workbench, { model: 'a2', device, width: 'lite' });
  };

  test.each([
    [
      'chip.host.reserveShare',
      (chip: Record<string, never>) =>
        Object.assign(chip.host!, {
          reserveShare: { value: '0.5', kind: 'estimate', source: 'me' },
        }),
    ],
    [
      'chip.clusters[0].clockHz',
      (chip: Record<string, never>) => Object.assign(chip.clusters![0]!, { clockHz: 1.3e9 }),
    ],
  ])('%s', async (path, change) => {
    await expect(faulty(change)).rejects.toThrow(`device \`mod-dwarf\`: ${path}`);
  });

  test('one that was changed in place after it was taken is checked again', async () => {
    const device = structuredClone(workbench.device('mod-dwarf'));
    await predict(workbench, { model: 'a2', device, width: 'lite' });
    Object.assign(device.chip?.host ?? {}, { marginShare: 'much' });
    await expect(predict(workbench, { model: 'a2', device })).rejects.toThrow('marginShare');
  });
});

test.each([
  [{ model: 'a2', widths: 'lite' }, 'predict: expected no option `widths`. Did you mean `width`?'],
  [
    { model: 'a2', copies: 0 },
    'predict: copies: expected a whole number from 1 to 64, or a list of them, got 0.',
  ],
  [
    { model: 'a2', blockFrames: [1.5] },
    'predict: blockFrames: expected a whole number from 1 to 65536, or a list of them, got [1.5].',
  ],
  [{ model: 'a2', tanh: 'quick' }, 'predict: tanh: expected "libm" or "fast", got "quick".'],
  [
    { device: 'pi-4' },
    'predict: models: expected a model by id, by path or as an object, or a list of them, got nothing.',
  ],
])('a wrong option is a sentence: %j', async (request, sentence) => {
  await expect(predict(workbench, request as never)).rejects.toThrow(sentence);
});

describe('what a program without types hands in is a sentence with a code', () => {
  type Loose = (...given: unknown[]) => unknown;
  const functions = Object.entries(library as unknown as Record<string, Loose>);
  const verbs = functions.filter(([name]) => /^[a-z]/.test(name) && name !== 'openWorkbench');
  const wrong = [undefined, null, {}, [], 5, 'no such', () => 1];
  const codeOf = async (verb: Loose, ...given: unknown[]): Promise<string> => {
    try {
      await verb(...given);
      return `took ${given}`;
    } catch (error) {
      const { code } = error as { code?: string };
      return code === undefined || code.startsWith('ERR_') ? String(error) : 'a code';
    }
  };

  test.each(verbs)('%s', async (name, verb) => {
    for (const odd of wrong) {
      expect(await codeOf(verb, odd, odd)).toBe('a code');
      // It needs no options.
      if (/^validate/.test(name) && JSON.stringify(odd ?? {}) === '{}') continue;
      expect(await codeOf(verb, workbench, odd)).toBe('a code');
    }
  });

  test.each([
    [{ cores: [null] }, 'cores: expected a list of core profiles'],
    [{ placement: { weights: {} } }, 'placement: expected memories by the kind of data'],
    [{ beside: [{ model: 'a2', widht: 'lite' }] }, 'beside: expected a list of { model, width }'],
  ])('%j', (wrong, sentence) => {
    const request = { model: 'a2', device: 'pi-4', ...wrong } as never;
    expect(() => predictSync(workbench, request)).toThrow(`predict: ${sentence}`);
  });

  test('documents that are none, too', () => {
    expect(() => openWorkbench(null as never)).not.toThrow();
    expect(() => openInMemory({} as never)).toThrow('documents: expected a Map of documents');
  });
});

test('a wrong hook, and a folder that is no text, are sentences', async () => {
  const hooks = { onProgress: 3 } as never;
  const sentence = 'hooks: onProgress: expected a function, got 3.';
  await expect(predict(workbench, { model: 'a2' }, hooks)).rejects.toThrow(sentence);
  await expect(explain(workbench, { model: 'a2', device: 'pi-4' }, hooks)).rejects.toThrow(
    sentence,
  );
  expect(() => openWorkbench({ cwd: 3 as never })).toThrow('openWorkbench: cwd: expected a text');
});

test('a verb lets timers run, says how far it is, and stops where it is told to', async () => {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  const shares: number[] = [];
  await predict(openWorkbench(), { model: 'a2' }, { onProgress: (share) => shares.push(share) });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(2);
  expect(shares.length).toBeGreaterThan(10);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  const stop = new AbortController();
  const work = advise(workbench, { model: 'a1-standard' }, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
});

test('explanations add up to what is predicted, and differ by what changes', async () => {
  const request = { model: 'a2', device: 'mod-dwarf' };
  const lite = await explain(workbench, { ...request, width: 'lite' });
  const full = await explain(workbench, request);
  const { total, layers } = diff(lite, full);
  const sum = layers.reduce((all, layer) => all + layer.delta, 0);
  expect(sum).toBeCloseTo(total.delta, 6);
  const { rows } = await predict(workbench, { ...request, width: 'full' });
  expect(full.explanation.total.cyclesPerSample).toBe(rows[0]?.cyclesPerSample?.expected);
});

describe('render', () => {
  test('gives the same samples in blocks of any length, and leaves its input', async () => {
    const input = noise(1000);
    const before = input.slice();
    const whole = await render(workbench, { model: 'a2', input, width: 'lite' });
    expect(whole).toHaveLength(1000);
    const request = { model: 'a2', input, width: 'lite', blockFrames: 17 };
    expect(await render(workbench, request)).toEqual(whole);
    expect(input).toEqual(before);
  });

  test('refuses a block that is none', async () => {
    const request = { model: 'a2', input: noise(10), blockFrames: 0 };
    await expect(render(workbench, request)).rejects.toThrow('blockFrames');
  });
});

describe('simulate', () => {
  const plain = { device: 'pi-4', durationSeconds: 0.1, slots: [{ model: 'a2' }] };

  test('has the digest of the same one again', async () => {
    const [first] = await simulate(workbench, { scenario: plain, seed: 3 });
    const [second] = await simulate(openWorkbench(), { scenario: plain, seed: 3 });
    expect(first?.digest).toMatch(/^[0-9a-f]+$/);
    expect(second?.digest).toBe(first?.digest);
  });

  test('takes objects where a file has names, alone and in lists', async () => {
    const model = workbench.model('a2');
    const device = structuredClone(workbench.device('pi-4'));
    const scenario = { ...plain, device, slots: [{ model }, { model, width: 'lite' }] };
    const named = { ...plain, slots: [{ model: 'a2' }, { model: 'a2', width: 'lite' }] };
    const [byObject] = await simulate(workbench, { scenario });
    const [byName] = await simulate(workbench, { scenario: named });
    expect(byObject?.digest).toBe(byName?.digest);
    const swept = { ...plain, slots: [{ model: [model, workbench.model('a1-nano')] }] };
    const runs = await simulate(workbench, { scenario: swept as never });
    expect(runs).toHaveLength(2);
    expect(runs[0]?.digest).not.toBe(runs[1]?.digest);
  });

  test('of a text is that of its file', () => {
    const path = 'scenarios/dwarf-drive-amp-ir.json';
    const [job] = parseScenario(bytesOf(path), path);
    expect(job?.id).toBe(workbench.scenario('dwarf-drive-amp-ir').jobs[0]?.id);
  });
});

describe('check', () => {
  const budgets = {
    budgets: [
      { name: 'x', model: 'a2', device: 'pi-4', metric: 'cyclesPerSample', maxIncreasePercent: 0 },
    ],
  } as const;

  test('takes budgets as data and a baseline as it gave it, or as it was written', async () => {
    const first = await check(workbench, { budgets });
    expect(first.exitCode).toBe(3);
    expect((await check(workbench, { budgets, baseline: first.measured })).exitCode).toBe(0);
    const baseline = parseBaseline(formatBaseline(first.measured), 'baseline.json');
    expect((await check(workbench, { budgets, baseline })).exitCode).toBe(0);
  });

  test('refuses a baseline that is named and not there', async () => {
    await expect(check(workbench, { budgets, baseline: 'no-such.json' })).rejects.toThrow(
      'no-such.json: no such baseline. Write it with',
    );
  });

  test('proposes itself with the file and the baseline that were given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pedalbench-'));
    const file = join(folder, 'mine.json');
    writeFileSync(file, JSON.stringify(budgets));
    const { verdicts } = await check(workbench, { budgets: file });
    expect(verdicts[0]?.message).toContain(`'pedalbench check ${file} --update-baseline'`);
    const baseline = join(folder, 'odd.json');
    const asked = `'pedalbench check ${file} --baseline ${baseline} --update-baseline'`;
    await expect(check(workbench, { budgets: file, baseline })).rejects.toThrow(asked);
    writeFileSync(baseline, '{"cases":');
    await expect(check(workbench, { budgets: file, baseline })).rejects.toThrow(asked);
  });
});
