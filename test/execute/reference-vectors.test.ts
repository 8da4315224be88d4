import { describe, expect, test } from 'vitest';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { compile } from '../../src/program/compile.ts';
import { floatsOf, inputOfVectors, networkOf, vectors } from './nam-core-vectors.ts';
import { render, worstDifference } from './wasm-audio.ts';

describe('the reference executor gives the samples of NeuralAmpModelerCore', () => {
  test.each(vectors)('$file', { timeout: 120_000 }, (vector) => {
    const executor = createReferenceExecutor(compile(networkOf(vector)), { tanh: vector.tanh });
    const input = inputOfVectors();
    const expected = floatsOf(vector.file);
    expect(expected.length).toBe(vector.samples);

    const blocks500 = render(executor, input, () => 500);
    const bound = 1e-5 * Math.max(1, vector.maxAbs);
    expect(worstDifference(blocks500, expected)).toBeLessThan(bound);

    // The split into blocks changes no bit, and neither does a run before a reset: a sixth of the
    // audio is enough to see it.
    const short = input.subarray(0, 2_000);
    const same = expect.soft(blocks500.subarray(0, 2_000));
    for (const frames of [1, 16, 64]) {
      executor.reset();
      same.toEqual(render(executor, short, () => frames));
    }
    executor.reset();
    same.toEqual(render(executor, short, (position) => (position < 1333 ? 48 : 333)));
  });
});
