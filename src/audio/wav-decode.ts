// biome-ignore-all lint/style/noNonNullAssertion: windows hold whole frames, tables have an entry for each byte
/** Turns bytes of a WAV file into samples of full scale 1, one channel of a window at a time. */
import { decodeBlock } from './ima-adpcm.ts';
import type { SampleEncoding, WavFormat } from './wav-format.ts';
import { newWaveFile } from './wave-file.ts';

/**
 * Adds as many samples of one channel to `into` as it has, times `gain`. `bytes` begin with a whole unit at an offset of 0
 * in a buffer of their own, little-endian; `first` is the frame of it to begin with.
 */
export type Decode = (
  bytes: Uint8Array,
  channel: number,
  first: number,
  into: Float32Array,
  gain: number,
) => void;

type DecodeOf = (channels: number, unitBytes: number, unitFrames: number) => Decode;
type Samples = { readonly [index: number]: number };

/** Hot: an hour of stereo is 173 million samples. One loop an encoding, without a call in it. */
const viewed =
  (view: (bytes: Uint8Array) => Samples, fullScale: number): DecodeOf =>
  (channels) =>
  (bytes, channel, first, into, gain) => {
    const samples = view(bytes);
    const scale = gain / fullScale;
    for (let i = 0, at = first * channels + channel; i < into.length; i++, at += channels) {
      into[i] = into[i]! + samples[at]! * scale;
    }
  };

const count = (bytes: Uint8Array, size: number): number => Math.floor(bytes.length / size);

const int24: DecodeOf = (channels) => (bytes, channel, first, into, gain) => {
  const stride = 3 * channels;
  // The three bytes stand in the upper part of 32 bits, so that the sign comes by itself.
  const scale = gain / 2 ** 31;
  for (let i = 0, at = first * stride + channel * 3; i < into.length; i++, at += stride) {
    const value = (bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24);
    into[i] = into[i]! + value * scale;
  }
};

/** The 256 samples of a logarithmic code, by the package's own function. */
const lawTable = (law: '8a' | '8m'): Int16Array => {
  const file = newWaveFile();
  const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
  file.fromScratch(1, 8000, law, codes);
  if (law === '8a') file.fromALaw('16');
  else file.fromMuLaw('16');
  const { samples } = file.data;
  return new Int16Array(samples.buffer, samples.byteOffset, 256);
};

/** Codes of one byte, by the 16-bit sample that each stands for. */
const coded =
  (makeTable: () => Int16Array): DecodeOf =>
  (channels) => {
    const table = makeTable();
    return (bytes, channel, first, into, gain) => {
      for (let i = 0, at = first * channels + channel; i < into.length; i++, at += channels) {
        into[i] = into[i]! + table[bytes[at]!]! * (gain / 0x8000);
      }
    };
  };

const ima: DecodeOf = (channels, unitBytes, unitFrames) => (bytes, channel, first, into, gain) => {
  const block = new Int16Array(unitFrames);
  let at = first % unitFrames;
  for (let i = 0, unit = Math.floor(first / unitFrames); i < into.length; unit++, at = 0) {
    decodeBlock(bytes.subarray(unit * unitBytes, (unit + 1) * unitBytes), channels, channel, block);
    for (; i < into.length && at < unitFrames; i++, at++) {
      into[i] = into[i]! + block[at]! * (gain / 0x8000);
    }
  }
};

const decoders: Readonly<Record<SampleEncoding, DecodeOf>> = {
  uint8: coded(() => Int16Array.from({ length: 256 }, (_, code) => (code - 128) * 256)),
  int16: viewed((b) => new Int16Array(b.buffer, 0, count(b, 2)), 0x8000),
  int24,
  int32: viewed((b) => new Int32Array(b.buffer, 0, count(b, 4)), 2 ** 31),
  float32: viewed((b) => new Float32Array(b.buffer, 0, count(b, 4)), 1),
  float64: viewed((b) => new Float64Array(b.buffer, 0, count(b, 8)), 1),
  'a-law': coded(() => lawTable('8a')),
  'mu-law': coded(() => lawTable('8m')),
  'ima-adpcm': ima,
};

export const decoderOf = ({ encoding, channels, unitBytes, unitFrames }: WavFormat): Decode =>
  decoders[encoding](channels, unitBytes, unitFrames);

/** Makes the samples of a big-endian file little-endian, in place. */
export const swapBytes = (bytes: Buffer, encoding: SampleEncoding): void => {
  // Encodings whose bytes have an order say their bits by name.
  const size = Number(/\d+$/.exec(encoding)?.[0] ?? 8) / 8;
  const whole = bytes.subarray(0, bytes.length - (bytes.length % size));
  if (size === 2) whole.swap16();
  if (size === 4) whole.swap32();
  if (size === 8) whole.swap64();
  if (size !== 3) return;
  for (let i = 0; i < whole.length; i += 3) {
    const first = whole[i]!;
    whole[i] = whole[i + 2]!;
    whole[i + 2] = first;
  }
};
