import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseBudgets } from '../../../src/scenario/parse-budgets.ts';
import type { CheckVerdict } from '../../../src/study/check/verdict.ts';
import { packageRoot } from '../../../src/workbench/package-info.ts';
import { pedalbench } from '../../cli/fake-io.ts';

const budgets = join(packageRoot, 'budgets.json');
const baseline = join(packageRoot, 'baseline.json');
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-own-budgets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Submodel {
  readonly model: {
    readonly metadata: { name?: string };
    readonly config: {
      readonly layers: readonly {
        readonly channels: number;
        readonly bottleneck: number;
        readonly kernel_sizes: number[];
      }[];
    };
    readonly weights: number[];
  };
}

/** A folder whose a2 has one layer of one submodel a tap longer; its weights are of no interest. */
const withLongerLayer = (submodel: string, layer: number, named = true): string => {
  const text = readFileSync(join(packageRoot, 'models/a2.nam'), 'utf8');
  const file = JSON.parse(text) as { config: { submodels: readonly Submodel[] } };
  const found = file.config.submodels.find((one) => one.model.metadata.name === submodel);
  const [array] = found?.model.config.layers ?? [];
  if (found === undefined || array === undefined) throw new Error(`${submodel}: no such submodel.`);
  array.kernel_sizes[layer] = (array.kernel_sizes[layer] ?? 0) + 1;
  const more = array.channels * array.bottleneck;
  found.model.weights.unshift(...new Array<number>(more).fill(0.01));
  if (!named) for (const { model } of file.config.submodels) delete model.metadata.name;
  const changed = join(folder, `${submodel}-${layer}`);
  mkdirSync(join(changed, 'models'), { recursive: true });
  writeFileSync(join(changed, 'models/a2.nam'), JSON.stringify(file));
  return changed;
};

test('the project holds its own budgets', async () => {
  const { code, stdout } = await pedalbench(['check', '--json']);
  const { counts } = JSON.parse(stdout) as { counts: Readonly<Record<string, number>> };
  expect(counts).toMatchObject({ fail: 0, inconclusive: 0 });
  expect(code).toBe(0);
});

describe('one layer of a2 one tap longer fails the budget of each device, and is named', () => {
  const names = parseBudgets(readFileSync(budgets, 'utf8'), budgets).budgets;

  test.each([
    ['lite', 4],
    ['full', 20],
  ])('%s, layer %i', async (submodel, layer) => {
    const { code, stdout } = await pedalbench(
      ['check', budgets, '--baseline', baseline, '--json'],
      { cwd: withLongerLayer(submodel, layer) },
    );
    expect(code).toBe(1);
    const { verdicts } = JSON.parse(stdout) as { verdicts: readonly CheckVerdict[] };
    const devices = names
      .filter((budget) => budget.width === submodel && budget.maxIncreasePercent !== undefined)
      .flatMap((budget) => budget.device ?? []);
    expect(devices.length).toBeGreaterThanOrEqual(8);
    for (const device of devices) {
      const verdict = verdicts.find(
        (one) =>
          one.device === device && one.width === submodel && one.limitKind === 'maxIncreasePercent',
      );
      expect(verdict, device).toMatchObject({ status: 'fail' });
      const message = verdict?.message ?? '';
      expect(message).toMatch(/cyclesPerSample is \+[\d.]+ % \([\d.]+ -> [\d.]+\)/);
      expect(message).toContain('The model is not the one of the baseline.');
      expect(message).toMatch(
        new RegExp(
          `It grew in array 0 layer ${layer} \\(\\d+ -> \\d+ weights\\) \\+[\\d.]+ cycles/sample \\([\\d.]+ -> [\\d.]+, \\+[\\d.]+ %\\)`,
        ),
      );
    }
    // What was not changed costs what it did.
    const other = verdicts.filter(
      (one) => one.metric === 'cyclesPerSample' && one.width !== submodel,
    );
    expect(other.every((one) => one.passed)).toBe(true);
  });
});

describe('a container whose names come from its shapes, after a kernel has become a tap longer', () => {
  const device = { model: 'models/a2.nam', device: 'pi-4', metric: 'cyclesPerSample' };
  const held = ['lite', 'full', 'all'].map((width) => ({
    name: width,
    ...device,
    width,
    maxIncreasePercent: 0,
  }));
  /** A folder whose a2 is the shipped one without the names of its submodels. */
  const unchanged = (): string => {
    const text = readFileSync(join(packageRoot, 'models/a2.nam'), 'utf8');
    const file = JSON.parse(text) as { config: { submodels: readonly Submodel[] } };
    for (const { model } of file.config.submodels) delete model.metadata.name;
    const plain = join(folder, 'plain');
    mkdirSync(join(plain, 'models'), { recursive: true });
    writeFileSync(join(plain, 'models/a2.nam'), JSON.stringify(file));
    return plain;
  };

  test.each([
    ['lite', 4],
    ['full', 20],
  ])(
    '%s: each case finds its baseline, and the engine that changed is named',
    async (submodel, layer) => {
      const before = unchanged();
      writeFileSync(join(before, 'budgets.json'), JSON.stringify({ budgets: held }));
      expect((await pedalbench('check --update-baseline', { cwd: before })).code).toBe(0);
      const after = withLongerLayer(submodel, layer, false);
      for (const file of ['budgets.json', 'baseline.json']) {
        writeFileSync(join(after, file), readFileSync(join(before, file)));
      }
      const { code, stdout } = await pedalbench('check --json', { cwd: after });
      expect(code).toBe(1);
      const { verdicts } = JSON.parse(stdout) as { verdicts: readonly CheckVerdict[] };
      expect(verdicts.map(({ status }) => status).sort()).toEqual(['fail', 'fail', 'pass', 'pass']);
      const message = verdicts.find((one) => one.budget === submodel)?.message ?? '';
      expect(message).toMatch(/The engine is [\w-]+, in the baseline it was neural-audio\./);
      expect(message).toContain(`It grew in array 0 layer ${layer} (`);
    },
  );
});
