import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../src/device/parse-profile.ts';
import { engines } from '../../src/engine/registry.ts';
import { isBenchmodelOutput, parseBenchmodel } from '../../src/study/calibrate/benchmodel.ts';
import { type CalibrationPoint, calibrate } from '../../src/study/calibrate/calibrate.ts';
import { costPoint } from '../../src/study/cost/cost-point.ts';
import { caseModels } from '../../src/study/validate/models.ts';
import { cache, chipOf, coreOf, device, model } from './predict-fixtures.ts';

const find = caseModels([model('a2')], cache);

/** What the machine says, made a measurement of by `change` (seconds a sample, block length). */
const pointOn = (
  id: string,
  width: string,
  blockFrames: number,
  change: (seconds: number, blockFrames: number) => number,
): CalibrationPoint => {
  const chip = chipOf(id);
  const { network } = find('a2', width, null);
  const clockHz = chip.clusters[0]?.clockHz.value ?? 0;
  const costed = costPoint(cache, {
    network,
    chip,
    core: coreOf(chip.clusters[0]?.coreId ?? ''),
    engines,
    engine: 'planar-neon',
    blockFrames,
    copies: 1,
    parallel: false,
  });
  if (costed.engine === null) throw new Error('planar-neon refuses A2');
  const seconds = costed.cost.total.expected / blockFrames / clockHz;
  return {
    id: `${width}@${blockFrames}`,
    network,
    engine: 'planar-neon',
    blockFrames,
    measured: { secondsPerSample: change(seconds, blockFrames) },
  };
};

const grid = [
  ['lite', 16],
  ['lite', 64],
  ['full', 16],
  ['full', 64],
] as const;

const calibrated = (change: (seconds: number, blockFrames: number) => number) =>
  calibrate(
    {
      device: device('tinker-board'),
      points: grid.map(([width, block]) => pointOn('tinker-board', width, block, change)),
      coreOf,
      engines,
      source: 'a test',
    },
    cache,
  );

describe('calibrate', () => {
  test('finds the clock that really ran', () => {
    const result = calibrated((seconds) => seconds * 1.1);
    const clock = result.fitted.find((f) => f.path.endsWith('clockHz'));
    expect(clock?.after).toBeCloseTo(1416e6 / 1.1, -4);
    expect(result.before.medianAbsErrorPercent).toBeCloseTo(100 * (1 - 1 / 1.1), 3);
    expect(result.after.worstAbsErrorPercent).toBeLessThan(0.01);
  });

  test("tells the host's time per block from a slower clock", () => {
    const result = calibrated((seconds, block) => seconds * 1.05 + 20e-6 / block);
    const host = result.fitted.find((f) => f.path === 'chip.host.secondsPerBlock');
    expect(host?.after).toBeCloseTo(20e-6, 7);
    expect(result.leaveOneOut?.worstAbsErrorPercent).toBeLessThan(0.1);
  });

  test('leaves everything as it is where the numbers are right already', () => {
    const result = calibrated((seconds) => seconds);
    expect(result.fitted).toEqual([]);
    expect(result.profile).toEqual({ ...device('tinker-board'), id: 'tinker-board-calibrated' });
  });

  test('shows an error that no free number explains', () => {
    let n = 0;
    const result = calibrated((seconds) => seconds * (n++ % 2 === 0 ? 0.8 : 1.25));
    expect(result.after.worstAbsErrorPercent).toBeGreaterThan(5);
  });

  test('writes a profile that is valid and names the measurements', () => {
    const { profile } = calibrated((seconds) => seconds * 1.1);
    const again = parseProfile(JSON.parse(JSON.stringify(profile)), 'new.json');
    const clock = again.chip?.clusters[0]?.clockHz;
    expect(clock?.kind).toBe('fitted');
    expect(clock?.source).toBe('fitted to a test: lite@16, lite@64, full@16, full@64');
    expect(clock?.note).toMatch(/^was 1416000000 \(measured: /);
  });

  const onPi = (
    factor: number,
    fit: readonly 'clock'[] = [],
    widths = ['lite', 'full'],
    profile = device('pi-4'),
  ) =>
    calibrate(
      {
        device: profile,
        points: widths.map((width) => pointOn('pi-4', width, 64, (seconds) => seconds * factor)),
        coreOf,
        engines,
        source: 'a test',
        fit,
      },
      cache,
    );

  test("leaves a datasheet's clock alone, unless it is asked for, and then within its range", () => {
    const clockOf = (result: ReturnType<typeof onPi>) =>
      result.profile.chip?.clusters[0]?.clockHz.value ?? 0;
    expect(clockOf(onPi(1.1))).toBe(1.8e9);
    expect(clockOf(onPi(1.1, ['clock']))).toBeCloseTo(1.8e9 / 1.1, -4);
    expect(clockOf(onPi(2, ['clock']))).toBe(1.5e9);
  });

  test('is not accepted where a measurement stays more than 25 % off', () => {
    expect(onPi(1.1, ['clock']).accepted).toBe(true);
    expect(onPi(2, ['clock']).accepted).toBe(false);
  });

  test('gives the profile an id of its own, also where it was calibrated before', () => {
    const ids = ['pi-4', 'pi-4-calibrated', 'pi-4-calibrated-2'].map((id) => {
      const { profile } = onPi(1.1, [], ['lite'], { ...device('pi-4'), id });
      return profile.id;
    });
    expect(ids).toEqual(['pi-4-calibrated', 'pi-4-calibrated-2', 'pi-4-calibrated-3']);
  });

  test('cycles say nothing of the clock', () => {
    const [width, block] = grid[0];
    const point = pointOn('tinker-board', width, block, (s) => s);
    const cycles = 'secondsPerSample' in point.measured ? point.measured.secondsPerSample : 0;
    const result = calibrate(
      {
        device: device('tinker-board'),
        points: [{ ...point, measured: { cyclesPerSample: cycles * 1416e6 * 1.2 } }],
        coreOf,
        engines,
        source: 'a test',
      },
      cache,
    );
    expect(result.fitted.some((f) => f.path.endsWith('clockHz'))).toBe(false);
    expect(result.leaveOneOut).toBeNull();
  });

  test('refuses a device without a chip, and no measurements', () => {
    const request = { points: [], coreOf, engines, source: 'a test' };
    expect(() => calibrate({ ...request, device: device('mooer-gs1000') })).toThrow(
      'its chip is not published',
    );
    expect(() => calibrate({ ...request, device: device('pi-4') })).toThrow(
      'a test: no measurement for pi-4.',
    );
  });
});

describe('the output of benchmodel', () => {
  const text = [
    'Fast tanh: enabled',
    'Loading model models/A2.nam',
    'Setting slimmable size to 0.3',
    'Running benchmark',
    'Finished',
    '96ms',
    '96.000ms',
    'Fast tanh: disabled',
    'Loading model wavenet_a1_standard.nam',
    'Running benchmark',
    'Finished',
    '192ms',
    '192.5ms',
    '',
  ].join('\n');

  test('is two seconds of audio per run', () => {
    expect(isBenchmodelOutput(text)).toBe(true);
    const runs = parseBenchmodel(text, 'x.txt');
    expect(runs.map((r) => [r.modelPath, r.tanh, r.ratio])).toEqual([
      ['models/A2.nam', 'fast', 0.3],
      ['wavenet_a1_standard.nam', 'libm', null],
    ]);
    expect(runs[0]?.secondsPerSample).toBeCloseTo(1e-6, 15);
    expect(runs[1]?.secondsPerSample).toBeCloseTo(0.1925 / 96_000, 15);
  });

  const runOf = (...times: readonly string[]) =>
    parseBenchmodel(['Loading model x.nam', 'Finished', ...times].join('\n'), 'x.txt');

  test('takes the exact time after the whole one, with a comma, too', () => {
    expect(runOf('3ms', '3,84ms')[0]?.secondsPerSample).toBeCloseTo(4e-8, 15);
    expect(isBenchmodelOutput('Loading model x.nam\n3,84ms\n')).toBe(true);
  });

  test('whole milliseconds alone are refused', () => {
    expect(() => runOf('40ms')).toThrow('has whole milliseconds only');
  });

  test('without a time is refused by line', () => {
    expect(() => parseBenchmodel('Loading model x.nam\nRunning benchmark\n', 'x.txt')).toThrow(
      'x.txt: line 1: the run of x.nam has no time.',
    );
    expect(() => parseBenchmodel('{}', 'x.txt')).toThrow('x.txt: no run found.');
  });
});
