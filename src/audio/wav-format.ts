/** Reads the chunks of a WAV file up to its samples. Knows the container, not what is in the audio. */
import { WavError } from './wav-error.ts';

export type SampleEncoding = 'int16' | 'int24' | 'int32' | 'float32' | 'float64';

export interface WavFormat {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly encoding: SampleEncoding;
  readonly frames: number;
  /** Bytes of one sample of every channel. */
  readonly frameBytes: number;
  /** Where the first sample lies in the file. */
  readonly dataOffset: number;
  readonly warnings: readonly string[];
}

/** Reads up to `length` bytes at `offset`; returns fewer at the end of the file. */
export type ReadAt = (offset: number, length: number) => Buffer;

const pcm = 1;
const ieeeFloat = 3;
const extensible = 0xfffe;

/** Registered format tags that people meet, so that a refusal can name what it refuses. */
const compressedNames: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
  352: 'WMA 1',
  353: 'WMA 2',
};

const encodings: Readonly<Record<string, SampleEncoding>> = {
  [`${pcm}/16`]: 'int16',
  [`${pcm}/24`]: 'int24',
  [`${pcm}/32`]: 'int32',
  [`${ieeeFloat}/32`]: 'float32',
  [`${ieeeFloat}/64`]: 'float64',
};

/** Bytes 2 to 15 of the sub-format of WAVE_FORMAT_EXTENSIBLE; the first two are the format tag. */
const subFormatTail = '000000001000800000aa00389b71';

/** A data size that a program writes when it streams and does not know the length. */
const unknownSize = 0xffffffff;
const maxChannels = 4096;

interface Format {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly encoding: SampleEncoding;
  readonly frameBytes: number;
}

const parseFmt = (path: string, body: Buffer, byteOffset: number): Format => {
  const where = { chunk: 'fmt ', byteOffset };
  const broken = (message: string): WavError => new WavError('broken', path, message, where);
  if (body.length < 16) throw broken(`expected at least 16 bytes, got ${body.length}`);
  const outerTag = body.readUInt16LE(0);
  const channels = body.readUInt16LE(2);
  const sampleRateHz = body.readUInt32LE(4);
  const frameBytes = body.readUInt16LE(12);
  const bits = body.readUInt16LE(14);
  let tag = outerTag;
  if (outerTag === extensible) {
    if (body.length < 40) {
      throw broken(`expected 40 bytes of the extensible format, got ${body.length}`);
    }
    if (body.toString('hex', 26, 40) !== subFormatTail) {
      throw new WavError(
        'unsupported',
        path,
        `the sub-format ${body.toString('hex', 24, 40)} is not a plain sample format`,
        where,
      );
    }
    tag = body.readUInt16LE(24);
  }
  const encoding = encodings[`${tag}/${bits}`];
  if (tag !== pcm && tag !== ieeeFloat) {
    const name = compressedNames[tag] ?? 'unknown to us';
    throw new WavError(
      'unsupported',
      path,
      `expected uncompressed samples, got format ${tag} (${name}). Convert it to 24-bit or float WAV`,
      where,
    );
  }
  if (encoding === undefined) {
    throw new WavError(
      'unsupported',
      path,
      `expected 16, 24 or 32-bit integer or 32 or 64-bit float samples, got ${bits}-bit ${tag === pcm ? 'integer' : 'float'}`,
      where,
    );
  }
  if (channels < 1 || channels > maxChannels) {
    throw broken(`expected 1 to ${maxChannels} channels, got ${channels}`);
  }
  if (sampleRateHz < 1) throw broken('expected a positive sample rate, got 0');
  const expected = channels * (bits / 8);
  if (frameBytes !== expected) {
    throw broken(
      `expected ${expected} bytes a frame (${channels} x ${bits} bits), got ${frameBytes}`,
    );
  }
  return { sampleRateHz, channels, encoding, frameBytes };
};

/** Walks the chunks until the samples. Throws `WavError` with the chunk and offset of the fault. */
export const parseWavFormat = (path: string, fileBytes: number, readAt: ReadAt): WavFormat => {
  const head = readAt(0, 12);
  const magic = head.toString('latin1', 0, 4);
  if (
    head.length < 12 ||
    head.toString('latin1', 8, 12) !== 'WAVE' ||
    !/^R(IFF|F64)$|^BW64$/.test(magic)
  ) {
    const got = head.length === 0 ? 'an empty file' : JSON.stringify(magic);
    const fix = magic === 'RIFX' ? '. Big-endian WAV is not supported' : '';
    throw new WavError('broken', path, `expected a WAV file (RIFF ... WAVE), got ${got}${fix}`, {
      byteOffset: 0,
    });
  }
  const warnings: string[] = [];
  let format: Format | null = null;
  /** From the ds64 chunk of an RF64 file, whose data chunk cannot say its size. */
  let longDataBytes: number | null = null;
  let offset = 12;
  while (offset + 8 <= fileBytes) {
    const header = readAt(offset, 8);
    if (header.length < 8) break;
    const chunk = header.toString('latin1', 0, 4);
    const size = header.readUInt32LE(4);
    const where = { chunk, byteOffset: offset };
    const left = fileBytes - offset - 8;
    if (chunk === 'data') {
      if (format === null) {
        throw new WavError('broken', path, "expected a 'fmt ' chunk before the samples", where);
      }
      let dataBytes = size;
      if (size === unknownSize) {
        dataBytes = longDataBytes ?? left - (left % format.frameBytes);
        if (longDataBytes === null) {
          warnings.push('the file does not say its length; it is read to its end');
        }
      }
      if (dataBytes > left) {
        throw new WavError(
          'broken',
          path,
          `expected ${dataBytes} bytes of samples, the file ends after ${left}`,
          where,
        );
      }
      if (dataBytes % format.frameBytes !== 0) {
        throw new WavError(
          'broken',
          path,
          `expected a whole number of ${format.frameBytes}-byte frames, got ${dataBytes} bytes`,
          where,
        );
      }
      const frames = dataBytes / format.frameBytes;
      return { ...format, frames, dataOffset: offset + 8, warnings };
    }
    if (size > left) {
      throw new WavError(
        'broken',
        path,
        `expected ${size} bytes, the file ends after ${left}`,
        where,
      );
    }
    if (chunk === 'fmt ') format = parseFmt(path, readAt(offset + 8, Math.min(size, 64)), offset);
    if (chunk === 'ds64') {
      if (size < 16) throw new WavError('broken', path, `expected 28 bytes, got ${size}`, where);
      longDataBytes = Number(readAt(offset + 8, 16).readBigUInt64LE(8));
    }
    // Chunks are padded to an even length.
    offset += 8 + size + (size % 2);
  }
  throw new WavError(
    'broken',
    path,
    format === null
      ? "the file ends without 'fmt ' and 'data' chunks"
      : "the file ends without a 'data' chunk",
    { byteOffset: Math.min(offset, fileBytes) },
  );
};
