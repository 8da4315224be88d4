import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../../src/device/parse-profile.ts';
import type { DeviceProfile } from '../../../src/device/profile.ts';
import { engines } from '../../../src/engine/registry.ts';
import type { WaveNetNetwork } from '../../../src/nam/network.ts';
import { parseModel } from '../../../src/nam/parse-model.ts';
import { seedWaveNet } from '../../../src/nam/seed-weights.ts';
import { writeWaveNet } from '../../../src/nam/write-model.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { adviseSteps } from '../../../src/study/advise/advise.ts';
import type { AdviseRequest } from '../../../src/study/advise/request.ts';
import {
  bestWidthSet,
  type DemandsRequest,
  demandSteps,
} from '../../../src/study/advise/width-set.ts';
import { finish } from '../../../src/study/cost/steps.ts';
import { predict } from '../../../src/study/predict/predict.ts';
import { simulate } from '../../../src/study/simulate/simulate.ts';
import { openWorkbench } from '../../../src/workbench/open-workbench.ts';

const advise = (request: AdviseRequest) => finish(adviseSteps(request));
const demandsOf = (request: DemandsRequest) => finish(demandSteps(request));
const root = resolve(import.meta.dirname, '../../..');
const cores = openWorkbench({ cwd: root }).cores;
const catalogue = openWorkbench({ cwd: root }).devices;
const modelOf = (id: string) =>
  parseModel(readFileSync(join(root, 'models', `${id}.nam`), 'utf8'), `models/${id}.nam`);
const common = { engines, coreOf: (id: string) => cores.find(id) };
const standard = modelOf('a1-standard');

/** A class profile at another clock. */
const atClock = (id: string, clockHz: number): DeviceProfile => {
  const document = JSON.parse(readFileSync(join(root, 'devices', `${id}.json`), 'utf8'));
  document.id = 'faster';
  document.chip.clusters[0].clockHz = { value: clockHz, kind: 'estimate', source: 'set by a test' };
  return parseProfile(document, 'faster.json');
};

const loadAt = (device: DeviceProfile, copies: number): number =>
  predict({ ...common, models: [standard], devices: [device], copies: [copies] }).rows[0]?.load
    ?.expected ?? Number.NaN;

describe('a model that takes a little more than half a chip', () => {
  const base = 'class-a55-1800';
  const clock = catalogue.find(base).chip?.clusters[0]?.clockHz.value ?? 0;
  // Time for the host does not scale with the clock, so this is close and not exact.
  const device = atClock(base, Math.round((clock * loadAt(catalogue.find(base), 1)) / 0.52));
  const request: AdviseRequest = {
    ...common,
    model: standard,
    devices: [device],
    copies: 2,
    // Histories rewind in some blocks and not in others: without headroom those blocks would be late.
    margin: 0.08,
  };
  const advice = advise(request);
  const miss = advice.devices[0]?.nearMisses[0];

  test('runs once and not twice', () => {
    expect(loadAt(device, 1)).toBeGreaterThan(0.5);
    expect(loadAt(device, 1)).toBeLessThan(0.55);
    expect(advice.devices[0]?.widest).toContainEqual({ copies: 1, width: 'full' });
    expect(advice.devices[0]?.widest).toContainEqual({ copies: 2, width: null });
  });

  test('gets suggestions that bring two inside, each with what it gives up', () => {
    expect(miss?.candidates).toBeGreaterThan(1000);
    expect(miss?.suggestions.length).toBeGreaterThan(0);
    for (const one of miss?.suggestions ?? []) {
      expect(one.chance).toBeGreaterThanOrEqual(0.9);
      expect(one.load).toBeLessThanOrEqual(0.92);
      expect(one.cyclesSavedPerSample).toBeGreaterThan(0);
      expect(one.weightsLost + one.receptiveFieldLost).toBeGreaterThan(0);
    }
  });

  test('the changed architecture, written as a file, is confirmed by predict and by run', () => {
    const text = writeWaveNet(seedWaveNet(advice.best!.network as WaveNetNetwork, 1), {
      name: 'changed',
      sampleRateHz: 48000,
    });
    const changed = parseModel(text, 'changed.nam');
    const { rows } = predict({ ...common, models: [changed], devices: [device], copies: [2] });
    expect(rows[0]?.load?.expected).toBeLessThanOrEqual(0.92);
    expect(rows[0]?.cyclesPerSample?.expected).toBeCloseTo(
      miss?.suggestions[0]?.cyclesPerSample ?? 0,
      6,
    );

    const [job] = parseScenario(
      JSON.stringify({
        device: 'faster',
        durationSeconds: 2,
        slots: [{ model: 'changed' }, { model: 'changed' }],
        disturbances: false,
      }),
      'two.json',
      'two',
    );
    const missing = (): never => {
      throw new Error('not needed');
    };
    const run = simulate(job!, {
      engines,
      device: () => device,
      core: (id) => cores.find(id),
      model: () => changed,
      impulse: missing,
      audio: missing,
    });
    expect(run.xruns).toBe(0);
    expect(run.load.mean).toBeCloseTo(rows[0]?.load?.expected ?? 0, 2);
  });
});

test('the set of widths for slim-8 over every chip is what brute force finds', () => {
  const { widths, demands } = demandsOf({
    ...common,
    model: modelOf('slim-8'),
    devices: catalogue.all().filter((device) => device.chip !== null),
  });
  const count = widths.length;
  const widest = (set: readonly number[], i: number): number => {
    const demand = demands[i]!;
    return Math.max(
      0,
      ...set.map((w) => ((demand.chances?.[w] ?? 0) >= 0.9 ? widths[w]!.worth : 0)),
    );
  };
  const all = widths.map((_, i) => i);
  const score = (set: readonly number[]): number => {
    const shares = demands.flatMap((_, i) => {
      const possible = widest(all, i);
      return possible === 0 ? [] : [widest(set, i) / possible];
    });
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };
  for (const most of [1, 2, 3, 4]) {
    const sets = Array.from({ length: 1 << count }, (_, bits) =>
      all.filter((i) => (bits >> i) & 1),
    );
    const best = Math.max(...sets.filter((set) => set.length <= most).map(score));
    expect(bestWidthSet(widths, demands, most).score).toBeCloseTo(best, 9);
  }
});
