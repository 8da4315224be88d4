/**
 * A file that is written as a stream. What is at the path stays until `finish`: the bytes go to a file beside it,
 * which takes its place and keeps its mode. What is no regular file (a device, a FIFO, a pipe) is written through.
 */
import {
  chmodSync,
  closeSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { WavError } from './wav-error.ts';

/** The word for standard output, and its descriptor. */
const standardOutput = '-';
const standardOutputFile = 1;

export class OutputFile {
  readonly path: string;
  /** Whether bytes that were written can be written again. */
  readonly seekable: boolean;
  readonly #partial: string | null;
  readonly #target: string;
  readonly #mode: number | null;
  readonly #file: number;
  #open = true;

  /** Throws `WavError` where nothing can be written. */
  constructor(path: string) {
    this.path = path;
    const there = path === standardOutput ? null : statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) {
      throw new WavError('unwritable', path, 'expected a file or a new name, got a folder');
    }
    this.seekable = there === undefined || there?.isFile() === true;
    // A symlink stays one: what it points to is replaced.
    this.#target = there?.isFile() ? realpathSync(path) : path;
    this.#mode = there?.isFile() ? there.mode & 0o7777 : null;
    this.#partial = this.seekable ? `${this.#target}.${process.pid}.partial` : null;
    this.#file = this.#try(() =>
      path === standardOutput ? standardOutputFile : openSync(this.#partial ?? path, 'w'),
    );
  }

  write(bytes: Uint8Array): void {
    this.#writeAll(bytes, null);
  }

  /** The bytes that were written first, again. Only where it is `seekable`. */
  rewrite(bytes: Uint8Array): void {
    this.#writeAll(bytes, 0);
  }

  /** Puts the file in its place. */
  finish(): void {
    this.#close();
    const partial = this.#partial;
    if (partial === null) return;
    this.#try(() => {
      if (this.#mode !== null) chmodSync(partial, this.#mode);
      renameSync(partial, this.#target);
    });
  }

  /** Leaves what was there as it was. */
  abort(): void {
    this.#close();
    if (this.#partial !== null) rmSync(this.#partial, { force: true });
  }

  #close(): void {
    if (this.#open && this.path !== standardOutput) closeSync(this.#file);
    this.#open = false;
  }

  #writeAll(bytes: Uint8Array, position: number | null): void {
    let done = 0;
    while (done < bytes.length) {
      const at = position === null ? null : position + done;
      done += this.#try(() => writeSync(this.#file, bytes, done, bytes.length - done, at));
    }
  }

  #try<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      // A reader that has gone is for the command to judge, not a fault of the file.
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw error;
      const { message } = error as Error;
      throw new WavError('unwritable', this.path, `cannot be written (${message})`);
    }
  }
}
