/** What the chunks of a WAV file say of its samples, checked. `wavefile` reads the fields. */
import { framesOfBlock } from './ima-adpcm.ts';
import { type Chunks, findChunks, type ReadAt } from './wav-chunks.ts';
import { WavError } from './wav-error.ts';
import { type FmtFields, newWaveFile, type WaveFile } from './wave-file.ts';

export type SampleEncoding =
  | 'uint8'
  | 'int16'
  | 'int24'
  | 'int32'
  | 'float32'
  | 'float64'
  | 'a-law'
  | 'mu-law'
  | 'ima-adpcm';

export interface WavFormat {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly encoding: SampleEncoding;
  readonly bigEndian: boolean;
  readonly frames: number;
  /** Bytes that can be decoded by themselves: a sample of every channel, or a block of IMA ADPCM. */
  readonly unitBytes: number;
  /** Frames in so many bytes. */
  readonly unitFrames: number;
  /** Where the first sample lies in the file. */
  readonly dataOffset: number;
  readonly warnings: readonly string[];
}

const pcm = 1;
const ieeeFloat = 3;
const imaAdpcm = 17;
const extensible = 0xfffe;

/** By format tag and bits of a sample. */
const encodings: Readonly<Record<string, SampleEncoding>> = {
  [`${pcm}/8`]: 'uint8',
  [`${pcm}/16`]: 'int16',
  [`${pcm}/24`]: 'int24',
  [`${pcm}/32`]: 'int32',
  [`${ieeeFloat}/32`]: 'float32',
  [`${ieeeFloat}/64`]: 'float64',
  '6/8': 'a-law',
  '7/8': 'mu-law',
  [`${imaAdpcm}/4`]: 'ima-adpcm',
};

/** Registered tags that people meet, so that a refusal can name what it refuses. */
const compressedNames: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
  352: 'WMA 1',
  353: 'WMA 2',
};

/**
 * The last twelve bytes of the sub-formats whose first say the tag: little-endian, big-endian as sox writes it
 * and as the structure would be, B-format of ambisonic recordings, and nothing at all, as some recorders leave it.
 */
const subFormats = new Set([
  '1048576,2852126848,1905997824',
  '4096,2147483818,3709809',
  '16,2147483818,3709809',
  '299042593,3368174214,51914',
  '0,0,0',
]);

const maxChannels = 4096;
const lowestRateHz = 1000;
const highestRateHz = 768_000;

/**
 * Sizes that stand for "unknown" where the file is shorter: programs that stream write the largest number that
 * they think of, less their header, and sox and arecord round it. The ranges hold them and their neighbours.
 */
const unknownSizes = [
  [0x7fffe000, 0x80001000],
  [0xffffe000, 0xffffffff],
] as const;

const isUnknown = (size: number): boolean =>
  unknownSizes.some(([low, high]) => size >= low && size <= high);

/** The chunks that were found, as a small file that the package can read from end to end. */
const parsed = ({ magic, bigEndian, found }: Chunks): WaveFile => {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (bigEndian) bytes.writeUInt32BE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  };
  const parts = ['ds64', 'fmt ', 'fact', 'data'].flatMap((id) => {
    const chunk = found.get(id);
    if (chunk === undefined) return [];
    // Bodies are cut to their first bytes, and padded to what the package reads without asking.
    const body = id === 'data' ? chunk.body : Buffer.concat([chunk.body, Buffer.alloc(40)]);
    const size = id === 'fmt ' ? Math.min(chunk.size, body.length) : body.length;
    const padded = Buffer.concat([body, Buffer.alloc(id === 'fmt ' ? body.length % 2 : 0)]);
    return [Buffer.from(id, 'latin1'), number(size), padded.subarray(0, size + (size % 2))];
  });
  // The package does not know BW64, which is RF64 with other metadata, nor RF64 without its sizes.
  const name = bigEndian ? 'RIFX' : magic !== 'RIFF' && found.has('ds64') ? 'RF64' : 'RIFF';
  const file = newWaveFile();
  file.fromBuffer(Buffer.concat([Buffer.from(name), number(0), Buffer.from('WAVE'), ...parts]));
  return file;
};

/** The tag of the samples: of an extensible format that of its sub-format. */
const tagOf = (fmt: FmtFields): number | null => {
  if (fmt.audioFormat !== extensible) return fmt.audioFormat;
  const [first = 0, ...rest] = fmt.subformat;
  if (!subFormats.has(rest.join(','))) return null;
  const tag = first > 0xffff ? first >>> 16 : first;
  // A sub-format of zeros says nothing; integers are what such recorders write, except at 64 bits.
  return tag === 0 ? (fmt.bitsPerSample === 64 ? ieeeFloat : pcm) : tag;
};

class FormatCheck {
  private readonly path: string;
  private readonly chunks: Chunks;
  private readonly warnings: string[] = [];

  constructor(path: string, chunks: Chunks) {
    this.path = path;
    this.chunks = chunks;
  }

  format(): WavFormat {
    this.checkFmtSize();
    const file = parsed(this.chunks);
    const { fmt } = file;
    const encoding = this.encoding(fmt);
    this.checkNumbers(fmt);
    const unitFrames = this.unitFrames(fmt, encoding);
    const unitBytes = fmt.blockAlign;
    const dataBytes = this.dataBytes(file);
    const units = Math.floor(dataBytes / unitBytes);
    const over = dataBytes % unitBytes;
    if (over > 0) {
      const what = unitFrames === 1 ? 'frame' : 'block';
      this.warnings.push(
        `the sound ends within a ${what} (${over} of ${unitBytes} bytes), which is left out`,
      );
    }
    const stated = encoding === 'ima-adpcm' ? this.statedFrames(file) : 0;
    const frames = units * unitFrames;
    return {
      sampleRateHz: fmt.sampleRate,
      channels: fmt.numChannels,
      encoding,
      bigEndian: this.chunks.bigEndian,
      frames: stated > 0 ? Math.min(stated, frames) : frames,
      unitBytes,
      unitFrames,
      dataOffset: this.at('data').byteOffset + 8,
      warnings: this.warnings,
    };
  }

  private at(chunk: string): { readonly chunk: string; readonly byteOffset: number } {
    return { chunk, byteOffset: this.chunks.found.get(chunk)?.byteOffset ?? 0 };
  }

  private fault(code: 'broken' | 'unsupported', message: string, chunk = 'fmt '): WavError {
    return new WavError(code, this.path, message, this.at(chunk));
  }

  private checkFmtSize(): void {
    const { body } = this.chunks.found.get('fmt ')!;
    const isExtensible =
      body.length >= 2 &&
      (this.chunks.bigEndian ? body.readUInt16BE(0) : body.readUInt16LE(0)) === extensible;
    const least = isExtensible ? 40 : 16;
    if (body.length >= least) return;
    throw this.fault(
      'broken',
      `expected at least ${least} bytes, got ${body.length}. Save or export the file again`,
    );
  }

  private encoding(fmt: FmtFields): SampleEncoding {
    const tag = tagOf(fmt);
    if (tag === null) {
      const words = fmt.subformat.map((word) => word.toString(16).padStart(8, '0')).join(' ');
      throw this.fault(
        'unsupported',
        `the sub-format ${words} is no plain sample format. Convert it to 24-bit or float WAV`,
      );
    }
    const encoding = encodings[`${tag}/${fmt.bitsPerSample}`];
    if (encoding !== undefined) return encoding;
    const known = Object.keys(encodings).some((key) => key.startsWith(`${tag}/`));
    const got = known
      ? `${fmt.bitsPerSample}-bit samples of format ${tag}`
      : `format ${tag} (${compressedNames[tag] ?? 'unknown to us'})`;
    throw this.fault(
      'unsupported',
      `expected PCM of 8, 16, 24 or 32 bits, float of 32 or 64, A-law, mu-law or IMA ADPCM, got ${got}. Convert it to 24-bit or float WAV`,
    );
  }

  private checkNumbers(fmt: FmtFields): void {
    const { numChannels: channels, sampleRate, bitsPerSample, blockAlign } = fmt;
    if (channels < 1 || channels > maxChannels) {
      throw this.fault(
        'broken',
        `expected 1 to ${maxChannels} channels, got ${channels}. Save or export the file again`,
      );
    }
    if (sampleRate < lowestRateHz || sampleRate > highestRateHz) {
      throw this.fault(
        'broken',
        `expected a sample rate from ${lowestRateHz} to ${highestRateHz} Hz, got ${sampleRate}. Resample the file, or mend its header`,
      );
    }
    const expected = (channels * bitsPerSample) / 8;
    if (bitsPerSample !== 4 && blockAlign !== expected) {
      throw this.fault(
        'broken',
        `expected ${expected} bytes a frame (${channels} x ${bitsPerSample} bits), got ${blockAlign}. Save or export the file again`,
      );
    }
  }

  private unitFrames(fmt: FmtFields, encoding: SampleEncoding): number {
    if (encoding !== 'ima-adpcm') return 1;
    const perChannel = fmt.blockAlign / fmt.numChannels;
    if (perChannel >= 8 && perChannel % 4 === 0) return framesOfBlock(perChannel);
    throw this.fault(
      'unsupported',
      `expected blocks of a multiple of 4 bytes a channel, at least 8, got ${fmt.blockAlign} for ${fmt.numChannels}. Convert it to 16-bit WAV`,
    );
  }

  private statedFrames(file: WaveFile): number {
    return this.chunks.found.has('fact') ? file.fact.dwSampleLength : 0;
  }

  /** Of RF64 from its ds64 chunk; to the end of the file where the size says that nobody knows it. */
  private dataBytes(file: WaveFile): number {
    const { size } = this.chunks.found.get('data')!;
    const { bytesLeft: left, empty } = this.chunks;
    const long = this.chunks.found.has('ds64') && size === 0xffffffff;
    // The package calls the low half High.
    const bytes = long ? file.ds64.dataSizeLow * 2 ** 32 + file.ds64.dataSizeHigh : size;
    if (bytes === 0 && empty) return 0;
    if (bytes > 0 && bytes <= left) return bytes;
    if (bytes === 0 || isUnknown(bytes) || bytes >= 2 ** 63) {
      this.warnings.push(
        `the header does not say how long the sound is (${bytes} bytes; its recorder streamed or stopped early), so it is read to the end of the file`,
      );
      return left;
    }
    throw this.fault(
      'broken',
      `expected ${bytes} bytes of samples, the file ends after ${left}. The file was cut short: copy or export it again`,
      'data',
    );
  }
}

/** Throws `WavError` with the chunk and offset of the fault, and what to do. */
export const parseWavFormat = (path: string, fileBytes: number, readAt: ReadAt): WavFormat =>
  new FormatCheck(path, findChunks(path, fileBytes, readAt)).format();
