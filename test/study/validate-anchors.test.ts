import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';
import { finish } from '../../src/study/cost/steps.ts';
import { parseCases } from '../../src/study/validate/cases.ts';
import { type ValidateRequest, validateSteps } from '../../src/study/validate/validate.ts';
import { cache, coreOf, device, model, root } from './predict-fixtures.ts';

const validate = (request: ValidateRequest, costs: CostCache = new CostCache()) =>
  finish(validateSteps(request, costs));

const file = 'data/measurements.json';
const cases = parseCases(JSON.parse(readFileSync(join(root, file), 'utf8')), file);
const models = ['a2', 'a1-standard', 'a1-lite', 'a1-feather', 'a1-nano'].map(model);

describe('measured cases', () => {
  const result = validate({ cases, deviceOf: device, coreOf, engines, models }, cache);

  test.each(result.cases.map((c) => [c.id, c.device, c.engine, c.model, c] as const))(
    '%s: %s, %s, %s',
    (_, __, ___, ____, c) => {
      const text = `${c.id}: measured ${c.measured} (${c.bound}), predicted ${c.predicted?.toFixed(0)}, error ${c.errorPercent?.toFixed(1)} %; naive ${c.naive?.toFixed(0)}, ${c.naiveErrorPercent?.toFixed(0)} %`;
      if (c.notComparable) {
        expect(c.predicted ?? null, 'what another build measured judges nobody').toBeNull();
        return;
      }
      expect(c.reason, text).toBeNull();
      expect(Math.abs(c.errorPercent ?? Number.POSITIVE_INFINITY), text).toBeLessThanOrEqual(
        c.bound === 'value' ? 25 : 0,
      );
    },
  );

  test('half of them lie within 10 %', () => {
    expect(result.summary.medianAbsErrorPercent).toBeLessThanOrEqual(10);
  });
  test('without the fits to a core, half of them lie within 20 %', () => {
    expect(result.summary.leaveOneCoreOutMedianAbsErrorPercent).toBeLessThanOrEqual(20);
  });
  test('the interval holds nine of ten without the own core, and is no wider than can be acted on', () => {
    const { covered, byConfidence } = result.interval;
    expect(covered).toBeGreaterThanOrEqual(0.85);
    expect(covered).toBeLessThanOrEqual(0.95);
    for (const [name, bar] of [
      ['validated', 1.35],
      ['fitted', 1.8],
      ['estimated', 2.3],
    ] as const) {
      expect(byConfidence[name].medianRatio, name).toBeLessThanOrEqual(bar);
    }
  });
  test('the naive model is far worse', () => {
    expect(result.summary.naiveMedianAbsErrorPercent).toBeGreaterThan(
      2 * (result.summary.medianAbsErrorPercent ?? 0),
    );
  });
});
