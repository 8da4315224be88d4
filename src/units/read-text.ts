/** Reads text of a file that a user named, or of a pipe, within a limit. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { withoutMark } from './json-text.ts';
import { systemSentence } from './system-fault.ts';

/** Far above any model, profile or measurement; a device such as /dev/zero never ends. */
const mostInputBytes = 134_217_728;

const pieceBytes = 1 << 20;

/** A file that cannot be taken: a sentence that begins with its path. */
export class InputError extends Error {
  readonly code = 'input';
}

/** The sentence of what the system said of a path. */
export const inputError = (error: unknown, path: string): InputError => {
  const { code, message } = error as NodeJS.ErrnoException;
  return new InputError(systemSentence({ code, message, path }), { cause: error });
};

const readPieces = (path: string, file: number, expectedBytes: number): Buffer => {
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(pieces.length === 0 ? expectedBytes + 1 : pieceBytes);
    const read = readSync(file, piece);
    if (read === 0) return Buffer.concat(pieces);
    total += read;
    if (total > mostInputBytes) {
      throw new InputError(`${path}: expected at most ${mostInputBytes} bytes, got more.`);
    }
    pieces.push(piece.subarray(0, read));
  }
};

const open = (path: string): number => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw inputError(error, path);
  }
};

/** @throws InputError where it cannot be read, is a folder or too large. */
const readBytes = (path: string): Buffer => {
  const file = open(path);
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new InputError(`${path}: expected a file, got a folder.`);
    if (stat.size > mostInputBytes) {
      throw new InputError(`${path}: expected at most ${mostInputBytes} bytes, got ${stat.size}.`);
    }
    return readPieces(path, file, stat.isFile() ? stat.size : pieceBytes);
  } catch (error) {
    // What the system says of an open file has no path.
    throw error instanceof InputError ? error : inputError(error, path);
  } finally {
    closeSync(file);
  }
};

/** As UTF-8, without the mark that editors leave. */
export const readText = (path: string): string => withoutMark(readBytes(path).toString('utf8'));
