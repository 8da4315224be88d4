/** Writes mono WAV as a stream. What is at the path stays until `finish`, or for good after `abort`. */
import { OutputFile } from '../units/output-file.ts';
import { type Encoder, encoderOf } from './wav-encode.ts';
import { type WavFormatName, wavFormats, wavHeader } from './wav-header.ts';

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
