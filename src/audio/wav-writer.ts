/** Writes mono WAV as a stream. What is at the path stays until `finish`, or for good after `abort`. */
import { OutputFile } from '../units/output-file.ts';
import { Random } from '../units/random.ts';
import { type WavFormatName, wavFormats, wavHeader } from './wav-header.ts';

/** WAV is little-endian, as is every host that Node runs on. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * Triangular dither of two least bits (Lipshitz, Wannamaker and Vanderkooy, 1992): the error of rounding becomes
 * noise that does not follow the sound. A sample that fits as it is keeps its value, and 32 bits hold more than a
 * float's, so that neither is dithered.
 */
const integerBytes = (block: Float32Array, size: number, random: Random) => {
  const fullScale = 2 ** (8 * size - 1);
  const bytes = new Uint8Array(block.length * size);
  let clipped = 0;
  for (const [i, sample] of block.entries()) {
    const exact = sample * fullScale;
    const fits = size === 4 || Number.isInteger(exact);
    const dither = fits ? 0 : random.unit() - random.unit();
    const value = Math.floor(exact + dither + 0.5);
    const clamped = Math.max(-fullScale, Math.min(value, fullScale - 1));
    // What only the dither lifts over the edge was inside before.
    if (clamped !== value && Math.abs(exact) > fullScale - 1) clipped += 1;
    for (let k = 0; k < size; k++) bytes[i * size + k] = clamped >> (8 * k);
  }
  return { bytes, clipped };
};

export class WavWriter {
  readonly path: string;
  readonly sampleRateHz: number;
  readonly format: WavFormatName;
  readonly #file: OutputFile;
  readonly #random: Random;
  #frames = 0;
  #clipped = 0;

  /** `seed`: of the dither. Throws `InputError` where nothing can be written. */
  constructor(
    path: string,
    sampleRateHz: number,
    { format = '32f', seed = 1 }: { readonly format?: WavFormatName; readonly seed?: number } = {},
  ) {
    this.path = path;
    this.sampleRateHz = sampleRateHz;
    this.format = format;
    this.#random = new Random(seed, 'dither');
    this.#file = new OutputFile(path);
    this.#file.write(wavHeader(format, sampleRateHz, null));
  }

  get frames(): number {
    return this.#frames;
  }

  /** Samples that were beyond full scale and were clipped to it; float holds them all. */
  get clipped(): number {
    return this.#clipped;
  }

  write(block: Float32Array): void {
    this.#file.write(this.#bytesOf(block));
    this.#frames += block.length;
  }

  #bytesOf(block: Float32Array): Uint8Array {
    const { code, bytes: size } = wavFormats[this.format];
    if (code === '32f') return bytesOf(block);
    if (code === '64') return bytesOf(Float64Array.from(block));
    const { bytes, clipped } = integerBytes(block, size, this.#random);
    this.#clipped += clipped;
    return bytes;
  }

  /** Completes the file and puts it in its place. */
  finish(): void {
    try {
      // Chunks are padded to an even length.
      if ((this.#frames * wavFormats[this.format].bytes) % 2 === 1) {
        this.#file.write(Uint8Array.of(0));
      }
      if (this.#file.seekable) {
        this.#file.rewrite(wavHeader(this.format, this.sampleRateHz, this.#frames));
      }
      this.#file.finish();
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  /** Leaves what was there as it was. */
  abort(): void {
    this.#file.abort();
  }
}
