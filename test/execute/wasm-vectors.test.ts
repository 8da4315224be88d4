import { describe, expect, test } from 'vitest';
import { createExecutor } from '../../src/execute/index.ts';
import { floatsOf, inputOfVectors, networkOf, vectors } from './nam-core-vectors.ts';
import { render, worstDifference } from './wasm-audio.ts';

describe('the WebAssembly executor gives the samples of NeuralAmpModelerCore', () => {
  test.each(vectors)('$file', { timeout: 120_000 }, (vector) => {
    const executor = createExecutor(networkOf(vector), { tanh: vector.tanh });
    const input = inputOfVectors();
    const rendered = render(executor, input, () => 500);
    const expected = floatsOf(vector.file);
    expect(expected.length).toBe(vector.samples);
    expect(worstDifference(rendered, expected)).toBeLessThan(1e-5 * Math.max(1, vector.maxAbs));
    // After a reset, and for every split into blocks, the same to the last bit.
    const again = (nextBlock: (at: number) => number): Float32Array => {
      executor.reset();
      return render(executor, input, nextBlock);
    };
    for (const frames of [64, 16, 1]) {
      expect(
        worstDifference(
          again(() => frames),
          rendered,
        ),
      ).toBe(0);
    }
    const changing = again((at) => (at < 5_000 ? 64 : at < 8_000 ? 7 : 130));
    expect(worstDifference(changing, rendered)).toBe(0);
  });
});
