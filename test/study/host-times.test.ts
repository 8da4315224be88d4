/** Times of NAM Core on a computer at hand, against the pipeline of its core at the flags of its build. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { targetOf } from '../../src/study/cost/price.ts';
import { pipelinePerSample } from '../../src/study/validate/builds.ts';
import { quantile } from '../../src/study/validate/error-summary.ts';
import { coreOf, device, root } from './predict-fixtures.ts';

interface Row {
  readonly engine: string;
  readonly model: string;
  readonly width: string;
  readonly tanh: 'fast' | 'libm';
  readonly blockFrames: number;
  readonly nanosecondsPerSample: number;
}
interface Times {
  readonly machine: { readonly core: string; readonly clockHz: number };
  readonly rows: readonly Row[];
}

const { machine, rows }: Times = JSON.parse(
  readFileSync(join(root, 'data/host-times.json'), 'utf8'),
);
const core = coreOf(machine.core);
const { chip } = device('host');
if (chip === null) throw new RangeError('Expected the host to have a chip.');
const target = targetOf(
  { ...chip, build: { ...chip.build, tune: 'x86-64', fastMath: false } },
  core,
);

const pathOf = (model: string): string | undefined =>
  [`models/${model}.nam`, `test/fixtures/counted-models/${model}.nam`]
    .map((path) => join(root, path))
    .find(existsSync);

/** Predicted over measured. */
const ratioOf = (row: Row, path: string): number => {
  const model = parseModel(readFileSync(path, 'utf8'), path);
  const engine = engines.find((e) => e.id === row.engine);
  if (engine === undefined) throw new RangeError(`Expected an engine, got "${row.engine}".`);
  const program = compile(slim(model, row.width).network);
  const lowered = engine.lower(program, target, { blockFrames: row.blockFrames, tanh: row.tanh });
  const { cycles } = pipelinePerSample(lowered, core);
  return (1e9 * cycles) / machine.clockHz / row.nanosecondsPerSample;
};

test('a build for every x86 is lowered without AVX and fused multiply-add', () => {
  expect(target).toMatchObject({ isa: 'x86-sse2', lanes: 4, fma: false });
});

test('times of NAM Core on a Zen 5 are met within 15 percent in the median', () => {
  const ratios: number[] = [];
  for (const row of rows) {
    const path = row.engine === 'nam-core-inline' ? undefined : pathOf(row.model);
    if (path !== undefined) ratios.push(ratioOf(row, path));
  }
  const off = ratios.map((ratio) => Math.abs(ratio - 1));
  const factor = quantile(ratios, 0.5) ?? 1;
  const apart = ratios.map((ratio) => Math.abs(ratio / factor - 1));
  console.log(
    `${ratios.length} rows: ${quantile(off, 0.5)?.toFixed(3)} off, after ${factor.toFixed(3)} ${quantile(apart, 0.5)?.toFixed(3)}, p90 ${quantile(apart, 0.9)?.toFixed(3)}`,
  );
  expect(ratios.length).toBeGreaterThan(60);
  expect(quantile(off, 0.5)).toBeLessThanOrEqual(0.15);
});
