/** The convolution that kernels are checked against. */

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
