/**
 * Finds the chunks of a WAV file that sound needs, wherever they lie. The common package wants the whole file
 * in memory, a pad byte after every odd chunk, and takes 2^n steps over n LIST chunks; it gets the few chunks
 * found here as a small file of their own (`wav-format.ts`).
 */
import { WavError } from './wav-error.ts';

/** Reads up to `length` bytes at `offset`; returns fewer at the end of the file. */
export type ReadAt = (offset: number, length: number) => Buffer;

export interface Chunk {
  /** Of its eight bytes of header. */
  readonly byteOffset: number;
  /** As its header says. */
  readonly size: number;
  /** The first bytes after the header; none of `data`. */
  readonly body: Buffer;
}

export interface Chunks {
  readonly magic: string;
  readonly bigEndian: boolean;
  readonly found: ReadonlyMap<string, Chunk>;
  /** Bytes from the first of the sound to the end of the file. */
  readonly bytesLeft: number;
  /** A data chunk of size 0 that other chunks follow in good order, so that it really is empty. */
  readonly empty: boolean;
}

const wanted = new Set(['fmt ', 'fact', 'ds64', 'data']);
/** More than any program writes; a file of nothing but empty chunks ends here. */
const mostChunks = 10_000;
const bodyBytes = 64;

/** The names of chunks are four printable characters. */
const isName = (bytes: Buffer) => bytes.length === 4 && bytes.every((b) => b >= 32 && b < 127);

const checkMagic = (path: string, head: Buffer): string => {
  const magic = head.toString('latin1', 0, 4);
  if (/^(RIFF|RIFX|RF64|BW64)$/.test(magic) && head.toString('latin1', 8, 12) === 'WAVE') {
    return magic;
  }
  const got = head.length === 0 ? 'an empty file' : JSON.stringify(magic);
  const message = `expected a WAV file (RIFF ... WAVE), got ${got}. Convert it to WAV`;
  throw new WavError('broken', path, message, { byteOffset: 0 });
};

/** Throws `WavError` with the chunk and offset of the fault. */
export const findChunks = (path: string, fileBytes: number, readAt: ReadAt): Chunks => {
  const magic = checkMagic(path, readAt(0, 12));
  const bigEndian = magic === 'RIFX';
  const found = new Map<string, Chunk>();
  const sizeOf = (header: Buffer) => (bigEndian ? header.readUInt32BE(4) : header.readUInt32LE(4));
  /** Where the next chunk begins: after a pad byte, unless a name stands where the pad would be. */
  const after = (end: number): number =>
    end % 2 === 1 && isName(readAt(end, 4)) && !isName(readAt(end + 1, 4)) ? end : end + (end % 2);
  const followed = (from: number): boolean => {
    let at = from;
    for (let n = 0; at + 8 <= fileBytes && n < mostChunks; n++) {
      const header = readAt(at, 8);
      if (!isName(header.subarray(0, 4))) return false;
      at = after(at + 8 + sizeOf(header));
    }
    return at > from && at >= fileBytes && at <= fileBytes + 1;
  };
  let bytesLeft = 0;
  let empty = false;
  let offset = 12;
  for (let n = 0; offset + 8 <= fileBytes && n < mostChunks; n++) {
    const header = readAt(offset, 8);
    const id = header.toString('latin1', 0, 4);
    const size = sizeOf(header);
    const left = fileBytes - offset - 8;
    if (id === 'data' && !found.has(id)) {
      bytesLeft = left;
      empty = size === 0 && (left === 0 || followed(offset + 8));
    } else if (size > left) {
      if (found.has('data') && found.has('fmt ')) break;
      const message = `expected ${size} bytes, the file ends after ${left}. The file is damaged: save or export it again`;
      throw new WavError('broken', path, message, { chunk: id, byteOffset: offset });
    }
    if (wanted.has(id) && !found.has(id)) {
      const body = id === 'data' ? Buffer.alloc(0) : readAt(offset + 8, Math.min(size, bodyBytes));
      found.set(id, { byteOffset: offset, size, body });
    }
    if (found.has('data') && (found.has('fmt ') || size > left)) break;
    offset = after(offset + 8 + size);
  }
  for (const id of ['fmt ', 'data']) {
    if (found.has(id)) continue;
    const what = id === 'fmt ' ? ', which says what the samples are' : ' with samples';
    const message = `the file has no '${id}' chunk${what}. Save or export it again`;
    throw new WavError('broken', path, message, { byteOffset: Math.min(offset, fileBytes) });
  }
  return { magic, bigEndian, found, bytesLeft, empty };
};
