import { describe, expect, test } from 'vitest';
import { callsLibrary, countArguments } from '../../src/execute/library-calls.ts';
import { argumentRanges, distributionOf } from '../../src/kernel/libm.ts';
import { programOf } from './shipped-program.ts';

const sine = (frames: number, level: number): Float32Array =>
  Float32Array.from({ length: frames }, (_, i) => level * (((i * 37) % 200) / 100 - 1));

const sum = (counts: readonly number[] | undefined): number =>
  (counts ?? []).reduce((total, count) => total + count, 0);

describe('the arguments of library functions', () => {
  test('are counted for every call on the audio and for none of the prewarming', () => {
    const wavenet = countArguments(programOf('a1-nano'), sine(50, 0.5));
    expect(sum(wavenet.tanhf)).toBe(50 * (7 * 4 + 13 * 2));
    expect(wavenet.tanh).toEqual(wavenet.tanhf);
    expect(wavenet.expf).toBeUndefined();
    const lstm = countArguments(programOf('lstm-1x3'), sine(10, 0.5));
    expect([sum(lstm.tanhf), sum(lstm.expf)]).toEqual([10 * 3 * 2, 10 * 3 * 3]);
  });

  test('grow with the level of the audio', () => {
    const program = programOf('a1-nano');
    const share = (level: number): number => {
      const { tanhf } = distributionOf(countArguments(program, sine(200, level)));
      // Arguments of 1 and more.
      return sum(tanhf.filter((_, range) => (argumentRanges.tanhf[range]?.below ?? 0) > 1));
    };
    expect(share(0.01)).toBeLessThan(share(20));
    expect(share(20)).toBeGreaterThan(0.5);
  });

  test('are none for networks of ReLU', () => {
    expect(callsLibrary(programOf('a1-nano-relu'))).toBe(false);
    expect(countArguments(programOf('a1-nano-relu'), sine(50, 0.5))).toEqual({});
    expect(callsLibrary(programOf('a1-nano'))).toBe(true);
  });
});
