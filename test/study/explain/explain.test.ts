import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engines } from '../../../src/engine/registry.ts';
import { parseModel } from '../../../src/nam/parse-model.ts';
import { widthsOf } from '../../../src/nam/widths.ts';
import { CostCache } from '../../../src/study/cost/cost-cache.ts';
import type { Account, CycleNode } from '../../../src/study/explain/account.ts';
import {
  diffExplanations,
  type ExplainRequest,
  explainPoint,
} from '../../../src/study/explain/explain.ts';
import { predict } from '../../../src/study/predict/predict.ts';
import { openWorkbench } from '../../../src/workbench/open-workbench.ts';

const root = resolve(import.meta.dirname, '../../..');
const cores = openWorkbench({ cwd: root }).cores;
const catalogue = openWorkbench({ cwd: root }).devices;
const withChip = catalogue.all().filter((device) => device.chip !== null);
const modelOf = (id: string) =>
  parseModel(readFileSync(join(root, 'models', `${id}.nam`), 'utf8'), `models/${id}.nam`);
const models = ['a2', 'a1-nano', 'slim-8', 'a1-feather', 'lstm-1x16'].map(modelOf);
const cache = new CostCache();
const common = { engines, coreOf: (id: string) => cores.find(id) };

const sum = (accounts: readonly Account[]): number =>
  accounts.reduce((total, account) => total + account.cyclesPerSample, 0);
const partsOf = (account: Account): number =>
  Object.values(account.parts).reduce((total, cycles) => total + cycles, 0);

/** Sums of thousands of doubles: equal up to their rounding. */
const same = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
};

const sumsUp = (node: CycleNode): void => {
  if (node.children.length === 0) return;
  same(
    node.children.reduce((total, child) => total + child.cyclesPerSample, 0),
    node.cyclesPerSample,
  );
  for (const child of node.children) sumsUp(child);
};

describe('explain', () => {
  test('as a tree, layers, kinds of work and kernels add up to what is above them', () => {
    const [device] = withChip.filter(({ id }) => id === 'mod-dwarf');
    if (device === undefined) throw new Error('mod-dwarf is gone');
    const { explanation } = explainPoint({ ...common, model: modelOf('a2'), device }, cache);
    const { tree, layers, total } = explanation;
    same(tree.cyclesPerSample, total.cyclesPerSample);
    expect(tree.children.map(({ name }) => name)).toEqual(layers.map(({ name }) => name));
    expect(tree.children[3]?.children[0]?.children.length).toBeGreaterThan(0);
    sumsUp(tree);
  });

  test('adds up to predict at every level, for any model, width, device, engine and block', () => {
    const points = fc.record({
      device: fc.constantFrom(...withChip),
      engine: fc.constantFrom('auto', ...engines.map((engine) => engine.id)),
      model: fc.constantFrom(...models),
      width: fc.nat(),
      blockFrames: fc.constantFrom(16, 48, 64),
    });
    fc.assert(
      fc.property(points, ({ device, engine, model, width: pick, blockFrames }) => {
        const widths = widthsOf(model);
        const width = widths[pick % widths.length]?.label ?? 'full';
        const request: ExplainRequest = { ...common, model, device, engine, width, blockFrames };
        const predicted = predict(
          {
            ...common,
            models: [model],
            devices: [device],
            engine,
            width,
            blockFrames: [blockFrames],
          },
          cache,
        ).rows[0];
        // An engine that refuses the shape on this core has nothing to explain.
        fc.pre(predicted?.cyclesPerSample != null);
        const { explanation } = explainPoint(request, cache);
        const { total, layers, kinds, kernels } = explanation;
        same(total.cyclesPerSample, predicted?.cyclesPerSample?.expected ?? Number.NaN);
        // A row's corners are widened to hold its interval.
        const { best = Number.NaN, worst = Number.NaN } = predicted?.cyclesPerSample ?? {};
        expect(best).toBeLessThanOrEqual(total.bestCyclesPerSample * (1 + 1e-9));
        expect(worst).toBeGreaterThanOrEqual(total.worstCyclesPerSample * (1 - 1e-9));
        for (const level of [layers, kinds, kernels]) same(sum(level), total.cyclesPerSample);
        for (const account of [total, ...layers, ...kinds, ...kernels]) {
          same(partsOf(account), account.cyclesPerSample);
          expect(account.bestCyclesPerSample).toBeLessThanOrEqual(account.cyclesPerSample + 1e-9);
          expect(account.worstCyclesPerSample).toBeGreaterThanOrEqual(
            account.cyclesPerSample - 1e-9,
          );
        }
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  test('no kernel costs more when one of its limits is gone', () => {
    const { explanation } = explainPoint(
      {
        ...common,
        model: models[0]!,
        device: catalogue.find('orange-pi-5'),
        engine: 't3k-embedded',
      },
      cache,
    );
    for (const kernel of explanation.kernels) {
      for (const cycles of Object.values(kernel.without ?? {})) {
        expect(cycles).toBeLessThanOrEqual(kernel.cyclesPerSample + 1e-9);
      }
    }
    const largest = [...explanation.kernels].sort(
      (a, b) => b.cyclesPerSample - a.cyclesPerSample,
    )[0];
    expect(largest?.without?.arithmetic).toBeLessThan(largest?.cyclesPerSample ?? 0);
  });

  test('a difference of two explanations adds up to the difference of their totals', () => {
    const at = (width: string) =>
      explainPoint(
        { ...common, model: models[0]!, device: catalogue.find('mod-dwarf'), width },
        cache,
      ).explanation;
    const diff = diffExplanations(at('lite'), at('full'));
    for (const level of [diff.layers, diff.kinds, diff.kernels]) {
      same(
        level.reduce((total, one) => total + one.delta, 0),
        diff.total.delta,
      );
    }
    expect(diff.total.delta).toBeGreaterThan(0);
  });

  test('a device without a chip has nothing to explain, and the error says where to look', () => {
    const device = catalogue.all().find((one) => one.chip === null);
    expect(() => explainPoint({ ...common, model: models[0]!, device: device! }, cache)).toThrow(
      `pedalbench devices show ${device?.id}`,
    );
  });
});
