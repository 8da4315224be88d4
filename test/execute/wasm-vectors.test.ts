import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WavReader } from '../../src/audio/wav.ts';
import type { TanhKind } from '../../src/engine/engine.ts';
import { createExecutor } from '../../src/execute/index.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { render, worstDifference } from './wasm-audio.ts';

const reference = resolve(import.meta.dirname, '../../../shared/reference');
const manifestFile = join(reference, 'vectors/manifest.json');
const present = existsSync(manifestFile);

interface Case {
  readonly file: string;
  readonly model: string;
  readonly ratio: number | null;
  readonly tanh: TanhKind;
  readonly samples: number;
  readonly maxAbs: number;
}

const cases: readonly Case[] = present
  ? (JSON.parse(readFileSync(manifestFile, 'utf8')) as { cases: Case[] }).cases
  : [];

const floats = (file: string): Float32Array => {
  const bytes = readFileSync(file);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
};

test.skipIf(!present)('the reference vectors are there (../shared/reference/vectors)', () => {
  expect(cases.length).toBeGreaterThan(10);
});

describe('the WebAssembly executor gives the samples of NeuralAmpModelerCore', () => {
  for (const vector of cases) {
    test(vector.file, { timeout: 120_000 }, () => {
      const text = readFileSync(join(reference, vector.model), 'utf8');
      const model = parseModel(text, vector.model);
      const { network } = slim(model, vector.ratio === null ? 'full' : String(vector.ratio));
      const executor = createExecutor(network, { tanh: vector.tanh });
      const input = new Float32Array(vector.samples);
      const reader = new WavReader(join(reference, 'vectors/input.wav'));
      expect(reader.read(input)).toBe(vector.samples);
      reader.close();

      const heard = render(executor, input, () => 500);
      const expected = floats(join(reference, 'vectors', vector.file));
      expect(expected.length).toBe(vector.samples);
      expect(worstDifference(heard, expected)).toBeLessThan(1e-5 * Math.max(1, vector.maxAbs));
      // After a reset, and for every split into blocks, the same to the last bit.
      for (const frames of [64, 16, 1]) {
        executor.reset();
        expect(
          worstDifference(
            render(executor, input, () => frames),
            heard,
          ),
        ).toBe(0);
      }
      executor.reset();
      const changing = render(executor, input, (at) => (at < 20_000 ? 64 : at < 30_000 ? 7 : 130));
      expect(worstDifference(changing, heard)).toBe(0);
    });
  }
});
