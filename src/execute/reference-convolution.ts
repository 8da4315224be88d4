/** Causal convolutions on channel planes, with the history that a dilated kernel needs. */
import type { Convolution } from '../nam/network.ts';

const f = Math.fround;

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
  const tapStride = outChannels * inPerGroup;
  const oldest = start - (kernelSize - 1) * dilation;
  for (let group = 0; group < groups; group++) {
    const firstPlane = group * inPerGroup * srcStride;
    const end = (group + 1) * outPerGroup;
    let out = group * outPerGroup;
    // Tiles of two outputs by four frames keep eight sums in registers: 1.8 to 3.3 ns a product, one
    // sum at a time 5.7 (8 x 8 channels, 6 taps, Node 20, a shared 2-core host).
    for (; out + 1 < end; out += 2) {
      const bias0 = bias === null ? 0 : bias[out]!;
      const bias1 = bias === null ? 0 : bias[out + 1]!;
      const to0 = out * dstStride;
      const to1 = to0 + dstStride;
      let frame = 0;
      for (; frame + 3 < frames; frame += 4) {
        let a0 = 0;
        let a1 = 0;
        let a2 = 0;
        let a3 = 0;
        let b0 = 0;
        let b1 = 0;
        let b2 = 0;
        let b3 = 0;
        for (let tap = 0; tap < kernelSize; tap++) {
          let from = firstPlane + oldest + tap * dilation + frame;
          let at = tap * tapStride + out * inPerGroup;
          for (let input = 0; input < inPerGroup; input++) {
            const w0 = weights[at]!;
            const w1 = weights[at + inPerGroup]!;
            const x0 = src[from]!;
            const x1 = src[from + 1]!;
            const x2 = src[from + 2]!;
            const x3 = src[from + 3]!;
            a0 = f(a0 + w0 * x0);
            a1 = f(a1 + w0 * x1);
            a2 = f(a2 + w0 * x2);
            a3 = f(a3 + w0 * x3);
            b0 = f(b0 + w1 * x0);
            b1 = f(b1 + w1 * x1);
            b2 = f(b2 + w1 * x2);
            b3 = f(b3 + w1 * x3);
            at++;
            from += srcStride;
          }
        }
        dst[to0 + frame] = a0 + bias0;
        dst[to0 + frame + 1] = a1 + bias0;
        dst[to0 + frame + 2] = a2 + bias0;
        dst[to0 + frame + 3] = a3 + bias0;
        dst[to1 + frame] = b0 + bias1;
        dst[to1 + frame + 1] = b1 + bias1;
        dst[to1 + frame + 2] = b2 + bias1;
        dst[to1 + frame + 3] = b3 + bias1;
      }
      for (; frame < frames; frame++) {
        let sum0 = 0;
        let sum1 = 0;
        for (let tap = 0; tap < kernelSize; tap++) {
          let from = firstPlane + oldest + tap * dilation + frame;
          let at = tap * tapStride + out * inPerGroup;
          for (let input = 0; input < inPerGroup; input++) {
            const x = src[from]!;
            sum0 = f(sum0 + weights[at]! * x);
            sum1 = f(sum1 + weights[at + inPerGroup]! * x);
            at++;
            from += srcStride;
          }
        }
        dst[to0 + frame] = sum0 + bias0;
        dst[to1 + frame] = sum1 + bias1;
      }
    }
    for (; out < end; out++) {
      const outBias = bias === null ? 0 : bias[out]!;
      const to = out * dstStride;
      let frame = 0;
      for (; frame + 3 < frames; frame += 4) {
        let a0 = 0;
        let a1 = 0;
        let a2 = 0;
        let a3 = 0;
        for (let tap = 0; tap < kernelSize; tap++) {
          let from = firstPlane + oldest + tap * dilation + frame;
          let at = tap * tapStride + out * inPerGroup;
          for (let input = 0; input < inPerGroup; input++) {
            const w = weights[at]!;
            a0 = f(a0 + w * src[from]!);
            a1 = f(a1 + w * src[from + 1]!);
            a2 = f(a2 + w * src[from + 2]!);
            a3 = f(a3 + w * src[from + 3]!);
            at++;
            from += srcStride;
          }
        }
        dst[to + frame] = a0 + outBias;
        dst[to + frame + 1] = a1 + outBias;
        dst[to + frame + 2] = a2 + outBias;
        dst[to + frame + 3] = a3 + outBias;
      }
      for (; frame < frames; frame++) {
        let sum = 0;
        for (let tap = 0; tap < kernelSize; tap++) {
          let from = firstPlane + oldest + tap * dilation + frame;
          let at = tap * tapStride + out * inPerGroup;
          for (let input = 0; input < inPerGroup; input++) {
            sum = f(sum + weights[at]! * src[from]!);
            at++;
            from += srcStride;
          }
        }
        dst[to + frame] = sum + outBias;
      }
    }
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
    const { planes, stride, lookback, channels } = this;
    if (this.position + frames > stride) {
      for (let channel = 0; channel < channels; channel++) {
        const start = channel * stride;
        planes.copyWithin(start, start + this.position - lookback, start + this.position);
      }
      this.position = lookback;
    }
    for (let channel = 0; channel < channels; channel++) {
      const to = channel * stride + this.position;
      const from = channel * srcStride;
      for (let frame = 0; frame < frames; frame++) planes[to + frame] = src[from + frame]!;
    }
  }
}
