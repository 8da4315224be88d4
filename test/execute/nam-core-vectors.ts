/** What NeuralAmpModelerCore outputs for the models of the project; test/fixtures/nam-core/manifest.json says how. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TanhKind } from '../../src/engine/engine.ts';
import type { Network } from '../../src/nam/network.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = resolve(root, 'test/fixtures/nam-core');

export interface Vector {
  readonly file: string;
  readonly model: string;
  readonly ratio: number | null;
  readonly tanh: TanhKind;
  readonly samples: number;
  readonly maxAbs: number;
}

export const floatsOf = (file: string): Float32Array => {
  const bytes = readFileSync(resolve(folder, file));
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
};

export const inputOfVectors = (): Float32Array => floatsOf('input.f32');

export const vectors: readonly Vector[] = (
  JSON.parse(readFileSync(resolve(folder, 'manifest.json'), 'utf8')) as { cases: Vector[] }
).cases;

export const networkOf = (vector: Vector): Network => {
  const path = resolve(root, `models/${vector.model}.nam`);
  const model = parseModel(readFileSync(path, 'utf8'), vector.model);
  return slim(model, vector.ratio === null ? 'full' : String(vector.ratio)).network;
};
