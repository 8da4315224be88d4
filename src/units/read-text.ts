/** Reads text of a file that a user named, or of a pipe, within a limit. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { withoutMark } from './json-text.ts';

/** Far above any model, profile or measurement; a device such as /dev/zero never ends. */
export const mostInputBytes = 134_217_728;

const pieceBytes = 1 << 20;

/** Of what a file holds. Faults of the system are thrown as they are, with a path. */
export class InputError extends Error {
  readonly code = 'input';
}

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

/**
 * @throws InputError where it is too large or a folder, and the system's error with `path` where it cannot be read.
 */
export const readBytes = (path: string): Buffer => {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new InputError(`${path}: expected a file, got a folder.`);
    if (stat.size > mostInputBytes) {
      throw new InputError(`${path}: expected at most ${mostInputBytes} bytes, got ${stat.size}.`);
    }
    return readPieces(path, file, stat.isFile() ? stat.size : pieceBytes);
  } catch (error) {
    // What the system says of an open file has no path.
    throw error instanceof InputError ? error : Object.assign(error as Error, { path });
  } finally {
    closeSync(file);
  }
};

/** As UTF-8, without the mark that editors leave. */
export const readText = (path: string): string => withoutMark(readBytes(path).toString('utf8'));
