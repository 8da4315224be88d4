/** Sessions of another rate than the model's: what is costed, and what the row says of it. */
import { describe, expect, test } from 'vitest';
import type { ChipProfile, DeviceProfile } from '../../src/device/profile.ts';
import { withSettings } from '../../src/device/set-figures.ts';
import { engines } from '../../src/engine/registry.ts';
import type { Model } from '../../src/nam/model.ts';
import { slim } from '../../src/nam/widths.ts';
import { Judge } from '../../src/study/advise/standing.ts';
import { explainPoint } from '../../src/study/explain/explain.ts';
import type { PredictRequest } from '../../src/study/predict/request.ts';
import type { PredictRow } from '../../src/study/predict/row.ts';
import { coreOf, device, model, rowsOf } from './predict-fixtures.ts';

const resampling = withSettings(device('pi-5'), [{ path: 'audio.resampler', value: 'lanczos' }]);

const row = (options: Partial<PredictRequest>, on: DeviceProfile = resampling): PredictRow => {
  const [first] = rowsOf('a2', [on], { width: 'lite', ...options });
  if (first?.load == null) throw new Error('no row');
  return first;
};
const load = (r: PredictRow): number => r.load?.expected ?? Number.NaN;
const cycles = (r: PredictRow): number => r.cyclesPerSample?.expected ?? Number.NaN;

describe('a session at another rate than the model', () => {
  test('at 96 kHz the model costs what it does at its own rate, and the resampler comes on top', () => {
    // The model gets blocks of 32 of the session's 64.
    const own = cycles(row({ blockFrames: [32] }));
    const at96 = row({ sampleRateHz: 96_000 });
    expect(at96).toMatchObject({ blockFrames: 64, sampleRateHz: 96_000 });
    const resampler = cycles(at96) - own / 2;
    expect(resampler).toBeGreaterThan(30);
    expect(resampler).toBeLessThan(150);
    expect(at96.context?.resampler).toMatch(
      /^Lanczos of 24 taps, 96 kHz to 48 kHz and back, 42 fr/,
    );
    expect(at96.reasons.join(' ')).toContain(
      'in blocks of 32 frames; the resampler around it takes',
    );
  });

  test('without a resampler it runs at the rate of the session, at that multiple of the load', () => {
    const own = load(row({ blockFrames: [256] }));
    const asked = row({ sampleRateHz: 96_000, resample: false, blockFrames: [256] });
    expect(load(asked) / own).toBeCloseTo(2, 1);
    expect(asked.context?.resampler).toMatch(/^none was asked for/);
    const plain = row({ sampleRateHz: 96_000, blockFrames: [256] }, device('pi-5'));
    expect(load(plain)).toBe(load(asked));
    expect(plain.context?.resampler).toMatch(/^none: the player has none \(.*no resampling/);
    expect(plain.reasons.join(' ')).toContain('at 1000 Hz is heard at 2000 Hz');
  });

  test('at 44.1 kHz blocks of 69 and 70 frames are weighed, and the worst is one of 70', () => {
    const at44 = row({ sampleRateHz: 44_100 });
    expect(at44.reasons.join(' ')).toContain('in blocks of 70 or 69 frames');
    const perSecond = (frames: number): number =>
      cycles(row({ sampleRateHz: 48_000, blockFrames: [frames] })) * 48_000;
    const least = Math.min(perSecond(69), perSecond(70));
    const model44 = cycles(at44) * 44_100;
    expect(model44).toBeGreaterThan(least);
    expect(model44).toBeLessThan(1.2 * least);
  });

  test('a block of the session that gives the model no frame costs the resampler alone', () => {
    const tiny = row({ sampleRateHz: 192_000, blockFrames: [2] });
    expect(tiny.reasons.join(' ')).toContain('in blocks of 1 or 0 frames');
    expect(cycles(tiny)).toBeGreaterThan(0);
  });

  test('two cores as a pipeline carry a half of the resampler each', () => {
    const split = row({ sampleRateHz: 96_000, splitAfterLayers: 9 });
    expect(cycles(split)).toBeLessThan(cycles(row({ sampleRateHz: 96_000 })));
    expect(split.cores).toBe(2);
  });

  test('explain has a line for the resampler, and adds up to what predict says', () => {
    const { explanation, row: told } = explainPoint({
      model: model('a2'),
      device: resampling,
      engines,
      coreOf,
      width: 'lite',
      sampleRateHz: 44_100,
    });
    const layers = explanation.layers.reduce((sum, layer) => sum + layer.cyclesPerSample, 0);
    expect(layers).toBeCloseTo(cycles(told), 4);
    const line = explanation.layers.find(({ name }) => name === 'resampler');
    expect(line?.cyclesPerSample).toBeGreaterThan(30);
    expect(explanation.kinds.map(({ name }) => name)).toContain('resample');
  });
});

test('a search for changes costs the resampler, too', () => {
  const a2 = model('a2');
  const of96: Model = { ...a2, metadata: { ...a2.metadata, sampleRateHz: 96_000 } };
  const { width, network } = slim(a2, 'lite', { whatIf: false });
  const setting = { engine: 'auto', blockFrames: 64, copies: 1 };
  const cyclesOf = (asked: Model): number => {
    const request = { model: asked, devices: [resampling], engines, coreOf };
    const judge = new Judge(request, resampling, resampling.chip as ChipProfile);
    return cycles(judge.row(network, width, setting) ?? row({}));
  };
  // Twice the samples, and the resampler.
  expect(cyclesOf(of96) / cyclesOf(a2)).toBeGreaterThan(2.1);
});

test('at twice its own rate a model costs twice as much, and the filters around it', () => {
  const twice = row({ oversample: 2 });
  // The model gets blocks of 128 of the session's 64.
  const own = cycles(row({ blockFrames: [128] }));
  expect(cycles(twice) - 2 * own).toBeGreaterThan(50);
  expect(cycles(twice) / own).toBeLessThan(2.5);
  // Whatever the player does with models of another rate.
  expect(cycles(row({ oversample: 2 }, device('pi-5')))).toBe(cycles(twice));
  expect(twice.reasons.join(' ')).toContain('the model at 2 times its own rate, 96 kHz');
});
