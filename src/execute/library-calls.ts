// biome-ignore-all lint/style/noNonNullAssertion: a range for each index that rangeOfArgument gives
/**
 * Which arguments a network hands to tanh and exp on given audio, counted by range: what decides the
 * cost of libm's functions. Knows the ranges, not what they cost.
 */
import type { LibraryFunction } from '../kernel/instruction.ts';
import { argumentRanges, rangeOfArgument } from '../kernel/libm.ts';
import type { Program } from '../program/program.ts';
import { createReferenceExecutor } from './reference.ts';
import { libraryFunctionOf } from './reference-activation.ts';

/** Calls by range of argument, for the functions that were called. */
export type CountedArguments = Readonly<Partial<Record<LibraryFunction, readonly number[]>>>;

/** Libraries call the functions of floats or those of doubles, with the same arguments. */
const variants = { tanh: ['tanhf', 'tanh'], exp: ['expf', 'exp'] } as const;

/** True where an engine with libm's functions would call tanh or exp at all. */
export const callsLibrary = (program: Program): boolean =>
  program.operations.some((of) => {
    if (of.op === 'lstm') return true;
    const gate = of.op === 'gate' ? [of.primary, of.secondary] : [];
    const activations = of.op === 'activation' ? [of.activation] : gate;
    return activations.some((activation) => libraryFunctionOf(activation, 'libm') !== null);
  });

/** Runs `input`, one channel of frames, through the prewarmed program; nothing else is counted. */
export const countArguments = (program: Program, input: Float32Array): CountedArguments => {
  if (!callsLibrary(program)) return {};
  const counted: Partial<Record<LibraryFunction, number[]>> = {};
  let playing = false;
  const executor = createReferenceExecutor(program, {
    tanh: 'libm',
    onLibraryCalls: ({ fn, values, from, count }) => {
      if (!playing) return;
      for (const variant of variants[fn]) {
        const ranges = counted[variant] ?? argumentRanges[variant].map(() => 0);
        counted[variant] = ranges;
        for (let i = from; i < from + count; i++) {
          // The index is one of `argumentRanges`, and `from + count` lies within the values.
          ranges[rangeOfArgument(variant, values[i]!)]! += 1;
        }
      }
    },
  });
  playing = true;
  const outputs = program.buffers[program.output]?.channels ?? 1;
  executor.process(input, new Float32Array(outputs * input.length), input.length);
  return counted;
};
