/** Turns bytes of a WAV file into samples of full scale 1, one channel of a window at a time. */
import { decodeBlock } from './ima-adpcm.ts';
import type { SampleEncoding, WavFormat } from './wav-format.ts';
import { newWaveFile } from './wave-file.ts';

/**
 * Adds `frames` samples of one channel to `into`, times `gain`. `bytes` begin with a whole unit at an offset of 0
 * in a buffer of their own, little-endian; `first` is the frame of it to begin with.
 */
export type Decode = (
  bytes: Uint8Array,
  channel: number,
  first: number,
  into: Float32Array,
  frames: number,
  gain: number,
) => void;

/** Hot: an hour of stereo is 173 million samples. One loop an encoding, without a call in it. */
const over = (
  view: { readonly [index: number]: number },
  stride: number,
  channel: number,
  first: number,
  into: Float32Array,
  frames: number,
  scale: number,
): void => {
  for (let i = 0, at = first * stride + channel; i < frames; i++, at += stride) {
    into[i] = into[i]! + view[at]! * scale;
  }
};

const viewed =
  (view: (bytes: Uint8Array) => { readonly [index: number]: number }, fullScale: number) =>
  (channels: number): Decode =>
  (bytes, channel, first, into, frames, gain) =>
    over(view(bytes), channels, channel, first, into, frames, gain / fullScale);

const count = (bytes: Uint8Array, size: number): number => Math.floor(bytes.length / size);

const uint8 =
  (channels: number): Decode =>
  (bytes, channel, first, into, frames, gain) => {
    for (let i = 0, at = first * channels + channel; i < frames; i++, at += channels) {
      into[i] = into[i]! + (bytes[at]! - 128) * (gain / 128);
    }
  };

const int24 =
  (channels: number): Decode =>
  (bytes, channel, first, into, frames, gain) => {
    const stride = 3 * channels;
    // The three bytes stand in the upper part of 32 bits, so that the sign comes by itself.
    const scale = gain / 2 ** 31;
    for (let i = 0, at = (first * channels + channel) * 3; i < frames; i++, at += stride) {
      const value = (bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24);
      into[i] = into[i]! + value * scale;
    }
  };

/** The 256 samples of a logarithmic code, by the package's own function. */
const lawTable = (law: '8a' | '8m'): Int16Array => {
  const file = newWaveFile();
  file.fromScratch(
    1,
    8000,
    law,
    Uint8Array.from({ length: 256 }, (_, code) => code),
  );
  if (law === '8a') file.fromALaw('16');
  else file.fromMuLaw('16');
  const { samples } = file.data;
  return new Int16Array(samples.buffer, samples.byteOffset, 256);
};

const law =
  (code: '8a' | '8m') =>
  (channels: number): Decode => {
    const table = lawTable(code);
    return (bytes, channel, first, into, frames, gain) => {
      for (let i = 0, at = first * channels + channel; i < frames; i++, at += channels) {
        into[i] = into[i]! + table[bytes[at]!]! * (gain / 0x8000);
      }
    };
  };

const ima =
  (channels: number, unitBytes: number, unitFrames: number): Decode =>
  (bytes, channel, first, into, frames, gain) => {
    const block = new Int16Array(unitFrames);
    let at = first % unitFrames;
    for (let i = 0, unit = Math.floor(first / unitFrames); i < frames; unit++, at = 0) {
      decodeBlock(
        bytes.subarray(unit * unitBytes, (unit + 1) * unitBytes),
        channels,
        channel,
        block,
      );
      for (; i < frames && at < unitFrames; i++, at++) {
        into[i] = into[i]! + block[at]! * (gain / 0x8000);
      }
    }
  };

const decoders: Readonly<
  Record<SampleEncoding, (channels: number, unitBytes: number, unitFrames: number) => Decode>
> = {
  uint8,
  int16: viewed((b) => new Int16Array(b.buffer, 0, count(b, 2)), 0x8000),
  int24,
  int32: viewed((b) => new Int32Array(b.buffer, 0, count(b, 4)), 2 ** 31),
  float32: viewed((b) => new Float32Array(b.buffer, 0, count(b, 4)), 1),
  float64: viewed((b) => new Float64Array(b.buffer, 0, count(b, 8)), 1),
  'a-law': law('8a'),
  'mu-law': law('8m'),
  'ima-adpcm': ima,
};

export const decoderOf = ({ encoding, channels, unitBytes, unitFrames }: WavFormat): Decode =>
  decoders[encoding](channels, unitBytes, unitFrames);

/** Bytes of a sample where their order matters. */
const sampleBytes: Partial<Readonly<Record<SampleEncoding, number>>> = {
  int16: 2,
  int24: 3,
  int32: 4,
  float32: 4,
  float64: 8,
};

/** Makes the samples of a big-endian file little-endian, in place. */
export const swapBytes = (bytes: Buffer, encoding: SampleEncoding): void => {
  const size = sampleBytes[encoding] ?? 1;
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
