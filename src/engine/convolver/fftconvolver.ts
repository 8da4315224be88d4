/**
 * FFTConvolver in two stages, as plugins of the MOD and DPF family set it up: blocks of 128 for the first
 * taps, transformed anew for every part of one that arrives, and of 1,024 for the rest. Both tails are
 * worked out when their block is full, in the callback. Transforms are Ooura's, in double precision.
 */
import type { Reference, Target } from '../../kernel/lowered.ts';
import { Code, counts } from '../common/code.ts';
import { Lowering, type Place } from '../common/lowering.ts';
import { writeCopy } from '../libc/memory.ts';
import { type Convolver, convolver, impulseOf } from './convolver.ts';
import { codeBytesOf } from './kit.ts';
import { type PartitionForm, type PartitionShape, Partitions, writeSum } from './partitions.ts';
import { type RealTransform, transformOf } from './transform.ts';

const headTaps = 128;
const tailTaps = 1024;

/** The counts of a loop over floats where the target has no vectors. */
const scalar = (text: string): string =>
  text
    .replaceAll('_vec', '_fp32')
    .replaceAll('vec_f', 'scalar_f')
    .replaceAll('vec_other', 'fp_move');

/** Read off the source, as GCC -O3 may compile it for AArch64: not counted. */
const formOf = ({ lanes }: Target): PartitionForm => {
  const of = (text: string) => counts(lanes > 1 ? text : scalar(text));
  return {
    library: 'fftconvolver',
    bins: 'half',
    planar: true,
    code: {
      butterfly: of('load_fp64 4 store_fp64 4 scalar_fparith 22 scalar_fma 6 int 4 branch 1'),
      group: of('load_fp64 3 scalar_fparith 2 scalar_fma 1 int 5'),
      pair: of('load_fp64 2 store_fp64 2 scalar_fparith 4 int 3 branch 1'),
      gather: of('load_fp64 1 store_fp64 1 int 2'),
      // With the conversions from and to single precision, and to planes.
      split: of(
        'load_fp64 5 load_vec 1 store_fp64 2 store_vec 2 store_fp32 4 vec_other 2 scalar_fcvt 4 scalar_fparith 11 scalar_fma 2 int 12 branch 3',
      ),
      join: of(
        'load_fp64 3 load_fp32 4 load_vec 2 store_fp64 4 store_vec 1 vec_other 2 vec_fparith 2 scalar_fcvt 4 scalar_fparith 11 scalar_fma 2 int 12 branch 3',
      ),
    },
    loops: {
      product: of('load_vec 6 store_vec 2 vec_fparith 4 vec_fma 2 int 3 branch 1'),
      sum: of('load_vec 2 store_vec 1 vec_fparith 1 int 2 branch 1'),
      keep: of('load_vec 1 store_vec 1 int 2 branch 1'),
      // A block goes through three buffers before it is transformed, one of them with as many zeros.
      clear: of('load_vec 3 store_vec 5 int 4 branch 1'),
      burst: of('int 60 load_int 30 store_int 10 branch 20'),
    },
  };
};

/** A copy by the C library. */
const call = counts('int 12 branch 5');

interface Ends {
  readonly form: PartitionForm;
  readonly source: Reference;
  readonly result: Reference;
}

const shifted = ({ offset, ...at }: Reference, frames: number): Reference => ({
  ...at,
  offset: offset + frames,
});

/** Heard at once: every part of a block that arrives is transformed with what came before it. */
const appendHead = (lowering: Lowering, { form, source, result }: Ends, impulse: Float32Array) => {
  const place: Place = { layer: 'head', kind: 'head' };
  const size = headTaps;
  const parts = new Partitions(lowering, place, { form, name: 'block', size, impulse });
  const { frames, rounds, kernels, sum } = parts;
  // A part that ends within a block of the host is two.
  const calls = 1 + (frames - Math.min(size, frames & -frames)) / size;
  const now = transformOf(lowering, place, form, size, 1 / calls);
  const floats = 2 * (size + 1);
  const arrived = lowering.template(`fftconvolver/arrived/${frames}`, (b) =>
    writeCopy(b, lowering.target, frames, call),
  );
  const current = lowering.scratch('head current', floats, 'history');
  const before = lowering.scratch('head before', floats, 'history');
  const played = parts.playing('played', now.reals);
  const kept = parts.playing('kept', parts.kept);
  const copied = (step: RealTransform['step'], from: Reference, to: Reference): void =>
    step('copy', 'copy', (b, t) => writeCopy(b, t, floats, call), [from, to]);
  for (let round = 0; round < rounds; round += 1) {
    parts.collect(source, round, arrived);
    now.step('overhead', 'burst', (b) => new Code(b).body(form.loops.burst), []);
    now.forward(parts.time, current);
    copied(now.step, before, sum);
    parts.product(false, [current, sum, ...kernels.slice(0, 1)], now);
    now.inverse(sum);
    const summed = [played, kept, shifted(result, round * frames)];
    now.step('overlap', `heard/${frames}`, (b, t) => writeSum(b, t, form, frames), summed);
    parts.keep(now.reals);
    copied(parts.transform.step, current, parts.spectrum(0, round));
    for (const [p, kernel] of kernels.slice(1).entries()) {
      parts.product(p === 0, [parts.spectrum(p, round), before, kernel]);
    }
  }
  parts.advance();
};

/** Heard `delay` partitions after the one that its block fills. */
const appendTail = (
  lowering: Lowering,
  { form, source, result }: Ends,
  { name, ...tail }: Pick<PartitionShape, 'name' | 'size' | 'impulse' | 'delay'>,
): void => {
  const parts = new Partitions(lowering, { layer: name, kind: 'tail' }, { form, name, ...tail });
  const { frames, rounds } = parts;
  const heard = parts.playing('heard');
  const sum = lowering.template(`fftconvolver/added/${frames}`, (b) =>
    writeSum(b, lowering.target, form, frames),
  );
  for (let round = 0; round < rounds; round += 1) {
    const at = shifted(result, round * frames);
    lowering.kernel({ layer: name, kind: 'sum' }, sum, [heard, at, at]);
    parts.collect(source, round);
    parts.burst(round, heard);
  }
  parts.advance();
};

export const fftConvolver: Convolver = convolver(
  {
    id: 'fftconvolver',
    name: 'FFTConvolver, two stages',
    describes:
      'HiFi-LoFi/FFTConvolver (f2cdeb0) with blocks of 128 and 1,024 as DPF and MOD plugins set it up, its Ooura transform in double precision and no thread of its own; counted by reading',
    sources: [
      'FFTConvolver.cpp',
      'TwoStageFFTConvolver.cpp',
      'AudioFFT.cpp (OouraFFT)',
      'Utilities.cpp',
      'TwoStageThreadedConvolver.hpp of DPF plugins (128 and 1,024)',
    ],
    mostTaps: null,
  },
  (program, target, { blockFrames }) => {
    const { impulse } = impulseOf(program);
    const lowering = new Lowering(target, blockFrames);
    const input = lowering.buffer('input', blockFrames, 'io');
    const output = lowering.buffer('output', blockFrames, 'io');
    const ends = {
      form: formOf(target),
      source: { buffer: input, offset: 0 },
      result: { buffer: output, offset: 0 },
    };
    const rest = (from: number, to?: number) => impulse.subarray(from, to);
    appendHead(lowering, ends, rest(0, tailTaps));
    const delay = tailTaps / headTaps - 1;
    const first = { size: headTaps, impulse: rest(tailTaps, 2 * tailTaps), delay };
    const second = { size: tailTaps, impulse: rest(2 * tailTaps), delay: 1 };
    if (first.impulse.length > 0) appendTail(lowering, ends, { name: 'tail 0', ...first });
    if (second.impulse.length > 0) appendTail(lowering, ends, { name: 'tail', ...second });
    return lowering.finish('fftconvolver', input, output, codeBytesOf(lowering.steps, target));
  },
);
