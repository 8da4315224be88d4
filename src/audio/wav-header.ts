/** The bytes before the samples of a mono file that is written, by `wavefile`. */
import { newWaveFile } from './wave-file.ts';

/** By the option's word: the code of `wavefile`, bytes of a sample, and what people call it. */
export const wavFormats = {
  '16': { code: '16', bytes: 2, name: '16-bit' },
  '24': { code: '24', bytes: 3, name: '24-bit' },
  '32': { code: '32', bytes: 4, name: '32-bit integer' },
  '32f': { code: '32f', bytes: 4, name: '32-bit float' },
  '64f': { code: '64', bytes: 8, name: '64-bit float' },
  rf64: { code: '32f', bytes: 4, name: '32-bit float, RF64' },
} as const;
export type WavFormatName = keyof typeof wavFormats;

/** What a size says that nobody knows yet, and that stands in the ds64 chunk. */
const elsewhere = 0xffffffff;
const ds64Bytes = 28;

/**
 * `frames` null: unknown, for what cannot be written again. Files over 4 GiB become RF64, whose sizes take the
 * place of a chunk that is left empty in others (EBU Tech 3306), so that all headers of a format are equally long.
 */
export const wavHeader = (format: WavFormatName, rateHz: number, frames: number | null): Buffer => {
  const { code, bytes } = wavFormats[format];
  const file = newWaveFile();
  file.fromScratch(1, rateHz, code, []);
  if (file.fmt.audioFormat === 3) {
    // Formats other than integers say the size of their extension, which is none, and the frames.
    file.fmt.chunkSize = 18;
    file.fact = { chunkId: 'fact', chunkSize: 4, dwSampleLength: Math.min(frames ?? 0, elsewhere) };
  }
  file.junk = { chunkId: 'JUNK', chunkSize: ds64Bytes, chunkData: Array(ds64Bytes).fill(0) };
  const dataBytes = (frames ?? 0) * bytes;
  const riffBytes = file.toBuffer().length - 8 + dataBytes + (dataBytes % 2);
  const isLong = format === 'rf64' || riffBytes > elsewhere;
  if (isLong && frames !== null) {
    file.container = 'RF64';
    file.junk.chunkId = '';
    file.ds64 = {
      chunkId: 'ds64',
      chunkSize: ds64Bytes,
      riffSizeHigh: riffBytes >>> 0,
      riffSizeLow: Math.floor(riffBytes / 2 ** 32),
      dataSizeHigh: dataBytes >>> 0,
      dataSizeLow: Math.floor(dataBytes / 2 ** 32),
      originationTime: frames >>> 0,
      sampleCountHigh: Math.floor(frames / 2 ** 32),
      sampleCountLow: 0,
    };
  }
  const header = Buffer.from(file.toBuffer());
  const isKnown = frames !== null && !isLong;
  header.writeUInt32LE(isKnown ? riffBytes : elsewhere, 4);
  header.writeUInt32LE(isKnown ? dataBytes : elsewhere, header.length - 4);
  return header;
};
