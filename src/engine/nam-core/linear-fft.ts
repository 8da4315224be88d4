/**
 * nam::Linear of a long impulse response (June 2026 on): its first taps as dot products, the rest as a
 * partitioned convolution with Eigen's kissfft, zero latency, in bursts: when as many samples are
 * together as a partition has taps. Loops count as they were compiled for AArch64.
 */
import type { Target } from '../../kernel/lowered.ts';
import type { Convolution, Network } from '../../nam/network.ts';
import { plus } from '../common/code.ts';
import { type PartitionForm, Partitions } from '../convolver/partitions.ts';
import compiled from './compiled-code.json' with { type: 'json' };
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

const { code, loops } = compiled.code.linearFft;

const formOf = (target: Target, bins: 'all' | 'half'): PartitionForm => {
  const overlap = plus(loops.overlap, longRemainder(target));
  return {
    library: `nam-core/linear/${bins}`,
    bins,
    planar: false,
    code,
    loops: { ...loops, sum: overlap, keep: overlap },
  };
};

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
