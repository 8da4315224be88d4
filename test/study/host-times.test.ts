/** Times of NAM Core on a computer at hand, against the pipeline of its core at the flags of its build. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { targetOf } from '../../src/study/cost/cost-point.ts';
import { compareTimes, parseHostTimes } from '../../src/study/validate/builds.ts';
import { quantile } from '../../src/study/validate/error-summary.ts';
import { coreOf, device, root } from './predict-fixtures.ts';

const path = 'data/host-times.json';
const times = parseHostTimes(JSON.parse(readFileSync(join(root, path), 'utf8')), path);

const pathOf = (model: string): string | undefined =>
  [`models/${model}.nam`, `test/fixtures/counted-models/${model}.nam`]
    .map((name) => join(root, name))
    .find(existsSync);

const modelOf = (id: string) => {
  const found = pathOf(id) ?? id;
  return parseModel(readFileSync(found, 'utf8'), found);
};

test('a build for every x86 is lowered without AVX and fused multiply-add', () => {
  const { chip } = device('host');
  if (chip === null) throw new RangeError('Expected the host to have a chip.');
  const plain = { ...chip, build: { ...chip.build, tune: 'x86-64', fastMath: false } };
  expect(targetOf(plain, coreOf(times.machine.core))).toMatchObject({
    isa: 'x86-sse2',
    lanes: 4,
    fma: false,
  });
});

test('times of NAM Core on a Zen 5 are met within 15 percent in the median', () => {
  const rows = times.rows.filter(
    ({ engine, model }) => engine !== 'nam-core-inline' && pathOf(model) !== undefined,
  );
  const compared = compareTimes({ ...times, rows }, { engines, coreOf, modelOf });
  const ratios = compared.map(({ ratio }) => ratio);
  const off = ratios.map((ratio) => Math.abs(ratio - 1));
  const factor = quantile(ratios, 0.5) ?? 1;
  const apart = ratios.map((ratio) => Math.abs(ratio / factor - 1));
  console.log(
    `${ratios.length} rows: ${quantile(off, 0.5)?.toFixed(3)} off, after ${factor.toFixed(3)} ${quantile(apart, 0.5)?.toFixed(3)}, p90 ${quantile(apart, 0.9)?.toFixed(3)}`,
  );
  expect(ratios.length).toBeGreaterThan(60);
  expect(quantile(off, 0.5)).toBeLessThanOrEqual(0.15);
});
