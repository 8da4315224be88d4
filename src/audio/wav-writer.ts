/** Writes mono WAV as a stream. What is at the path stays until `finish`, or for good after `abort`. */
import { OutputFile } from '../units/output-file.ts';
import { Random } from '../units/random.ts';
import { type WavFormatName, wavFormats, wavHeader } from './wav-header.ts';

/** Samples to the bytes of a format: rounded with dither where bits are lost, clipped and counted. */
interface Encoder {
  /** The bytes of a block. */
  encode(block: Float32Array): Uint8Array;
  /** Samples beyond full scale so far, which were clipped to it; always 0 for float. */
  readonly clipped: number;
}

/** WAV is little-endian, as is every host that Node runs on. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * Triangular dither of two least bits (Lipshitz, Wannamaker and Vanderkooy, 1992): the error of rounding becomes
 * noise that does not follow the sound. A sample that fits as it is keeps its value, and 32 bits hold more than a
 * float's, so that neither is dithered.
 */
const integerEncoder = (size: number, seed: number): Encoder => {
  const fullScale = 2 ** (8 * size - 1);
  const random = new Random(seed, 'dither');
  let clipped = 0;
  const whole = (sample: number): number => {
    const exact = sample * fullScale;
    const fits = size === 4 || Number.isInteger(exact);
    const dither = fits ? 0 : random.unit() - random.unit();
    const value = Math.floor(exact + dither + 0.5);
    const clamped = Math.max(-fullScale, Math.min(value, fullScale - 1));
    // What only the dither lifts over the edge was inside before.
    if (clamped !== value && Math.abs(exact) > fullScale - 1) clipped += 1;
    return clamped;
  };
  const encode = (block: Float32Array): Uint8Array => {
    const bytes = new Uint8Array(block.length * size);
    for (const [i, sample] of block.entries()) {
      const value = whole(sample);
      for (let k = 0; k < size; k++) bytes[i * size + k] = value >> (8 * k);
    }
    return bytes;
  };
  return {
    encode,
    get clipped() {
      return clipped;
    },
  };
};

const encoderOf = (format: WavFormatName, seed: number): Encoder => {
  const { code, bytes } = wavFormats[format];
  if (code === '64') return { encode: (block) => bytesOf(Float64Array.from(block)), clipped: 0 };
  return code === '32f' ? { encode: bytesOf, clipped: 0 } : integerEncoder(bytes, seed);
};

export interface WavWriterOptions {
  /** @default '32f' */
  readonly format?: WavFormatName;
  /** Of the dither. @default 1 */
  readonly seed?: number;
}

export class WavWriter {
  readonly path: string;
  readonly sampleRateHz: number;
  readonly format: WavFormatName;
  readonly #file: OutputFile;
  readonly #encoder: Encoder;
  #frames = 0;

  /** Throws `InputError` where nothing can be written. */
  constructor(path: string, sampleRateHz: number, options: WavWriterOptions = {}) {
    const { format = '32f', seed = 1 } = options;
    this.path = path;
    this.sampleRateHz = sampleRateHz;
    this.format = format;
    this.#encoder = encoderOf(format, seed);
    this.#file = new OutputFile(path);
    this.#file.write(wavHeader(format, sampleRateHz, null));
  }

  get frames(): number {
    return this.#frames;
  }

  /** Samples that were beyond full scale and were clipped to it; float holds them all. */
  get clipped(): number {
    return this.#encoder.clipped;
  }

  write(block: Float32Array): void {
    this.#file.write(this.#encoder.encode(block));
    this.#frames += block.length;
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
