/**
 * WAV files as a stream of blocks of the first channel. The chunk walker is our own: the common
 * package holds a whole file, and its samples as an array of doubles beside it (an hour of stereo
 * is gigabytes), while this one holds 256 KiB whatever the length, and can name chunk and offset.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { WavError } from './wav-error.ts';
import { parseWavFormat, type SampleEncoding, type WavFormat } from './wav-format.ts';

const windowBytes = 256 * 1024;

/** Full scale is 1: integers are divided by 2^(bits-1). */
type Decode = (bytes: Buffer, offset: number) => number;
const decoders: Readonly<Record<SampleEncoding, Decode>> = {
  int16: (bytes, offset) => bytes.readInt16LE(offset) / 0x8000,
  int24: (bytes, offset) => bytes.readIntLE(offset, 3) / 0x800000,
  int32: (bytes, offset) => bytes.readInt32LE(offset) / 0x80000000,
  float32: (bytes, offset) => bytes.readFloatLE(offset),
  float64: (bytes, offset) => bytes.readDoubleLE(offset),
};

export class WavReader {
  readonly path: string;
  readonly format: WavFormat;
  readonly #file: number;
  readonly #decode: Decode;
  readonly #window: Buffer;
  /** Frames that were read from the file into the window, and how many of them were handed out. */
  #windowFrames = 0;
  #windowUsed = 0;
  #position = 0;

  /** Throws `WavError` for what is no WAV file, is broken or is compressed. */
  constructor(path: string) {
    this.path = path;
    try {
      this.#file = openSync(path, 'r');
    } catch (error) {
      throw unreadable(path, error);
    }
    try {
      const stat = fstatSync(this.#file);
      if (!stat.isFile()) throw new WavError('unreadable', path, 'expected a file');
      this.format = parseWavFormat(path, stat.size, (offset, length) => {
        const bytes = Buffer.alloc(length);
        return bytes.subarray(0, readSync(this.#file, bytes, 0, length, offset));
      });
    } catch (error) {
      closeSync(this.#file);
      throw error instanceof WavError ? error : unreadable(path, error);
    }
    const { frameBytes, encoding } = this.format;
    this.#decode = decoders[encoding];
    this.#window = Buffer.alloc(Math.max(frameBytes, windowBytes - (windowBytes % frameBytes)));
  }

  /** Fills `into` from the first channel and returns the frames read; fewer only at the end. */
  read(into: Float32Array): number {
    const { frameBytes } = this.format;
    let done = 0;
    while (done < into.length) {
      if (this.#windowUsed === this.#windowFrames && !this.#fill()) break;
      const count = Math.min(into.length - done, this.#windowFrames - this.#windowUsed);
      for (let i = 0; i < count; i++) {
        const at = (this.#windowUsed + i) * frameBytes;
        const sample = Math.fround(this.#decode(this.#window, at));
        if (!Number.isFinite(sample)) {
          const frame = this.#position + i;
          throw new WavError('broken', this.path, `frame ${frame} is not a finite float32 number`, {
            chunk: 'data',
            byteOffset: this.format.dataOffset + frame * frameBytes,
          });
        }
        into[done + i] = sample;
      }
      this.#windowUsed += count;
      this.#position += count;
      done += count;
    }
    return done;
  }

  /** Back to the first frame. */
  rewind(): void {
    this.#windowFrames = 0;
    this.#windowUsed = 0;
    this.#position = 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  #fill(): boolean {
    const { frameBytes, frames, dataOffset } = this.format;
    const left = frames - this.#position;
    if (left <= 0) return false;
    const wanted = Math.min(left * frameBytes, this.#window.length);
    const start = dataOffset + this.#position * frameBytes;
    const got = readSync(this.#file, this.#window, 0, wanted, start);
    if (got < wanted) {
      throw new WavError('broken', this.path, 'the file became shorter while it was read', {
        chunk: 'data',
        byteOffset: start + got,
      });
    }
    this.#windowFrames = wanted / frameBytes;
    this.#windowUsed = 0;
    return true;
  }
}

const unreadable = (path: string, error: unknown): WavError =>
  new WavError(
    'unreadable',
    path,
    (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'no such file'
      : `cannot be read (${error instanceof Error ? error.message : String(error)})`,
  );
