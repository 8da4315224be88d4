/**
 * WAV files as a stream of blocks of one channel, or of the mean of all: an hour needs no more memory than a
 * second. `wavefile` knows the headers and the codes; the window over the file and the conversion are ours,
 * because the package holds a file whole and its samples as doubles beside it.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { firstNotFinite, type Sound } from './sound.ts';
import { type Decode, decoderOf, swapBytes } from './wav-decode.ts';
import { WavError } from './wav-error.ts';
import { parseWavFormat, type WavFormat } from './wav-format.ts';

/** Quick enough for the disk, small enough for a cache. */
const windowBytes = 256 * 1024;

/** A channel by number, from 1, or the mean of all. */
export type Channel = number | 'mix';

const wavFault = (path: string, error: unknown): WavError => {
  if (error instanceof WavError) return error;
  const { code, message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  const text = code === 'ENOENT' ? 'no such file' : `cannot be read (${message})`;
  return new WavError('unreadable', path, text);
};

/** Opening a FIFO would wait for its writer, so that only files are opened. */
const openFile = (path: string): number => {
  try {
    const stat = statSync(path);
    const got = stat.isDirectory() ? 'a folder' : 'a device or a pipe';
    if (!stat.isFile()) throw new WavError('unreadable', path, `expected a file, got ${got}`);
    return openSync(path, 'r');
  } catch (error) {
    throw wavFault(path, error);
  }
};

export class WavReader implements Sound {
  readonly path: string;
  readonly format: WavFormat;
  readonly #file: number;
  readonly #decode: Decode;
  readonly #channels: readonly number[];
  readonly #window: Buffer;
  /** Frames that were read from the file into the window, and how many of them were handed out. */
  #windowFrames = 0;
  #windowUsed = 0;
  #position = 0;

  /**
   * Throws `WavError` for what is no WAV file, is broken or is compressed, and where there is no such channel.
   * @default channel 1
   */
  constructor(path: string, channel: Channel = 1) {
    this.path = path;
    this.#file = openFile(path);
    try {
      this.format = parseWavFormat(path, fstatSync(this.#file).size, (offset, length) => {
        const bytes = Buffer.alloc(length);
        return bytes.subarray(0, readSync(this.#file, bytes, 0, length, offset));
      });
      this.#channels = this.#chosen(channel);
    } catch (error) {
      closeSync(this.#file);
      throw wavFault(path, error);
    }
    const { unitBytes } = this.format;
    this.#decode = decoderOf(this.format);
    // Of its own, so that typed arrays of any width may begin at its first byte.
    const bytes = Math.max(unitBytes, windowBytes - (windowBytes % unitBytes));
    this.#window = Buffer.from(new ArrayBuffer(bytes));
  }

  /** Fills `into` and returns the frames read; fewer only at the end. */
  read(into: Float32Array): number {
    let done = 0;
    while (done < into.length) {
      if (this.#windowUsed === this.#windowFrames && !this.#fill()) break;
      const frames = Math.min(into.length - done, this.#windowFrames - this.#windowUsed);
      this.#take(into.subarray(done, done + frames));
      done += frames;
    }
    return done;
  }

  /** Back to the first frame. */
  rewind(): void {
    this.#windowFrames = this.#windowUsed = this.#position = 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  #chosen(channel: Channel): number[] {
    const { channels } = this.format;
    if (channel === 'mix') return Array.from({ length: channels }, (_, i) => i);
    if (channel <= channels) return [channel - 1];
    const message = `expected a channel from 1 to ${channels}, got ${channel}`;
    throw new WavError('unsupported', this.path, message);
  }

  #take(into: Float32Array): void {
    into.fill(0);
    const gain = 1 / this.#channels.length;
    for (const channel of this.#channels) {
      this.#decode(this.#window, channel, this.#windowUsed, into, gain);
    }
    // Whole numbers always are.
    if (this.format.encoding.startsWith('float')) this.#checkFinite(into);
    this.#windowUsed += into.length;
    this.#position += into.length;
  }

  #checkFinite(samples: Float32Array): void {
    const at = firstNotFinite(samples);
    if (at < 0) return;
    const frame = this.#position + at;
    const byteOffset = this.format.dataOffset + frame * this.format.unitBytes;
    const message = `frame ${frame} is not a finite float32 number. Export the sound again`;
    throw new WavError('broken', this.path, message, { chunk: 'data', byteOffset });
  }

  #fill(): boolean {
    const { unitBytes, unitFrames, frames, dataOffset, encoding, bigEndian } = this.format;
    const left = frames - this.#position;
    if (left <= 0) return false;
    const start = dataOffset + (this.#position / unitFrames) * unitBytes;
    const wanted = Math.min(Math.ceil(left / unitFrames) * unitBytes, this.#window.length);
    const got = readSync(this.#file, this.#window, 0, wanted, start);
    if (got < wanted) {
      const where = { chunk: 'data', byteOffset: start + got };
      throw new WavError('broken', this.path, 'the file became shorter while it was read', where);
    }
    if (bigEndian) swapBytes(this.#window.subarray(0, wanted), encoding);
    this.#windowFrames = Math.min(left, (wanted / unitBytes) * unitFrames);
    this.#windowUsed = 0;
    return true;
  }
}
