import { expect, test } from 'vitest';
import { type Model, openWorkbench, predictSync, slim } from '../../src/index.ts';
import { seedWaveNet } from '../../src/nam/seed-weights.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';

const workbench = openWorkbench();

/** The model with other weights, as another file would hold it. */
const withSeed = (id: string, seed: number): Model => {
  const model = workbench.model(id);
  const { network } = slim(model, 'full');
  if (network.kind !== 'wavenet') throw new Error('Expected a WaveNet.');
  const body = { kind: 'plain', network: seedWaveNet(network, seed) } as const;
  return { ...model, id: `${id}-${seed}`, origin: `${id}-${seed}.nam`, body };
};

test('networks of one shape share a program, whatever their weights; others do not', () => {
  const costs = new CostCache();
  const [one, two] = [1, 2].map((seed) => slim(withSeed('a1-nano', seed), 'full').network);
  const other = slim(workbench.model('a1-feather'), 'full').network;
  expect(costs.program(one!)).toBe(costs.program(two!));
  expect(costs.program(other)).not.toBe(costs.program(one!));
});

test('rows of models of one shape are those that each has by itself', () => {
  const models = [1, 2, 3].map((seed) => withSeed('a1-nano', seed));
  const request = {
    devices: ['pi-4', 'daisy-seed', 'valeton-gp-5'],
    copies: [1, 2],
    engine: 'all',
  };
  const together = predictSync(workbench, { ...request, models });
  const alone = models.map((model) => predictSync(openWorkbench(), { ...request, model }));
  expect(together.rows).toEqual(alone.flatMap(({ rows }) => rows));
  expect(together.skipped).toEqual(alone.flatMap(({ skipped }) => skipped));
  expect(together.rows.map((row) => row.modelPath)).toContain('a1-nano-3.nam');
});

test('a core that was changed under its id has costs of its own', () => {
  const core = structuredClone(workbench.core('cortex-a72'));
  Object.assign(core.issue.width, { value: 1 });
  const request = { model: 'a2', device: 'pi-4', width: 'lite' };
  const [shipped] = predictSync(workbench, request).rows;
  const [changed] = predictSync(workbench, { ...request, cores: [core] }).rows;
  const before = shipped?.cyclesPerSample?.expected ?? 0;
  expect(changed?.cyclesPerSample?.expected ?? 0).toBeGreaterThan(1.2 * before);
});
