// biome-ignore-all lint/style/noNonNullAssertion: files without a fmt or data chunk were refused
/** What the chunks of a WAV file say of its samples, checked. `wavefile` reads the fields. */
import { framesOfBlock } from './ima-adpcm.ts';
import type { SoundFormat } from './sound.ts';
import { type Chunks, findChunks, type ReadAt } from './wav-chunks.ts';
import { WavError } from './wav-error.ts';
import { type FmtFields, newWaveFile, type WaveFile } from './wave-file.ts';

const pcm = 1;
const ieeeFloat = 3;
const extensible = 0xfffe;

/** By format tag and bits of a sample. */
const encodings = {
  '1/8': 'uint8',
  '1/16': 'int16',
  '1/24': 'int24',
  '1/32': 'int32',
  '3/32': 'float32',
  '3/64': 'float64',
  '6/8': 'a-law',
  '7/8': 'mu-law',
  '17/4': 'ima-adpcm',
} as const;
export type SampleEncoding = (typeof encodings)[keyof typeof encodings];

export interface WavFormat extends SoundFormat {
  readonly encoding: SampleEncoding;
  readonly bigEndian: boolean;
  /** Bytes that can be decoded by themselves: a sample of every channel, or a block of IMA ADPCM. */
  readonly unitBytes: number;
  /** Frames in so many bytes. */
  readonly unitFrames: number;
  /** Where the first sample lies in the file. */
  readonly dataOffset: number;
}

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

const isUnknown = (size: number) => unknownSizes.some(([low, high]) => size >= low && size <= high);

/** The chunks that were found, as a small file that the package can read from end to end. */
const parsed = ({ magic, bigEndian, found }: Chunks): WaveFile => {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bigEndian ? bytes.swap32() : bytes;
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

/** What is wrong with a chunk, as an error that says where it lies. */
type Fault = (code: 'broken' | 'unsupported', message: string, chunk?: string) => WavError;

const checkFmtSize = ({ bigEndian, found }: Chunks, fault: Fault): void => {
  const { body } = found.get('fmt ')!;
  const tag = body.length < 2 ? 0 : bigEndian ? body.readUInt16BE(0) : body.readUInt16LE(0);
  const least = tag === extensible ? 40 : 16;
  if (body.length >= least) return;
  const got = `expected at least ${least} bytes, got ${body.length}`;
  throw fault('broken', `${got}. Save or export the file again`);
};

const encodingOf = (fmt: FmtFields, fault: Fault): SampleEncoding => {
  const tag = tagOf(fmt);
  if (tag === null) {
    const words = fmt.subformat.map((word) => word.toString(16).padStart(8, '0')).join(' ');
    const message = `the sub-format ${words} is no plain sample format`;
    throw fault('unsupported', `${message}. Convert it to 24-bit or float WAV`);
  }
  const keys = Object.keys(encodings) as (keyof typeof encodings)[];
  const key = keys.find((name) => name === `${tag}/${fmt.bitsPerSample}`);
  if (key !== undefined) return encodings[key];
  const known = keys.some((name) => name.startsWith(`${tag}/`));
  const got = known
    ? `${fmt.bitsPerSample}-bit samples of format ${tag}`
    : `format ${tag} (${compressedNames[tag] ?? 'unknown to us'})`;
  const message = `expected PCM of 8, 16, 24 or 32 bits, float of 32 or 64, A-law, mu-law or IMA ADPCM, got ${got}. Convert it to 24-bit or float WAV`;
  throw fault('unsupported', message);
};

const wrongNumber = (fmt: FmtFields): string | null => {
  const { numChannels: channels, sampleRate, bitsPerSample, blockAlign } = fmt;
  const bytes = (channels * bitsPerSample) / 8;
  if (channels < 1 || channels > maxChannels)
    return `expected 1 to ${maxChannels} channels, got ${channels}. Save or export the file again`;
  if (sampleRate < lowestRateHz || sampleRate > highestRateHz)
    return `expected a sample rate from ${lowestRateHz} to ${highestRateHz} Hz, got ${sampleRate}. Resample the file, or mend its header`;
  if (bitsPerSample !== 4 && blockAlign !== bytes)
    return `expected ${bytes} bytes a frame (${channels} x ${bitsPerSample} bits), got ${blockAlign}. Save or export the file again`;
  return null;
};

const unitFramesOf = (fmt: FmtFields, encoding: SampleEncoding, fault: Fault): number => {
  if (encoding !== 'ima-adpcm') return 1;
  const perChannel = fmt.blockAlign / fmt.numChannels;
  if (perChannel >= 8 && perChannel % 4 === 0) return framesOfBlock(perChannel);
  const message = `expected blocks of a multiple of 4 bytes a channel, at least 8, got ${fmt.blockAlign} for ${fmt.numChannels}. Convert it to 16-bit WAV`;
  throw fault('unsupported', message);
};

/** Of RF64 from its ds64 chunk; to the end of the file where the size says that nobody knows it. */
const soundBytes = (file: WaveFile, chunks: Chunks, fault: Fault) => {
  const { bytesLeft: left, empty, found } = chunks;
  const { size } = found.get('data')!;
  const long = found.has('ds64') && size === 0xffffffff;
  // The package calls the low half High.
  const bytes = long ? file.ds64.dataSizeLow * 2 ** 32 + file.ds64.dataSizeHigh : size;
  if (bytes === 0 ? empty : bytes <= left) return { bytes, warnings: [] };
  if (bytes === 0 || isUnknown(bytes) || bytes >= 2 ** 63) {
    const why = `${bytes} bytes; its recorder streamed or stopped early`;
    const warning = `the header does not say how long the sound is (${why}), so it is read to the end of the file`;
    return { bytes: left, warnings: [warning] };
  }
  const message = `expected ${bytes} bytes of samples, the file ends after ${left}`;
  throw fault('broken', `${message}. The file was cut short: copy or export it again`, 'data');
};

/** Throws `WavError` with the chunk and offset of the fault, and what to do. */
export const parseWavFormat = (path: string, fileBytes: number, readAt: ReadAt): WavFormat => {
  const chunks = findChunks(path, fileBytes, readAt);
  const { found, bigEndian } = chunks;
  const offsetOf = (chunk: string): number => found.get(chunk)?.byteOffset ?? 0;
  const fault: Fault = (code, message, chunk = 'fmt ') =>
    new WavError(code, path, message, { chunk, byteOffset: offsetOf(chunk) });
  checkFmtSize(chunks, fault);
  const file = parsed(chunks);
  const { numChannels: channels, sampleRate: sampleRateHz, blockAlign: unitBytes } = file.fmt;
  const encoding = encodingOf(file.fmt, fault);
  const wrong = wrongNumber(file.fmt);
  if (wrong !== null) throw fault('broken', wrong);
  const unitFrames = unitFramesOf(file.fmt, encoding, fault);
  const { bytes, warnings } = soundBytes(file, chunks, fault);
  const over = bytes % unitBytes;
  const within = `${unitFrames === 1 ? 'frame' : 'block'} (${over} of ${unitBytes} bytes)`;
  if (over > 0) warnings.push(`the sound ends within a ${within}, which is left out`);
  const whole = Math.floor(bytes / unitBytes) * unitFrames;
  const stated = encoding === 'ima-adpcm' && found.has('fact') ? file.fact.dwSampleLength : 0;
  const frames = stated > 0 ? Math.min(stated, whole) : whole;
  const units = { unitBytes, unitFrames, dataOffset: offsetOf('data') + 8 };
  return { sampleRateHz, channels, encoding, bigEndian, frames, ...units, warnings };
};
