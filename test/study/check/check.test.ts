import { describe, expect, test } from 'vitest';
import { renderCheckAnnotations, renderCheckBencher } from '../../../src/report/check/formats.ts';
import { renderCheckMarkdown } from '../../../src/report/check/markdown.ts';
import { renderCheck } from '../../../src/report/check/text.ts';
import { parseBudgets } from '../../../src/scenario/parse-budgets.ts';
import { type Baseline, formatBaseline, parseBaseline } from '../../../src/study/check/baseline.ts';
import { check } from '../../../src/study/check/check.ts';
import type { Measurement } from '../../../src/study/check/measurement.ts';
import { fileOf, measured, run } from './measured.ts';

const baselineOf = (one: Measurement): Baseline =>
  new Map([
    [
      one.key,
      {
        case: one.key,
        value: one.value ?? 0,
        of: one.fingerprint,
        engine: one.engine,
        layers: { ...one.layers },
        weights: { ...one.weights },
      },
    ],
  ]);

describe('a ceiling', () => {
  test('holds when the actual value equals it', async () => {
    const result = await run({ max: 1000 }, measured());
    expect(result.exitCode).toBe(0);
    expect(result.verdicts[0]).toMatchObject({ status: 'pass', passed: true, delta: 0 });
  });

  test('fails by one cycle, and says by how much', async () => {
    const result = await run({ max: 999, reason: 'Two must fit.' }, measured());
    expect(result.exitCode).toBe(1);
    expect(result.verdicts[0]).toMatchObject({ status: 'fail', passed: false, delta: 1 });
    expect(result.verdicts[0]?.message).toBe(
      'a2 at full on mod-dwarf with neural-audio, block 128: cyclesPerSample is 1000, +1 (+0.1001 %) from the limit; allowed is at most 999. Most of it is in head 600 (60.0 %), array 0 layer 0 400 (40.0 %); by kind of work conv 900 (90.0 %), activation 100 (10.0 %). Why the limit: Two must fit.',
    );
  });

  test('of bytes says nothing of where the cycles go', async () => {
    const result = await run({ metric: 'memoryBytes.weights', max: 999 }, measured());
    expect(result.verdicts[0]?.message).toMatch(/allowed is at most 999\.$/);
  });

  test('at level warn does not fail the run', async () => {
    const result = await run({ max: 999, level: 'warn' }, measured());
    expect(result.exitCode).toBe(0);
    expect(result.verdicts[0]).toMatchObject({ status: 'warn', passed: false });
  });

  test('that is off is not judged', async () => {
    const result = await run({ max: 1, level: 'off' }, measured());
    expect(result.exitCode).toBe(0);
    expect(result.verdicts[0]).toMatchObject({ status: 'off', delta: null });
  });
});

describe('what cannot be judged is never a pass', () => {
  test('NaN', async () => {
    const result = await run({ max: 1000 }, measured({ value: Number.NaN }));
    expect(result.exitCode).toBe(3);
    expect(result.verdicts[0]?.message).toContain('is not a number');
  });

  test('an unknown verdict', async () => {
    const problem = 'no chip is published for this device';
    const result = await run({ max: 1000 }, measured({ value: null, problem }));
    expect(result.exitCode).toBe(3);
    expect(result.verdicts[0]).toMatchObject({ status: 'inconclusive', passed: false });
    expect(result.verdicts[0]?.message).toContain(problem);
  });

  test('a missing baseline', async () => {
    const result = await run({ maxIncreasePercent: 1 }, measured());
    expect(result.exitCode).toBe(3);
    expect(result.verdicts[0]?.message).toContain('--update-baseline');
  });

  test('a failure outweighs it', async () => {
    const file = parseBudgets(fileOf({ max: 999 }, { maxIncreasePercent: 1 }), 'budgets.json');
    const result = await check(file, new Map(), async () => [measured()]);
    expect(result.exitCode).toBe(1);
    expect(result.verdicts.map((verdict) => verdict.status)).toEqual(['fail', 'inconclusive']);
  });
});

describe('against the baseline', () => {
  const now = measured({
    value: 1030,
    layers: { 'array 0 layer 0': 430, head: 600 },
    fingerprint: 'two',
  });

  test('growth fails and names the layer, the cycles, the percentage and the stale model', async () => {
    const result = await run({ maxIncreasePercent: 1 }, now, baselineOf(measured()));
    expect(result.exitCode).toBe(1);
    const message = result.verdicts[0]?.message ?? '';
    expect(message).toContain('+3 % (1000 -> 1030)');
    expect(message).toContain('It grew in array 0 layer 0 +30 cycles/sample (400 -> 430, +7.5 %).');
    expect(message).toContain('The model is not the one of the baseline.');
  });

  test('a stale baseline within the limit passes and says what to do', async () => {
    const result = await run({ maxIncreasePercent: 5 }, now, baselineOf(measured()));
    expect(result.exitCode).toBe(0);
    expect(result.verdicts[0]?.message).toContain('--update-baseline');
  });

  test('a baseline that is written and read again shows no change', async () => {
    const odd = measured({ value: 1000 / 3, layers: { head: 1000 / 3 } });
    const written = parseBaseline(formatBaseline(baselineOf(odd)), 'baseline.json');
    const result = await run({ maxIncreasePercent: 0 }, odd, written);
    expect(result.exitCode).toBe(0);
    expect(result.verdicts[0]?.delta).toBe(0);
  });

  test('a layer whose weights are others is named first, and another engine too', async () => {
    const longer = measured({
      value: 1900,
      engine: 'nam-core',
      layers: { 'array 0 layer 0': 500, head: 1400 },
      weights: { 'array 0 layer 0': 63, head: 17 },
      fingerprint: 'two',
    });
    const result = await run({ maxIncreasePercent: 1 }, longer, baselineOf(measured()));
    const message = result.verdicts[0]?.message ?? '';
    expect(message).toContain('The engine is nam-core, in the baseline it was neural-audio.');
    expect(message).toContain(
      'It grew in array 0 layer 0 (54 -> 63 weights) +100 cycles/sample (400 -> 500, +25 %); head +800',
    );
  });

  test('the file has one line a case, sorted, and one a model', () => {
    const entry = { of: 'x', engine: 'nam-core', weights: { head: 17 } };
    const text = formatBaseline(
      new Map([
        ['b', { case: 'b', value: 2, layers: {}, ...entry }],
        ['a', { case: 'a', value: 1, layers: { head: 1 }, ...entry }],
      ]),
    );
    expect(text).toBe(
      '{"cases":[\n{"case":"a","value":1,"of":"x","engine":"nam-core","layers":{"head":1}},\n{"case":"b","value":2,"of":"x","engine":"nam-core","layers":{}}\n],"models":[\n{"of":"x","weights":{"head":17}}\n]}\n',
    );
  });
});

test('a what-if width is named in every message', async () => {
  const result = await run({ max: 999, whatIf: true }, measured({ whatIf: true }));
  expect(result.verdicts[0]?.message).toContain('what-if width');
});

test('a budget that matches nothing fails', async () => {
  const result = await run({ max: 1 }, []);
  expect(result.exitCode).toBe(1);
  expect(result.verdicts[0]?.message).toContain('could not be measured: no width matches.');
  const text = renderCheck(result, { columns: 140, color: false, ascii: false });
  expect(text).toMatch(/^faulty /);
  expect(text).toContain('1 faulty, 0 hold\nWhat could not be measured has no limit to raise');
  expect(text).not.toContain('raise its limit');
});

describe('a baseline', () => {
  const line = (value: number, name = 'a2 · full · pi-4 · auto · block 64 · cyclesPerSample') =>
    JSON.stringify({ case: name, value, of: 'x', engine: null, layers: {} });
  const file = (...lines: readonly string[]): string =>
    `{"cases":[${lines.join(',')}],"models":[]}`;

  test('with a case twice, as a merge of two branches leaves it, is refused', () => {
    expect(() => parseBaseline(file(line(1), line(2)), 'baseline.json')).toThrow(
      /^baseline\.json: "a2 · full .*": expected each case once, got it twice, as a merge of two branches leaves it\./,
    );
  });

  test.each([
    [-5, 'expected more than 0 cycles per sample, got -5'],
    [0, 'expected more than 0 cycles per sample, got 0'],
    [1e16, '1000000000000000'],
  ])('of %d cycles is refused', (value, message) => {
    expect(() => parseBaseline(file(line(value)), 'baseline.json')).toThrow(message);
  });

  test('begins with a byte order mark, and may hold a negative headroom', () => {
    const text = `\ufeff${file(line(-0.5, 'a2 · full · pi-4 · auto · block 64 · headroom'))}`;
    expect(parseBaseline(text, 'baseline.json').size).toBe(1);
  });

  test('of 0, where something is now, is not judged, and nothing is infinite', async () => {
    const zero = measured({ value: 0 });
    const before = baselineOf(zero);
    const budget = { metric: 'memoryBytes.scratch', maxIncreasePercent: 1000 };
    const grown = await run(budget, measured({ value: 8 }), before);
    expect(grown.exitCode).toBe(3);
    expect(grown.verdicts[0]?.message).toContain("Write an absolute limit, 'max'");
    const same = await run(budget, zero, before);
    expect(same.verdicts[0]).toMatchObject({ status: 'pass', delta: 0 });
  });
});

test('where all is off, the report says that nothing was judged', async () => {
  const style = { color: false, ascii: false, columns: 100 };
  const off = await run({ max: 1, level: 'off' }, measured());
  expect(renderCheck(off, style)).toContain('Nothing was judged: 1 limit is off');
});

describe('a faulty file says where and what to write', () => {
  test.each([
    ['no limit', { max: undefined }, 'expected a limit'],
    ['an unknown key', { max: 1, colour: 'red' }, 'colour'],
    ['an unknown metric', { max: 1, metric: 'cycles' }, 'expected one of cyclesPerSample, '],
    ['NaN as a limit', { max: null }, 'budgets[0].max'],
    [
      'a scenario metric without one',
      { max: 1, metric: 'scenario.xruns' },
      "beside the metric 'scenario.xruns'",
    ],
    ['esrToFull without audio', { max: 1, metric: 'esrToFull' }, '"audio": "take.wav"'],
  ])('%s', (_, budget, message) => {
    expect(() => parseBudgets(fileOf(budget), 'budgets.json')).toThrow(message);
  });

  test('two budgets of one name', () => {
    expect(() =>
      parseBudgets(fileOf({ name: 'x', max: 1 }, { name: 'x', max: 2 }), 'budgets.json'),
    ).toThrow('budgets[1].name: expected a name of its own, got "x", which budgets[0] has.');
  });
});

test('each budget knows its line', () => {
  const text =
    '{\n "budgets": [\n  {"name": "a]\\"", "model": "m", "device": "d", "metric": "load", "max": 1},\n\n  {\n "name": "b", "model": "m", "device": "d", "metric": "load", "max": 1}\n ]\n}';
  expect(parseBudgets(text, 'x').lines).toEqual([3, 5]);
});

describe('names with quotes, pipes, newlines and percent signs', () => {
  const name = 'a|b "c" <d> 100% `e`\nf';
  const failing = () => run({ name, max: 999 }, measured());

  test('stay in one Markdown table cell', async () => {
    const markdown = renderCheckMarkdown(await failing());
    const row = markdown.split('\n').find((line) => line.startsWith('| ❌'));
    expect(row).toContain('a\\|b "c" \\<d\\> 100% \\`e\\` f');
    expect(row?.replace(/\\\|/g, '').split('|')).toHaveLength(10);
  });

  test('stay in one workflow command', async () => {
    const annotations = renderCheckAnnotations(await failing());
    expect(annotations.trimEnd().split('\n')).toHaveLength(1);
    expect(annotations).toMatch(
      /^::error file=budgets\.json,line=3,title=a\|b "c" <d> 100%25 `e`%0Af::/,
    );
  });

  test('are keys in the Bencher metric format', async () => {
    const bencher = JSON.parse(renderCheckBencher(await failing()));
    const benchmark = bencher[`${name} / a2 / full / mod-dwarf / neural-audio`];
    expect(benchmark).toEqual({
      cyclesPerSample: { value: 1000, lower_value: 900, upper_value: 1150 },
    });
  });
});
