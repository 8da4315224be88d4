/**
 * Where the arguments of tanh fell while the rows were counted. Heard: on the counted frames of the
 * reference's input, for networks whose weights are given. Read off: from the counts, which name them.
 */
import { resolve } from 'node:path';
import { WavReader } from '../../src/audio/wav.ts';
import { countArguments } from '../../src/execute/library-calls.ts';
import {
  type ArgumentDistribution,
  argumentRanges,
  distributionOf,
} from '../../src/kernel/libm.ts';
import type { Program } from '../../src/program/program.ts';

/** The rows count these frames of the input: the difference of a run to 3,200 and one to 22,400. */
const countedFrames = { from: 3200, to: 22_400 } as const;

export const heardArguments = (shared: string, program: Program): ArgumentDistribution => {
  const upTo = (frames: number) => {
    const reader = new WavReader(resolve(shared, 'vectors/input.wav'));
    const input = new Float32Array(frames);
    reader.read(input);
    reader.close();
    return countArguments(program, input);
  };
  const [before, all] = [upTo(countedFrames.from), upTo(countedFrames.to)];
  const between = (fn: 'tanhf' | 'tanh' | 'expf' | 'exp'): number[] | undefined =>
    all[fn]?.map((count, range) => count - (before[fn]?.[range] ?? 0));
  return distributionOf({
    tanhf: between('tanhf') ?? [],
    tanh: between('tanh') ?? [],
    expf: between('expf') ?? [],
    exp: between('exp') ?? [],
  });
};

/** Of a build with libm's tanh, and of the same build with the fast one. */
export interface CountedTanh {
  readonly callsPerSample: number;
  readonly expCallsPerSample: number;
  readonly expm1PerSample: number;
  readonly libm: Readonly<Record<string, number>>;
  readonly fast: Readonly<Record<string, number>>;
}

const sizeOf = (range: number, name?: 'scalar_fma'): number => {
  const body = argumentRanges.tanhf[range]?.body ?? {};
  if (name) return body[name] ?? 0;
  return Object.values(body).reduce((sum, count) => sum + count, 0);
};

/**
 * The shares that the counts name. Conversions are executed from the third range on, comparisons once
 * more from the third to the fifth, one multiply-add more from the second on; what the mean of expm1f
 * leaves open is the split of the third and the fourth. Nothing was silent.
 */
export const countedArguments = (row: CountedTanh): ArgumentDistribution => {
  const more = (name: string): number => (row.libm[name] ?? 0) - (row.fast[name] ?? 0);
  const calls = row.callsPerSample;
  const converted = (more('scalar_fcvt') - 4 * row.expCallsPerSample) / calls / 2;
  const compared = more('scalar_fcmp_sel') / calls - 1;
  // What is not inside expm1f is the same in all ranges.
  const outside = sizeOf(1) - 50;
  const mean = row.expm1PerSample / calls + outside;
  const [s1, s2, s3, s4, s5] = [1, 2, 3, 4, 5].map((range) => sizeOf(range)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  // In an LSTM other multiply-adds change as well: where nothing is converted, the mean is enough.
  const small =
    converted < 1e-4
      ? (s2 - mean) / (s2 - s1)
      : sizeOf(2, 'scalar_fma') - more('scalar_fma') / calls;
  const large = Math.max(0, converted - compared);
  const middle = 1 - converted - small;
  const rest = mean - s1 * small - s2 * middle - s5 * large;
  const upper = Math.max(0, (rest - s3 * (converted - large)) / (s4 - s3));
  const shares = [0, small, middle, converted - large - upper, upper, large, 0];
  return { tanhf: shares, tanh: shares, expf: [1, 0], exp: [0, 1] };
};
