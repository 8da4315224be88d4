/**
 * Writes 32-bit float mono WAV as a stream. What is at the path stays until `finish`: the samples
 * go to a file beside it, which takes its place at the end or vanishes on `abort`.
 */
import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { WavError } from './wav-error.ts';

/** RIFF, fmt (18 bytes, as formats other than integer PCM need), fact and data headers. */
const headerBytes = 58;
const maxDataBytes = 0xffffffff - headerBytes;

const header = (sampleRateHz: number, frames: number): Buffer => {
  const bytes = Buffer.alloc(headerBytes);
  const dataBytes = frames * 4;
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(18, 16);
  bytes.writeUInt16LE(3, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(sampleRateHz * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(32, 34);
  bytes.write('fact', 38, 'latin1');
  bytes.writeUInt32LE(4, 42);
  bytes.writeUInt32LE(frames, 46);
  bytes.write('data', 50, 'latin1');
  bytes.writeUInt32LE(dataBytes, 54);
  return bytes;
};

export class WavWriter {
  readonly path: string;
  readonly sampleRateHz: number;
  readonly #partial: string;
  readonly #file: number;
  #frames = 0;
  #open = true;

  /** Throws `WavError` where nothing can be written. */
  constructor(path: string, sampleRateHz: number) {
    this.path = path;
    this.sampleRateHz = sampleRateHz;
    this.#partial = `${path}.${process.pid}.partial`;
    // Renaming onto a device or a folder would do harm or fail late.
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) {
      throw new WavError('unwritable', path, 'expected a file or a new name, got something else');
    }
    try {
      this.#file = openSync(this.#partial, 'w');
      writeSync(this.#file, header(sampleRateHz, 0));
    } catch (error) {
      throw new WavError('unwritable', path, `cannot be written (${(error as Error).message})`);
    }
  }

  get frames(): number {
    return this.#frames;
  }

  write(block: Float32Array): void {
    if ((this.#frames + block.length) * 4 > maxDataBytes) {
      throw new WavError('unwritable', this.path, 'longer than a WAV file can hold (4 GiB)');
    }
    // WAV is little-endian, as is every host that Node runs on.
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    this.#writeAll(bytes, null);
    this.#frames += block.length;
  }

  /** Completes the file and puts it in its place. */
  finish(): void {
    try {
      this.#writeAll(header(this.sampleRateHz, this.#frames), 0);
      this.#close();
      renameSync(this.#partial, this.path);
    } catch (error) {
      this.abort();
      throw error instanceof WavError
        ? error
        : new WavError('unwritable', this.path, `cannot be written (${(error as Error).message})`);
    }
  }

  /** Leaves what was there as it was. */
  abort(): void {
    this.#close();
    rmSync(this.#partial, { force: true });
  }

  #close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }

  #writeAll(bytes: Buffer, position: number | null): void {
    let done = 0;
    while (done < bytes.length) {
      try {
        const at = position === null ? null : position + done;
        done += writeSync(this.#file, bytes, done, bytes.length - done, at);
      } catch (error) {
        throw new WavError(
          'unwritable',
          this.path,
          `cannot be written (${(error as Error).message})`,
        );
      }
    }
  }
}
