/** Holds the pipeline against `data/host-times.json` and its like: models of the project, and shapes that their rows name. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { engines } from '../src/engine/registry.ts';
import type { Model } from '../src/nam/model.ts';
import { parseModel } from '../src/nam/parse-model.ts';
import {
  type BuildSources,
  type ComparedTime,
  compareTimes,
  hostTimesSchema,
} from '../src/study/validate/builds.ts';
import { quantile } from '../src/study/validate/error-summary.ts';

const root = resolve(import.meta.dirname, '..');
/** A file of times for each core that was at hand. */
export const timedCores = {
  zen5: 'data/host-times.json',
  zen4: 'data/host-times-zen4.json',
} as const;

interface LayerArray {
  input_size: number;
  channels: number;
  kernel_size: number;
  head_size: number;
  readonly condition_size: number;
  readonly dilations: readonly number[];
  readonly head_bias: boolean;
}

const weightsOf = (array: LayerArray): number => {
  const { input_size, channels: c, kernel_size, head_size, condition_size, head_bias } = array;
  const layer = c * c * (kernel_size + 1) + 2 * c + condition_size * c;
  return c * input_size + array.dilations.length * layer + head_size * (c + Number(head_bias));
};

/** wC_H: A1 nano with C channels and a head of H; kK_wC: k5-c8 with a kernel of K and C channels. Costs do not hang on weights. */
const derived = (id: string): Model => {
  const [, c, h] = /^w(\d+)_(\d+)$/.exec(id) ?? [];
  const [, kernel, width] = /^k(\d+)_w(\d+)$/.exec(id) ?? [];
  const file = c === undefined ? 'test/fixtures/counted-models/k5-c8.nam' : 'models/a1-nano.nam';
  const document = JSON.parse(readFileSync(join(root, file), 'utf8'));
  const arrays: readonly LayerArray[] = document.config.layers;
  const [first, second] = arrays;
  if (first === undefined) throw new RangeError(`${file}: expected an array of layers, got none.`);
  first.channels = Number(c ?? width);
  if (second === undefined) first.kernel_size = Number(kernel);
  else {
    Object.assign(first, { head_size: Number(h) });
    Object.assign(second, { input_size: Number(c), channels: Number(h) });
  }
  const count = 1 + arrays.reduce((sum, array) => sum + weightsOf(array), 0);
  return parseModel(JSON.stringify({ ...document, weights: Array(count).fill(0.01) }), id);
};

const modelOf = (id: string): Model => {
  const files = [`models/${id}.nam`, `test/fixtures/counted-models/${id}.nam`];
  const file = files.map((name) => join(root, name)).find(existsSync);
  return file === undefined ? derived(id) : parseModel(readFileSync(file, 'utf8'), file);
};

interface TimedRow extends ComparedTime {
  readonly split: string;
}

export const hostTimes = (
  core: keyof typeof timedCores,
  coreOf: BuildSources['coreOf'],
): readonly TimedRow[] => {
  const document = JSON.parse(readFileSync(join(root, timedCores[core]), 'utf8'));
  const times = hostTimesSchema.parse(document);
  const splits: readonly { readonly split: string }[] = document.rows;
  return compareTimes(times, { engines, coreOf, modelOf }).map((compared, i) => {
    return { ...compared, split: splits[i]?.split ?? '' };
  });
};

export interface TimesSummary {
  readonly name: string;
  readonly rows: number;
  readonly shapes: number;
  /** Of |ours / theirs - 1|. */
  readonly medianOff: number;
  /** The median of ours / theirs, and how far the rows are from it. */
  readonly factor: number;
  readonly medianApart: number;
  readonly p90Apart: number;
}

const summaryOf = (name: string, rows: readonly TimedRow[]): TimesSummary => {
  const ratios = rows.map(({ ratio }) => ratio);
  const at = (values: readonly number[], share: number): number => quantile(values, share) ?? 0;
  const factor = at(ratios, 0.5);
  const apart = ratios.map((ratio) => Math.abs(ratio / factor - 1));
  const off = ratios.map((ratio) => Math.abs(ratio - 1));
  const shapes = new Set(rows.map(({ row }) => `${row.model} ${row.width}`)).size;
  const apartAt = { medianApart: at(apart, 0.5), p90Apart: at(apart, 0.9) };
  return { name, rows: rows.length, shapes, medianOff: at(off, 0.5), factor, ...apartAt };
};

/** All, those that no figure was fitted to, and by engine. */
export const summarizeTimes = (rows: readonly TimedRow[]): readonly TimesSummary[] => [
  summaryOf('all', rows),
  summaryOf(
    'not used in a fit',
    rows.filter(({ split }) => split !== 'fit'),
  ),
  ...[...new Set(rows.map(({ row }) => row.engine))].map((engine) =>
    summaryOf(
      engine,
      rows.filter(({ row }) => row.engine === engine),
    ),
  ),
];
