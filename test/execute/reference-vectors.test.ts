import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TanhKind } from '../../src/engine/engine.ts';
import type { Executor } from '../../src/execute/executor.ts';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';

const reference = resolve(import.meta.dirname, '../../../shared/reference');
const manifestFile = join(reference, 'vectors/manifest.json');

interface Case {
  readonly file: string;
  readonly model: string;
  readonly ratio: number | null;
  readonly tanh: TanhKind;
  readonly samples: number;
  readonly maxAbs: number;
}

const floats = (bytes: Buffer): Float32Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) =>
    view.getFloat32(4 * i, true),
  );
};

/** The data chunk of a WAV file of 32-bit floats. */
const readInput = (): Float32Array => {
  const bytes = readFileSync(join(reference, 'vectors/input.wav'));
  const data = bytes.indexOf('data');
  return floats(bytes.subarray(data + 8, data + 8 + bytes.readUInt32LE(data + 4)));
};

/** Runs all of `input`; `nextBlock` says how long each block is. */
const render = (
  executor: Executor,
  input: Float32Array,
  nextBlock: (position: number) => number,
): Float32Array => {
  const output = new Float32Array(input.length);
  for (let at = 0; at < input.length; ) {
    const frames = Math.min(nextBlock(at), input.length - at);
    executor.process(input.subarray(at, at + frames), output.subarray(at, at + frames), frames);
    at += frames;
  }
  return output;
};

const worstDifference = (a: Float32Array, b: Float32Array): number => {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return worst;
};

const present = existsSync(manifestFile);
const cases: readonly Case[] = present
  ? (JSON.parse(readFileSync(manifestFile, 'utf8')) as { cases: Case[] }).cases
  : [];

describe('the reference executor gives the samples of NeuralAmpModelerCore', () => {
  test.skipIf(!present)('the reference vectors are there (../shared/reference/vectors)', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  for (const vector of cases) {
    test(vector.file, { timeout: 120_000 }, () => {
      const path = join(reference, vector.model);
      const model = parseModel(readFileSync(path, 'utf8'), vector.model);
      const { network } = slim(model, vector.ratio === null ? 'full' : String(vector.ratio));
      const executor = createReferenceExecutor(compile(network), { tanh: vector.tanh });
      const input = readInput();
      const expected = floats(readFileSync(join(reference, 'vectors', vector.file)));
      expect(expected.length).toBe(vector.samples);

      const blocks500 = render(executor, input, () => 500);
      const bound = 1e-5 * Math.max(1, vector.maxAbs);
      expect(worstDifference(blocks500, expected)).toBeLessThan(bound);

      // The split into blocks changes no bit, and neither does a run before a reset: a sixth of the
      // audio is enough to see it.
      const short = input.subarray(0, 8_000);
      const same = expect.soft(blocks500.subarray(0, 8_000));
      for (const frames of [1, 16, 64]) {
        executor.reset();
        same.toEqual(render(executor, short, () => frames));
      }
      executor.reset();
      same.toEqual(render(executor, short, (position) => (position < 3333 ? 48 : 333)));
    });
  }
});
