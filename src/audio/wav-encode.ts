/** Samples to the bytes of a format: rounded with dither where bits are lost, clipped and counted. */
import { Random } from '../units/random.ts';
import { type WavFormatName, wavFormats } from './wav-header.ts';

export interface Encoder {
  /** The bytes of a block, in an array that is used again. */
  encode(block: Float32Array): Uint8Array;
  /** Samples beyond full scale so far, which were clipped to it; always 0 for float. */
  readonly clipped: number;
}

/** WAV is little-endian, as is every host that Node runs on. */
class FloatEncoder implements Encoder {
  readonly clipped = 0;
  private readonly double: boolean;

  constructor(double: boolean) {
    this.double = double;
  }

  encode(block: Float32Array): Uint8Array {
    const samples = this.double ? Float64Array.from(block) : block;
    return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  }
}

/**
 * Triangular dither of two least bits (Lipshitz, Wannamaker and Vanderkooy, 1992): the error of rounding becomes
 * noise that does not follow the sound. A sample that fits as it is keeps its value, and 32 bits hold more than a
 * float's, so that neither is dithered.
 */
class IntegerEncoder implements Encoder {
  clipped = 0;
  private readonly size: number;
  private readonly fullScale: number;
  private readonly random: Random;

  constructor(size: number, seed: number) {
    this.size = size;
    this.fullScale = 2 ** (8 * size - 1);
    this.random = new Random(seed, 'dither');
  }

  encode(block: Float32Array): Uint8Array {
    const { size } = this;
    const bytes = new Uint8Array(block.length * size);
    for (let i = 0; i < block.length; i++) {
      const value = this.whole(block[i]!);
      for (let k = 0; k < size; k++) bytes[i * size + k] = value >> (8 * k);
    }
    return bytes;
  }

  private whole(sample: number): number {
    const exact = sample * this.fullScale;
    const fits = this.size === 4 || Number.isInteger(exact);
    const dither = fits ? 0 : this.random.unit() - this.random.unit();
    const value = Math.floor(exact + dither + 0.5);
    const clamped = Math.max(-this.fullScale, Math.min(value, this.fullScale - 1));
    // What only the dither lifts over the edge was inside before.
    if (clamped !== value && Math.abs(exact) > this.fullScale - 1) this.clipped += 1;
    return clamped;
  }
}

export const encoderOf = (format: WavFormatName, seed: number): Encoder => {
  const { code, bytes } = wavFormats[format];
  return /^(32f|64)$/.test(code) ? new FloatEncoder(bytes === 8) : new IntegerEncoder(bytes, seed);
};
