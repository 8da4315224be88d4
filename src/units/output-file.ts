/**
 * A file that is written as a stream. What is at the path stays until `finish`: the bytes go to a file beside it,
 * which takes its place and keeps its mode. What is no regular file (a device, a FIFO, a pipe) is written through.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError, inputError } from './read-text.ts';

const standardOutputFile = 1;
/** Symlinks in a row. The system gives up at this number, too. */
const mostLinks = 40;
/** `/dev/stdout` leads to one of them: opened anew, it would be cut off or written over. */
const descriptorPath = /^\/(?:proc\/(?:self|thread-self|\d+)|dev)\/fd\/(\d+)$/;

/** Where a path leads, link by link: to a descriptor of this process, or to a path that is no link. */
const follow = (path: string, left = mostLinks): string | number => {
  const descriptor = descriptorPath.exec(path)?.[1];
  if (descriptor !== undefined) return Number(descriptor);
  let to: string;
  try {
    to = readlinkSync(path);
  } catch {
    return path;
  }
  return left === 0 ? path : follow(resolve(dirname(path), to), left - 1);
};

const isOf = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** Whether a process of this number is there; one of somebody else's is. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isOf(error, 'EPERM');
  }
};

/** What processes left beside the target that ended before they had finished. */
const clearStrays = (target: string): void => {
  const start = `${basename(target)}.`;
  for (const name of readdirSync(dirname(target))) {
    const pid = name.startsWith(start) ? /^(\d+)\.partial$/.exec(name.slice(start.length)) : null;
    if (pid === null || isAlive(Number(pid[1]))) continue;
    rmSync(join(dirname(target), name), { force: true });
  }
};

export class OutputFile {
  /** As it was given; `-` is standard output. */
  readonly path: string;
  /** Whether bytes that were written can be written again. */
  readonly seekable: boolean;
  readonly #target: string;
  readonly #there: Stats | undefined;
  #partial: string | null = null;
  readonly #file: number;
  readonly #own: boolean;
  #open = true;

  /** Throws `InputError` where nothing can be written. */
  constructor(path: string) {
    this.path = path;
    const led = path === '-' ? standardOutputFile : follow(path);
    this.#own = typeof led === 'string';
    this.#target = String(led);
    this.#there = typeof led === 'string' ? this.#statOf(led) : undefined;
    this.seekable = this.#own && (this.#there === undefined || this.#there.isFile());
    this.#file = typeof led === 'number' ? led : this.#try(() => this.#openTarget());
  }

  write(bytes: Uint8Array): void {
    this.#writeAll(bytes, null);
  }

  /** The bytes that were written first, again. Only where it is `seekable`. */
  rewrite(bytes: Uint8Array): void {
    this.#writeAll(bytes, 0);
  }

  /** Puts the file in its place, on the disk before its name is. */
  finish(): void {
    this.#try(() => {
      if (this.#open && this.seekable) fsyncSync(this.#file);
      this.#close();
      const partial = this.#partial;
      if (partial === null) return;
      if (this.#there !== undefined) chmodSync(partial, this.#there.mode & 0o7777);
      renameSync(partial, this.#target);
    });
  }

  /** Leaves what was there as it was. */
  abort(): void {
    this.#close();
    if (this.#partial !== null) rmSync(this.#partial, { force: true });
  }

  #statOf(target: string): Stats | undefined {
    const there = this.#try(() => statSync(target, { throwIfNoEntry: false }));
    if (there?.isDirectory()) {
      throw new InputError(`${this.path}: expected a file or a new name, got a folder.`);
    }
    return there;
  }

  #openTarget(): number {
    if (!this.seekable) return openSync(this.#target, 'w');
    const target = this.#there === undefined ? this.#target : realpathSync(this.#target);
    const partial = `${target}.${process.pid}.partial`;
    try {
      clearStrays(target);
      const file = openSync(partial, 'w');
      this.#partial = partial;
      return file;
    } catch (error) {
      // A file of one's own in a folder of somebody else's.
      if (this.#there !== undefined && isOf(error, 'EACCES', 'EPERM', 'EROFS'))
        return openSync(target, 'w');
      throw error;
    }
  }

  #close(): void {
    if (this.#open && this.#own) closeSync(this.#file);
    this.#open = false;
  }

  #writeAll(bytes: Uint8Array, position: number | null): void {
    for (let done = 0; done < bytes.length; ) {
      const at = position === null ? null : position + done;
      done += this.#try(() => writeSome(this.#file, bytes.subarray(done), at));
    }
  }

  #try<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      // A reader that has gone is for the command to judge, not a fault of the file.
      throw error instanceof InputError || isOf(error, 'EPIPE')
        ? error
        : inputError(error, this.path);
    }
  }
}

/** Wait while whoever reads a pipe that does not block is slow. */
const fullMilliseconds = 2;
const clock = new Int32Array(new SharedArrayBuffer(4));

/** Some of the bytes, at least one: waits for a reader that is slow. */
export const writeSome = (file: number, bytes: Uint8Array, position: number | null): number => {
  for (;;) {
    try {
      return writeSync(file, bytes, 0, bytes.length, position);
    } catch (error) {
      if (!isOf(error, 'EAGAIN')) throw error;
      Atomics.wait(clock, 0, 0, fullMilliseconds);
    }
  }
};

/** Writes a text whole or not at all: what was there stays until the new text is complete. */
export const writeWhole = (path: string, text: string): void => {
  const file = new OutputFile(path);
  try {
    file.write(Buffer.from(text));
    file.finish();
  } catch (error) {
    file.abort();
    throw error;
  }
};
