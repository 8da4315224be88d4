/**
 * nam::Linear of a long impulse response (June 2026 on): its first taps as dot products, the rest as a
 * partitioned convolution with Eigen's kissfft, zero latency, in bursts: when as many samples are
 * together as a partition has taps. Loops count as GCC 12.2 -O3 compiled them for AArch64.
 */
import type { Target } from '../../kernel/lowered.ts';
import type { Convolution, Network } from '../../nam/network.ts';
import { counts, plus } from '../common/code.ts';
import { type PartitionForm, Partitions } from '../convolver/partitions.ts';
import { type AppendLinear, dotsOf, type LinearStyle, longRemainder } from './linear.ts';

/** _LINEAR_AUTO_DIRECT_MAX_TAPS. */
const directTaps = 256;

/** Taps of a partition, and of the direct part. */
const partitionOf = (taps: number): number => (taps <= 2048 ? 256 : taps <= 8192 ? 512 : 1024);

/** Whether NAM Core convolves by FFT: as the file says, else from 257 taps on. */
export const takesFft = (network: Network, conv: Convolution, { fft }: LinearStyle): boolean => {
  const asked = network.kind === 'linear' && fft ? (network.implementation ?? 'auto') : 'direct';
  if (conv.inChannels !== 1 || conv.kernelSize <= partitionOf(conv.kernelSize)) return false;
  return asked === 'fft' || (asked === 'auto' && conv.kernelSize > directTaps);
};

const overlap = counts('int 4 load_fp32 2 scalar_fparith 1 store_fp32 1 branch 1');

const formOf = (target: Target, bins: 'all' | 'half'): PartitionForm => ({
  library: `nam-core/linear/${bins}`,
  bins,
  planar: false,
  code: {
    butterfly: counts(
      'scalar_fparith 18 load_fp32 13 scalar_fma 10 store_fp32 10 int 6 branch 4 scalar_fcmp_sel 3',
    ),
    group: counts('int 17 load_int 8 store_int 6 store_fp64 3 load_fp64 3 branch 2 scalar_fcvt 1'),
    pair: counts(
      'int 19 branch 9 load_int 6 scalar_fparith 6 load_fp32 4 store_fp32 2 scalar_fma 2 scalar_fcmp_sel 1',
    ),
    gather: counts('int 5 branch 1 load_fp32 2 store_fp32 2 load_int 1'),
    split: counts(
      'scalar_fparith 14 int 4 load_fp32 3 scalar_fma 2 branch 2 store_fp32 2 scalar_fcmp_sel 1',
    ),
    join: counts(
      'scalar_fparith 12 int 6 load_fp32 5 store_fp32 4 branch 3 scalar_fma 2 scalar_fcmp_sel 1',
    ),
  },
  loops: {
    product: counts(
      'load_fp32 6 scalar_fparith 4 int 3 scalar_fma 2 branch 2 store_fp32 2 scalar_fcmp_sel 1',
    ),
    sum: plus(overlap, longRemainder(target)),
    keep: plus(overlap, longRemainder(target)),
    clear: counts('int 3 load_fp32 1 store_fp32 1 branch 1'),
    burst: counts('int 120 load_int 60 branch 40 store_int 20'),
  },
});

export const appendLinearFft: AppendLinear = (low, place, conv, source, result, style) => {
  const size = partitionOf(conv.kernelSize);
  // conv.weights begins with the oldest tap.
  const impulse = conv.weights.slice().reverse().subarray(size);
  const form = formOf(low.target, style.bins);
  const fft = new Partitions(low, place, { form, name: 'tail', size, impulse });
  const { frames, rounds } = fft;
  const bias = conv.bias?.[0] ?? 0;
  const dots = dotsOf(low, place, source, { ...style, taps: size, frames, bias, tail: true });
  const newest = low.weights(`${place.layer} impulse`, conv.weights.slice(conv.kernelSize - size));
  const tail = fft.playing('heard');
  for (let round = 0; round < rounds; round += 1) {
    dots.append(result.at, newest, tail, round * frames);
    fft.collect(source.at, round);
    fft.burst(round, tail);
  }
  fft.advance();
  dots.advance();
};
