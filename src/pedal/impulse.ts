/** Impulse responses: a built-in cabinet of any length, and their plain convolution for the audio. */
import { Random } from '../units/random.ts';

/** A seeded decaying noise with a loud start, as loud as a cabinet: the cost depends on its length only. */
export const builtInImpulse = (taps: number): Float32Array => {
  const random = new Random(1, 'cabinet');
  const impulse = new Float32Array(taps);
  let level = 0.5;
  for (let i = 0; i < taps; i += 1) {
    impulse[i] = i === 0 ? 1 : level * (random.unit() - 0.5);
    level *= 0.99;
  }
  return impulse;
};

/** Direct convolution in double precision, block by block of any length. */
export class Convolver {
  private readonly impulse: Float64Array;
  /** The newest `taps - 1` samples, oldest first, then the block. */
  private line: Float64Array;

  constructor(impulse: Float32Array) {
    this.impulse = Float64Array.from(impulse);
    this.line = new Float64Array(impulse.length - 1);
  }

  process(input: Float32Array, output: Float32Array, frames: number): void {
    const { impulse } = this;
    const past = impulse.length - 1;
    if (this.line.length < past + frames) {
      const longer = new Float64Array(past + frames);
      longer.set(this.line.subarray(0, past));
      this.line = longer;
    }
    const { line } = this;
    for (let i = 0; i < frames; i += 1) line[past + i] = input[i]!;
    for (let i = 0; i < frames; i += 1) {
      let sum = 0;
      for (let k = 0, at = past + i; k <= past; k += 1, at -= 1) sum += impulse[k]! * line[at]!;
      output[i] = sum;
    }
    line.copyWithin(0, frames, frames + past);
  }
}
