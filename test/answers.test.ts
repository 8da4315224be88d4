/** Inputs, in their smallest form, that were once answered wrongly, held up or refused without a word; each with its right answer. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { DeviceProfile } from '../src/device/profile.ts';
import { clockSetting, withSettings } from '../src/device/set-figures.ts';
import { answerFor } from '../src/report/advise-text.ts';
import { renderCalibrate } from '../src/report/calibrate-text.ts';
import { renderPredict } from '../src/report/predict/table.ts';
import { parseBudgets } from '../src/scenario/parse-budgets.ts';
import { parseBaseline } from '../src/study/check/baseline.ts';
import type { PredictRow } from '../src/study/predict/row.ts';
import { parseCases } from '../src/study/validate/cases.ts';
import { adviseSync } from '../src/workbench/advise.ts';
import { calibrateSync } from '../src/workbench/calibrate.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { parseCore, parseDevice, parseScenario } from '../src/workbench/parse.ts';
import { predictSync } from '../src/workbench/predict.ts';
import { simulateSync } from '../src/workbench/simulate.ts';
import { command } from './cli/command-process.ts';
import { pedalbench } from './cli/fake-io.ts';

const cwd = resolve(import.meta.dirname, '..');
const workbench = openWorkbench({ cwd });
const rowOn = (device: string | DeviceProfile, model = 'a2', width = 'lite') => {
  const [row] = predictSync(workbench, { model, device, width, whatIf: true }).rows;
  if (row === undefined) throw new RangeError('Expected a row, got none.');
  return row;
};

describe('a row of a prediction', () => {
  test.each(['pi-3b-plus', 'pi-4', 'pi-5'])(
    'of a player on %s counts what its audio system sets: the governor `performance`',
    (device) => {
      expect(rowOn(device).context?.governor).toContain('performance');
      const scenario = { device, durationSeconds: 1, slots: [{ model: 'a2', width: 'full' }] };
      const [run] = simulateSync(workbench, { scenario });
      expect(run?.verdict).toBe(rowOn(device, 'a2', 'full').verdict);
    },
  );

  test('of a product that takes no .nam is unknown, and says what a good engine could reach', () => {
    const { verdict, chance, confidence, reasons } = rowOn('quad-cortex');
    expect([verdict, chance, confidence]).toEqual(['unknown', null, 'evidence']);
    expect(reasons[0]).toMatch(/takes no NAM files/);
    expect(reasons[1]).toMatch(/could reach \d+ %/);
  });

  test('of such a product leads to no load in the first line, and to no advice to run more of it', async () => {
    const { stdout } = await pedalbench('predict a2 --device quad-cortex', { cwd });
    expect(stdout.split('\n', 1)[0]).toMatch(/^On .*: lite once unknown, twice unknown; full/);
    expect(stdout).toMatch(/Next: .*\n {2}pedalbench devices\n$/);
  });

  test('of such a product lets advise promise nothing', async () => {
    const { stdout } = await pedalbench('advise a2 --device quad-cortex', { cwd });
    expect(stdout).toMatch(/^Neural DSP Quad Cortex: there are no limits\. It takes no NAM files/);
    const widths = await pedalbench('advise a2 --widths --device quad-cortex,pi-4', { cwd });
    expect(widths.stdout.split('\n').filter((line) => line.includes('Quad Cortex'))).toEqual([
      'Not judged, for want of a published chip or of .nam files: Neural DSP Quad Cortex.',
    ]);
  });

  test('of such a product is as unknown where a scenario plays it', () => {
    const slots = [{ model: 'a2', width: 'lite' }, { ir: { taps: 64 } }];
    const scenario = { device: 'quad-cortex', durationSeconds: 0.1, slots };
    const [run] = simulateSync(workbench, { scenario });
    expect(run?.verdict).toBe('unknown');
    expect(run?.warnings[0]).toMatch(/^It takes no NAM files .* what pedalbench could do there\.$/);
    const alone = { ...scenario, slots: slots.slice(1) };
    expect(simulateSync(workbench, { scenario: alone })[0]?.verdict).toBe('fits');
  });

  test('of such a product holds no budget', async () => {
    const one = { name: 'one', model: 'a2', width: 'lite', device: 'quad-cortex', max: 1 };
    const file = join(mkdtempSync(join(tmpdir(), 'pedalbench-')), 'budgets.json');
    writeFileSync(file, JSON.stringify({ budgets: [{ ...one, metric: 'load' }] }));
    const { code, stdout } = await pedalbench(`check ${file}`, { cwd });
    expect([code, stdout.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining('load was not judged: It takes no NAM files'),
    ]);
  });

  test('of A2 with one layer more or less of its head says why no fast path takes it', () => {
    const { engine, context } = rowOn('mod-dwarf', 'slim-8', 'ch:3');
    expect(engine).toBe('nam-core');
    expect(context?.engineBecause).toMatch(/no standard A2/);
    const costlier = rowOn('mod-dwarf', 'slim-8', 'ch:3').load?.expected ?? 0;
    expect(costlier).toBeGreaterThan(2 * (rowOn('mod-dwarf').load?.expected ?? Infinity));
  });

  test('of another engine than the one that was asked for says in the text why', async () => {
    const words = 'predict slim-8 --device mod-dwarf --width ch:3 --engine neural-audio';
    const { stdout } = await pedalbench(words, { cwd });
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /mod-dwarf ch:3: neural-audio: NeuralAudio hands this model on.*falls back to nam-core\./,
    );
  });

  test('that is over names in the text what would do better', async () => {
    const { stdout } = await pedalbench('predict a2 --device rp2350 --width lite', { cwd });
    expect(stdout).toMatch(/lite once: over on one core; \d+ % over two cores \(--split \d+\)/);
  });

  test('of one of two profiles of one id names its file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pedalbench-'));
    const profile = workbench.device('class-a53-1500');
    const half = withSettings(profile, [clockSetting(profile, 0.75e9)]);
    for (const [name, one] of Object.entries({ whole: profile, half })) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(one));
    }
    const words = 'predict a2 --device whole.json,half.json --width lite --copies 1 --json';
    const { rows } = JSON.parse((await pedalbench(words, { cwd: folder })).stdout);
    const [whole, slow] = rows as readonly PredictRow[];
    expect([whole?.devicePath, slow?.devicePath]).toEqual(['whole.json', 'half.json']);
    expect(slow?.load?.expected).toBeGreaterThan(1.5 * (whole?.load?.expected ?? Infinity));
    // Also where nobody typed them, as in parts that were joined.
    const result = { rows: rows as readonly PredictRow[], skipped: [], warnings: [] };
    const text = renderPredict(result, { columns: 140, color: false, ascii: false });
    expect(text).toMatch(/^ {2}pedalbench .* --device half\.json/m);
    const asked = 'advise a2 --device half.json,whole.json --width lite';
    expect((await pedalbench(asked, { cwd: folder })).stdout).toContain('--device half.json shows');
  });

  test('says which tanh was taken', () => {
    expect(rowOn('mod-dwarf', 'a1-standard', 'full').context?.tanh).toBe('fast');
    const [libm] = predictSync(workbench, { model: 'a2', device: 'pi-4', tanh: 'libm' }).rows;
    expect([libm?.tanh, libm?.context?.tanh]).toEqual(['libm', 'libm']);
  });
});

describe('budgets and baselines', () => {
  const budgets = (budget: object) => () =>
    parseBudgets(
      JSON.stringify({ budgets: [{ name: 'x', model: 'a2', device: 'pi-4', ...budget }] }),
      'b.json',
    );
  test.each([
    [{ metric: 'load', max: 80 }, 'write 0.8 for 80 %), got 80.'],
    [{ metric: 'headroom', min: -50 }, 'budgets[0].min: expected a number from'],
    [{ metric: 'load', max: 1, rateHz: 48 }, 'budgets[0].rateHz'],
    [{ metric: 'load', max: 5e-324 }, 'budgets[0].max'],
  ])('a limit in another unit is refused: %j', (budget, path) => {
    expect(budgets(budget)).toThrow(path);
  });

  test('a case that a merge of two branches left twice is refused', () => {
    const one = {
      case: 'a2 · full · cyclesPerSample',
      value: 7,
      of: 'x',
      engine: null,
      layers: {},
    };
    const text = JSON.stringify({ cases: [one, { ...one, value: 8 }], models: [] });
    expect(() => parseBaseline(text, 'b.json')).toThrow('as a merge of two branches leaves it');
  });
});

describe('calibrate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-'));
  const fitTo = (device: string, ...lines: string[]) => {
    const measurements = join(folder, 'run.txt');
    writeFileSync(measurements, ['Fast tanh: enabled', ...lines, ''].join('\n'));
    return calibrateSync(workbench, { device, measurements });
  };

  test.each([
    ['a thousand times too long', '40123.5ms'],
    ['a hundred times too short', '0.0401ms'],
  ])('does not accept a time that is %s, and moves no clock of a datasheet', (_, time) => {
    const { accepted, fitted } = fitTo('pi-4', 'Loading model lstm-1x16.nam', 'Finished', time);
    expect(accepted).toBe(false);
    expect(fitted.map(({ path }) => path)).not.toContain('chip.clusters[0].clockHz');
  });

  test('finds the model of a path of another system', () => {
    const path = 'C:\\models\\lstm-1x16.nam';
    const result = fitTo('pi-4', `Loading model ${path}`, 'Finished', '40ms', '40.1ms');
    const { points } = result;
    expect(points[0]?.id).toBe('1 lstm-1x16 full');
    expect(points[0]?.leaveOneOut).toBeNull();
    const text = renderCalibrate(result, 'new.json', { columns: 140, color: false, ascii: false });
    expect(text).toContain('fitted to 1 measurement, which nothing checks');
  });
});

describe('numbers that nothing has are refused with their path', () => {
  const { chip } = workbench.device('pi-4');
  if (chip?.memory.dram == null) throw new RangeError('Expected a chip with DRAM.');
  const [cluster, ...clusters] = chip.clusters;
  const { audio, memory } = chip;
  const slip = (value: number) => ({ value, kind: 'estimate', source: 'a slip' });
  test.each([
    ['chip.audio.blockFrames', { audio: { ...audio, blockFrames: slip(1e6) } }],
    ['chip.audio.sampleRateHz', { audio: { ...audio, sampleRateHz: slip(9e15) } }],
    ['chip.clusters[0].clockHz', { clusters: [{ ...cluster, clockHz: slip(480e9) }, ...clusters] }],
    [
      'chip.clusters[0].audioCores',
      { clusters: [{ ...cluster, audioCores: slip(1e9) }, ...clusters] },
    ],
    [
      'chip.memory.dram.latencyNanoseconds',
      { memory: { ...memory, dram: { ...memory.dram, latencyNanoseconds: slip(1e308) } } },
    ],
  ])('%s', (path, changed) => {
    const profile = { ...workbench.device('pi-4'), chip: { ...chip, ...changed } };
    expect(() => parseDevice(JSON.stringify(profile), 'p.json')).toThrow(`p.json: ${path}`);
  });

  test('a measured block of 2^32 frames', () => {
    const measured = { id: 'x', device: 'daisy-seed', engine: 't3k-embedded', model: 'a2' };
    const cases = [{ ...measured, blockFrames: 2 ** 32, cyclesPerSample: 4059 }];
    expect(() => parseCases({ cases }, 'c.json')).toThrow('c.json: cases[0].blockFrames');
  });

  test('ten thousand slots', () => {
    const slots = Array.from({ length: 10_000 }, () => ({ cyclesPerSample: 1 }));
    const scenario = { device: 'pi-4', durationSeconds: 1, slots };
    expect(() => parseScenario(JSON.stringify(scenario), 's.json')).toThrow('s.json: slots');
  });

  test('20,000 brackets', () => {
    const deep = `{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    for (const parse of [parseScenario, parseDevice, parseBudgets, parseBaseline]) {
      expect(() => parse(deep, 'd.json')).toThrow('d.json: expected JSON, got more than 64 nested');
    }
  });

  test('an object that hides a method where a word belongs', () => {
    const profile = { ...workbench.device('tonex-one'), tier: { toString: 1 } };
    expect(() => parseDevice(JSON.stringify(profile), 'p.json')).toThrow('p.json: tier');
  });

  const many = (count: number, value: unknown): object =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`key ${i}`, value]));
  const core = workbench.core('cortex-a72');
  const [port] = Object.values((core as unknown as { ports: object }).ports);
  const { device, scenario } = {
    device: workbench.device('pi-4'),
    scenario: { device: 'pi-4', durationSeconds: 1, slots: [{ cyclesPerSample: 1 }] },
  };
  test.each([
    [
      'a thousand ports',
      parseCore,
      { ...core, ports: many(1000, port) },
      'c: ports: expected at most 64',
    ],
    [
      '100,000 ports',
      parseCore,
      { ...core, ports: many(1e5, port) },
      'c: ports: expected at most 20000',
    ],
    ['10,000 other keys', parseCore, { ...core, ...many(1e4, 5) }, 'c: key 0: unknown key. Remove'],
    [
      '100,000 lines of evidence',
      parseDevice,
      { ...device, evidence: Array(1e5).fill({}) },
      'c: evidence: expected at most 20000',
    ],
    ['10,000 keys in a scenario', parseScenario, { ...scenario, ...many(1e4, 5) }, 'c: key 0: '],
  ])('%s, in a few lines and seconds', (_, parse, document, fault) => {
    const text = JSON.stringify(document);
    const started = performance.now();
    expect(() => parse(text, 'c')).toThrow(fault);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(() => parse(text, 'c')).not.toThrow('key 30');
  });

  test('objects that no file could hold', () => {
    const itself: { id: string; self?: unknown } = { id: 'x' };
    itself.self = itself;
    for (const device of [itself, { id: 'x', name: 1n }] as never[]) {
      expect(() => predictSync(workbench, { model: 'a2', device })).toThrow('device `x`: expected');
      expect(() => predictSync(workbench, { model: device, device: 'pi-4' })).toThrow('plain data');
      expect(() => simulateSync(workbench, { scenario: device })).toThrow('plain data');
    }
  });
});

test('a burst as long as its period is over, at once', () => {
  const add = [{ name: 'display', kind: 'interrupt', everySeconds: 0.0166, durationSeconds: 0.02 }];
  const scenario = {
    device: 'daisy-seed',
    slots: [{ cyclesPerSample: 40 }],
    durationSeconds: 0.05,
    disturbances: { add },
  };
  const file = join(mkdtempSync(join(tmpdir(), 'pedalbench-')), 'burst.json');
  writeFileSync(file, JSON.stringify(scenario));
  // Where it does not end, nothing in this process would.
  const [program = '', ...words] = command;
  const { stdout } = spawnSync(program, [...words, 'run', file, '--json'], {
    ...{ cwd, encoding: 'utf8', timeout: 30_000, killSignal: 'SIGKILL' },
  });
  expect(JSON.parse(stdout).runs[0].verdict).toBe('over');
}, 60_000);

test('a file that begins with a byte order mark is the file without it', () => {
  const bom = '\uFEFF';
  const device = JSON.stringify(workbench.device('pi-4'));
  expect(parseDevice(bom + device)).toEqual(parseDevice(device));
  const scenario = '{"device":"pi-4","durationSeconds":1,"slots":[{"cyclesPerSample":1}]}';
  expect(parseScenario(bom + scenario)).toEqual(parseScenario(scenario));
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-'));
  const cases = join(folder, 'cases.json');
  const one = { id: 'x', device: 'pi-4', engine: 'nam-core', model: 'a2-lite', cyclesPerSample: 9 };
  writeFileSync(cases, bom + JSON.stringify({ cases: [one] }));
  expect(workbench.cases(cases)).toHaveLength(1);
});

test('escapes in a name of a device never reach the terminal', () => {
  const request = { model: 'a2', device: 'mod-dwarf', width: 'lite' };
  const [advice] = adviseSync(workbench, request).devices;
  if (advice === undefined) throw new RangeError('Expected advice, got none.');
  const hostile = { ...advice, deviceName: '\u001b[2J::error::x' };
  expect(answerFor(hostile, '\u001b[31ma2', 2)).not.toContain('\u001b');
});

test.each(['C', 'de_DE.ISO-8859-1', 'ru_RU.KOI8-R', 'ja_JP.SJIS'])(
  'a terminal of the locale %s gets ASCII',
  async (locale) => {
    const { stdout } = await pedalbench('explain lstm-1x3 --device pi-4', {
      cwd,
      env: { LC_ALL: locale },
    });
    expect([...stdout].filter((letter) => letter > '~')).toEqual([]);
  },
);

test('memory is flat over predictions, each with a workbench of its own', () => {
  setFlagsFromString('--expose_gc');
  const collect: () => void = runInNewContext('gc');
  const heapAfter = (predictions: number): number => {
    for (let i = 0; i < predictions; i++) {
      predictSync(openWorkbench({ cwd }), { model: 'lstm-1x3', device: 'mod-dwarf' });
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heapAfter(3);
  expect((heapAfter(15) - before) / 15).toBeLessThan(100_000);
}, 60_000);
