// biome-ignore-all lint/style/noNonNullAssertion: a source has a frame for each channel
/** Causal convolutions on channel planes, with the history that a dilated kernel needs. */
import type { Convolution } from '../nam/network.ts';

/**
 * dst plane o = bias[o] + sum over taps and inputs of weight x src, oldest tap first. Each product
 * is exact in a double and each sum is rounded to float32: a fused multiply-add. `start` is the
 * column of the block's first frame in the planes of src.
 */
export const convolve = (
  conv: Convolution,
  src: Float32Array,
  srcStride: number,
  start: number,
  dst: Float32Array,
  dstStride: number,
  frames: number,
): void => {
  const { weights, bias, kernelSize, dilation, groups, outChannels } = conv;
  const inPerGroup = conv.inChannels / groups;
  const outPerGroup = outChannels / groups;
  const oldest = start - (kernelSize - 1) * dilation;
  for (let out = 0; out < outChannels; out++) {
    const firstInput = Math.floor(out / outPerGroup) * inPerGroup;
    const sums = dst.subarray(out * dstStride, out * dstStride + frames).fill(0);
    for (let tap = 0; tap < kernelSize; tap++) {
      for (let input = 0; input < inPerGroup; input++) {
        const weight = weights[(tap * outChannels + out) * inPerGroup + input] as number;
        const from = (firstInput + input) * srcStride + oldest + tap * dilation;
        // Sums are stored as float32, which rounds them.
        for (let frame = 0; frame < frames; frame++) {
          sums[frame] = (sums[frame] as number) + weight * (src[from + frame] as number);
        }
      }
    }
    if (bias === null) continue;
    const own = bias[out] as number;
    for (let frame = 0; frame < frames; frame++) sums[frame] = (sums[frame] as number) + own;
  }
};

/** The planes of a convolution's input, as far back as its oldest tap reaches. */
export class History {
  readonly planes: Float32Array;
  readonly stride: number;
  /** Column of the block's first frame. */
  position: number;
  private readonly channels: number;
  private readonly lookback: number;

  constructor(conv: Convolution, blockFrames: number) {
    this.channels = conv.inChannels;
    this.lookback = (conv.kernelSize - 1) * conv.dilation;
    // Twice the lookback, so that moving it to the front is rare.
    this.stride = 2 * this.lookback + 8 * blockFrames;
    this.planes = new Float32Array(this.channels * this.stride);
    this.position = this.lookback;
  }

  clear(): void {
    this.planes.fill(0);
    this.position = this.lookback;
  }

  /** As if the first frame of src had been there forever. */
  saturate(src: Float32Array, srcStride: number): void {
    this.position = this.lookback;
    for (let channel = 0; channel < this.channels; channel++) {
      const start = channel * this.stride;
      this.planes.fill(src[channel * srcStride]!, start, start + this.lookback);
    }
  }

  write(src: Float32Array, srcStride: number, frames: number): void {
    const { planes, stride, lookback, channels, position } = this;
    const full = position + frames > stride;
    if (full) this.position = lookback;
    for (let channel = 0; channel < channels; channel++) {
      const start = channel * stride;
      if (full) planes.copyWithin(start, start + position - lookback, start + position);
      const from = channel * srcStride;
      planes.set(src.subarray(from, from + frames), start + this.position);
    }
  }
}
