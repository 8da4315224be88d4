import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';
import { finish } from '../../src/study/cost/steps.ts';
import { measuredKindsOf, parseCases, withKnown } from '../../src/study/validate/cases.ts';
import { quantile, summarize } from '../../src/study/validate/error-summary.ts';
import { fittedFiguresOf, withPriorValues } from '../../src/study/validate/prior-values.ts';
import {
  errorPercentOf,
  fitNaive,
  type ValidateRequest,
  validateSteps,
} from '../../src/study/validate/validate.ts';
import { allDevices, cache, coreOf, device, model, root } from './predict-fixtures.ts';

const validate = (request: ValidateRequest, costs: CostCache = new CostCache()) =>
  finish(validateSteps(request, costs));

const own = parseCases(
  JSON.parse(readFileSync(join(root, 'data/measurements.json'), 'utf8')),
  'data/measurements.json',
);
const models = ['a2', 'a1-standard', 'a1-lite', 'a1-feather', 'a1-nano'].map(model);
const request = { deviceOf: device, coreOf, engines, models };

const aCase = (changes: Record<string, unknown>): unknown => ({
  cases: [
    {
      id: 't1',
      device: 'tinker-board',
      core: 'cortex-a17',
      engine: 'planar-neon',
      model: 'a2-lite',
      sampleRateHz: 48000,
      blockFrames: 64,
      cyclesPerSample: 2000,
      bound: 'value',
      source: 'a test',
      ...changes,
    },
  ],
});

describe('errors', () => {
  test('are signed, in percent of what was measured', () => {
    expect(errorPercentOf(110, 100, 'value')).toBeCloseTo(10, 9);
    expect(errorPercentOf(50, 100, 'value')).toBe(-50);
  });
  test('of a bound count on its wrong side only', () => {
    expect(errorPercentOf(90, 100, 'upper')).toBe(0);
    expect(errorPercentOf(150, 100, 'upper')).toBe(50);
    expect(errorPercentOf(150, 100, 'lower')).toBe(0);
    expect(errorPercentOf(80, 100, 'lower')).toBeCloseTo(-20, 9);
  });
  test('are summed up by median, nine tenths, worst and hit rates', () => {
    expect(summarize([-30, 5, 10, -20, 0])).toEqual({
      n: 5,
      medianAbsErrorPercent: 10,
      p90AbsErrorPercent: 26,
      worstAbsErrorPercent: 30,
      within10Percent: 0.6,
      within25Percent: 0.8,
    });
    expect(summarize([]).medianAbsErrorPercent).toBeNull();
    expect(quantile([1, 2], 0.5)).toBe(1.5);
  });
});

describe('a source that gives times', () => {
  const predictedOf = (clockKind: string): number => {
    const changes = { clockHz: 708_000_000, clockKind };
    const [c] = validate({ ...request, cases: parseCases(aCase(changes), 'x') }, cache).cases;
    return c?.predicted ?? Number.NaN;
  };
  test("is compared in time: at the clock that it took for granted, not at the device's", () => {
    // The Tinker Board runs at 1,416 MHz.
    expect(predictedOf('assumed')).toBeCloseTo(predictedOf('stated') / 2, 9);
  });
});

describe('the naive model', () => {
  test('has one constant, the geometric mean of cycles per multiply-accumulate', () => {
    const constant = fitNaive([
      { macsPerSample: 100, cyclesPerSample: 50 },
      { macsPerSample: 100, cyclesPerSample: 200 },
    ]);
    expect(constant).toBeCloseTo(1, 12);
  });
});

describe('cases', () => {
  test('of the project have unique ids, sources, and devices that are described', () => {
    expect(new Set(own.map((c) => c.id)).size).toBe(own.length);
    for (const c of own) {
      expect(c.source.length, c.id).toBeGreaterThan(10);
      expect(device(c.device).chip, c.id).not.toBeNull();
    }
  });

  test('that a fitted number names count as fitted, whatever the file says', () => {
    const core = coreOf('cortex-a17');
    const [first, ...rest] = Object.entries(core.ports);
    if (first === undefined) throw new Error('a core without ports');
    const named = { ...first[1], kind: 'fitted' as const, source: 't1 of a test' };
    const fitted = { ...core, ports: { [first[0]]: named, ...Object.fromEntries(rest) } };
    const cases = parseCases(aCase({}), 'x.json');
    const splitOn = (profile: typeof core) =>
      validate({ ...request, coreOf: () => profile, cases }, new CostCache()).cases[0]?.split;
    expect(splitOn({ ...core, id: 'cortex-a17' })).toBe('check');
    expect(splitOn(fitted)).toBe('fit');
  });

  test('may name a width in the model, or an activation, or a pipeline', () => {
    const [lite] = parseCases(aCase({ model: 'a1-nano with ReLU for Tanh' }), 'x.json');
    expect([lite?.model, lite?.activation]).toEqual(['a1-nano', 'ReLU']);
    const [split] = parseCases(
      aCase({ split: { kind: 'layer-pipeline', frontLayers: 14 } }),
      'x.json',
    );
    expect([split?.frontLayers, split?.split]).toEqual([14, 'check']);
  });

  test.each([
    [{ cyclesPerSample: -1 }, 'x.json: cases[0].cyclesPerSample: expected a positive number'],
    [{ bound: 'about' }, 'x.json: cases[0].bound: expected one of value, upper, lower'],
    [{ device: undefined }, 'x.json: cases[0].device: missing'],
  ])('with a fault are refused by path: %o', (changes, message) => {
    expect(() => parseCases(aCase(changes), 'x.json')).toThrow(message);
  });

  test('that cannot be judged stay in the list with the reason, and out of the summary', () => {
    const cases = parseCases(aCase({ model: 'a1-nano' }), 'x.json');
    const result = validate({ ...request, cases }, cache);
    expect(result.cases[0]?.predicted).toBeNull();
    expect(result.cases[0]?.reason).toMatch(/planar-neon/);
    expect([result.summary.n, result.summary.unjudged]).toEqual([0, 1]);
  });

  test('are predicted as `predict` does, beside the naive model', () => {
    const cases = parseCases(aCase({}), 'x.json');
    const [judged] = validate({ ...request, cases }, cache).cases;
    expect(judged?.errorPercent).toBeCloseTo(100 * ((judged?.predicted ?? 0) / 2000 - 1), 9);
    // One case alone is what the constant is fitted to.
    expect(judged?.naive).toBeCloseTo(2000, 6);
  });

  test('say what was measured; bounds and what another build measured do not count', () => {
    const kinds = measuredKindsOf(own, request.deviceOf);
    expect(kinds).toContainEqual(
      expect.objectContaining({
        core: 'cortex-a76',
        engine: 't3k-embedded',
        placement: 'caches',
        fastMath: true,
      }),
    );
    expect(kinds.some((p) => p.core === 'cortex-a35')).toBe(false);
    expect(kinds.some((p) => p.engine.includes('nam_a2_runtime'))).toBe(false);
  });

  test('are not comparable where another build was measured, and are not judged', () => {
    const cases = [
      ...parseCases(aCase({}), 'x.json'),
      ...parseCases(aCase({ id: 'other', notComparable: 'patched' }), 'y.json'),
    ];
    const { cases: judged, summary } = validate({ ...request, cases }, cache);
    expect(judged[1]).toMatchObject({ notComparable: true, reason: 'patched', predicted: null });
    expect([summary.n, summary.notComparable, summary.unjudged]).toEqual([1, 1, 0]);
  });

  test('are not comparable in whichever file the same measurement of another build stands', () => {
    const [known] = own.filter((c) => c.notComparable !== null);
    const bare = own.map((c, i) => ({ ...c, id: `${i}`, notComparable: null }));
    const again = withKnown(bare, own).filter((c) => c.notComparable !== null);
    expect(again.map((c) => c.notComparable)).toContain(known?.notComparable);
    expect(again).toHaveLength(own.filter((c) => c.notComparable !== null).length);
    const joined = bare.map((c) => ({ ...c, model: `${c.model}-${c.width}`, width: null }));
    expect(withKnown(joined, own)).toContainEqual(
      expect.objectContaining({ model: 'a2-lite', notComparable: expect.any(String) }),
    );
    const dearer = bare.map((c) => ({ ...c, cyclesPerSample: c.cyclesPerSample + 1 }));
    expect(withKnown(dearer, own).some((c) => c.notComparable !== null)).toBe(false);
  });

  test('are not comparable where the engine measured is none of these; a mistyped id is a mistake', () => {
    const isApart = (engine: string): boolean | undefined =>
      validate({ ...request, cases: parseCases(aCase({ engine }), 'x.json') }, cache).cases[0]
        ?.notComparable;
    expect(isApart('somebody own engine in C')).toBe(true);
    expect(isApart('nam-core-a2fast + local patch v3')).toBe(true);
    expect(isApart('nam-coer')).toBe(false);
  });
});

describe('leaving fits out', () => {
  const profile = {
    a: { value: 3, low: 1, high: 4, kind: 'fitted', source: 'm001' },
    b: { value: 3, low: 1, high: 4, kind: 'estimate', source: 'thought' },
    c: [{ value: 0.5, kind: 'fitted', source: 'm002' }],
  };
  test('puts a fitted figure back to the middle of its interval, and nothing else', () => {
    const bare = withPriorValues(profile);
    expect(bare.a.value).toBe(2);
    expect(bare.b).toBe(profile.b);
    expect(bare.c[0]?.value).toBe(0.5);
    expect(fittedFiguresOf(profile).map((f) => f.path)).toEqual(['a', 'c[0]']);
  });
  test('gives the same object where nothing was fitted', () => {
    expect(withPriorValues(profile.b)).toBe(profile.b);
  });
});

test('every device of the validation set has the core that was measured', () => {
  const known = new Map(allDevices().map((d) => [d.id, d]));
  for (const c of own) {
    const clusters = known.get(c.device)?.chip?.clusters ?? [];
    expect(clusters.map((k) => k.coreId)).toContain(c.core);
  }
});
