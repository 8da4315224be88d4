import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WavReader } from '../../src/audio/wav.ts';
import { WavError } from '../../src/audio/wav-error.ts';
import { wavHeader } from '../../src/audio/wav-header.ts';
import { WavWriter } from '../../src/audio/wav-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-wav-'));
afterAll(() => rmSync(folder, { recursive: true }));

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const chunk = (name: string, body: Buffer, size = body.length): Buffer =>
  Buffer.concat([Buffer.from(name, 'latin1'), u32(size), body, Buffer.alloc(body.length % 2)]);
const fmt = (tag: number, channels: number, rate: number, bits: number): Buffer =>
  Buffer.concat([
    u16(tag),
    u16(channels),
    u32(rate),
    u32((rate * channels * bits) / 8),
    u16((channels * bits) / 8),
    u16(bits),
  ]);
const wav = (...chunks: Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
  return Buffer.concat([Buffer.from('RIFF'), u32(body.length), body]);
};
const withSound = (format: Buffer): Buffer => wav(chunk('fmt ', format), chunk('data', u16(1)));
let count = 0;
const file = (bytes: Buffer): string => {
  count += 1;
  const path = join(folder, `${count}.wav`);
  writeFileSync(path, bytes);
  return path;
};
const samplesOf = (path: string, blockFrames = 64): number[] => {
  const reader = new WavReader(path);
  const block = new Float32Array(blockFrames);
  const all: number[] = [];
  for (let n = reader.read(block); n > 0; n = reader.read(block)) {
    for (const sample of block.subarray(0, n)) all.push(sample);
  }
  reader.close();
  return all;
};
const refusal = (bytes: Buffer): WavError => {
  const path = file(bytes);
  try {
    samplesOf(path);
  } catch (error) {
    if (error instanceof WavError) return error;
    throw error;
  }
  throw new Error('expected the file to be refused');
};

/** Bytes of the sample values 0.5, -1 and 0.25 by encoding. */
const encoded: Record<string, { tag: number; bits: number; bytes: Buffer }> = {};
{
  const values = [0.5, -1, 0.25];
  for (const [bits, scale] of [
    [16, 0x8000],
    [24, 0x800000],
    [32, 0x80000000],
  ] as const) {
    const bytes = Buffer.alloc((bits / 8) * 3);
    values.forEach((value, i) => {
      bytes.writeIntLE(value * scale, (i * bits) / 8, bits / 8);
    });
    encoded[`int${bits}`] = { tag: 1, bits, bytes };
  }
  encoded.float32 = { tag: 3, bits: 32, bytes: Buffer.from(Float32Array.from(values).buffer) };
  encoded.float64 = { tag: 3, bits: 64, bytes: Buffer.from(Float64Array.from(values).buffer) };
}

describe('reading', () => {
  test.each(Object.entries(encoded))('%s samples have full scale 1', (_, { tag, bits, bytes }) => {
    const path = file(wav(chunk('fmt ', fmt(tag, 1, 48000, bits)), chunk('data', bytes)));
    expect(samplesOf(path)).toEqual([0.5, -1, 0.25]);
  });

  test.each(Object.entries(encoded))('%s in the extensible form is the same', (_, e) => {
    const body = Buffer.concat([
      fmt(0xfffe, 1, 44100, e.bits),
      u16(22),
      u16(e.bits),
      u32(4),
      u16(e.tag),
      Buffer.from('000000001000800000aa00389b71', 'hex'),
    ]);
    const path = file(wav(chunk('fmt ', body), chunk('data', e.bytes)));
    expect(samplesOf(path)).toEqual([0.5, -1, 0.25]);
  });

  test('of several channels the first is read', () => {
    const frames = Float32Array.from([0.1, 9, 9, 0.2, 9, 9]);
    const path = file(
      wav(chunk('fmt ', fmt(3, 3, 48000, 32)), chunk('data', Buffer.from(frames.buffer))),
    );
    expect(samplesOf(path)).toEqual([Math.fround(0.1), Math.fround(0.2)]);
  });

  test('unknown chunks of odd length are stepped over', () => {
    const path = file(
      wav(
        chunk('LIST', Buffer.from('abc')),
        chunk('fmt ', fmt(1, 1, 48000, 16)),
        chunk('junk', Buffer.from('x')),
        chunk('data', u16(0x4000)),
      ),
    );
    expect(samplesOf(path)).toEqual([0.5]);
  });

  test('blocks of any size give the same samples, across the read window too', () => {
    const frames = 200_000;
    const bytes = Buffer.alloc(frames * 4);
    for (let i = 0; i < frames; i++) bytes.writeInt16LE((i * 7919) % 32768, i * 4);
    const path = file(wav(chunk('fmt ', fmt(1, 2, 48000, 16)), chunk('data', bytes)));
    const whole = samplesOf(path, frames);
    expect(whole.length).toBe(frames);
    expect(whole[131_073]).toBe(((131_073 * 7919) % 32768) / 32768);
    expect(samplesOf(path, 997)).toEqual(whole);
  });

  test('a stream of unknown length is read to its end, and that is said', () => {
    const path = file(
      wav(chunk('fmt ', fmt(1, 1, 48000, 16)), chunk('data', Buffer.alloc(10), 0xffffffff)),
    );
    const reader = new WavReader(path);
    expect(reader.format.frames).toBe(5);
    expect(reader.format.warnings).toEqual([
      'the header does not say how long the sound is (4294967295 bytes; its recorder streamed or stopped early), so it is read to the end of the file',
    ]);
    reader.close();
  });

  test.each([
    0, 0x7fffffff, 0x7ffff000, 0x7fffefdc, 0x80000000, 0x80000024, 0xffffffff, 0xffffffd3,
  ])('a size of %i that a streaming or crashed recorder left is no size', (size) => {
    const sound = Buffer.concat([u16(0x4000), u16(0xc000), Buffer.from([1])]);
    const header = chunk('data', Buffer.alloc(0), size);
    const path = file(Buffer.concat([wav(chunk('fmt ', fmt(1, 1, 48000, 16)), header), sound]));
    const reader = new WavReader(path);
    expect(reader.format.warnings).toEqual([
      expect.stringContaining('is read to the end of the file'),
      'the sound ends within a frame (1 of 2 bytes), which is left out',
    ]);
    reader.close();
    expect(samplesOf(path)).toEqual([0.5, -0.5]);
  });

  test('an empty data chunk with other chunks behind it is empty', () => {
    const path = file(
      wav(
        chunk('fmt ', fmt(1, 1, 48000, 16)),
        chunk('data', u16(0), 0).subarray(0, 8),
        chunk('LIST', Buffer.alloc(20)),
      ),
    );
    expect(samplesOf(path)).toEqual([]);
  });

  test('the sound may stand before the chunk that says what it is', () => {
    const path = file(wav(chunk('data', u16(0x4000)), chunk('fmt ', fmt(1, 1, 48000, 16))));
    expect(samplesOf(path)).toEqual([0.5]);
  });

  test('an odd chunk without its pad byte loses nothing behind it', () => {
    const odd = chunk('junk', Buffer.from('xyz')).subarray(0, 11);
    const path = file(wav(odd, chunk('fmt ', fmt(1, 1, 48000, 16)), chunk('data', u16(0x4000))));
    expect(samplesOf(path)).toEqual([0.5]);
  });

  test('chunks of gigabytes and thousands of lists take no time', () => {
    const lists = Array.from({ length: 3000 }, () => chunk('LIST', Buffer.from('INFO')));
    const path = file(
      wav(...lists, chunk('fmt ', fmt(1, 1, 48000, 16)), chunk('data', u16(0x4000))),
    );
    const start = performance.now();
    expect(samplesOf(path)).toEqual([0.5]);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('channels are chosen by number, or mixed to their mean', () => {
    const frames = Float32Array.from([0.5, 0.25, -1, 1]);
    const path = file(
      wav(chunk('fmt ', fmt(3, 2, 48000, 32)), chunk('data', Buffer.from(frames.buffer))),
    );
    const block = new Float32Array(2);
    const read = (channel: number | 'mix'): number[] => {
      const reader = new WavReader(path, channel);
      reader.read(block);
      reader.close();
      return [...block];
    };
    expect([read(1), read(2), read('mix')]).toEqual([
      [0.5, -1],
      [0.25, 1],
      [0.375, 0],
    ]);
    expect(() => new WavReader(path, 3)).toThrow('expected a channel from 1 to 2, got 3');
  });

  test('a sub-format of zeros is taken for plain samples', () => {
    const body = Buffer.concat([
      fmt(0xfffe, 1, 48000, 16),
      u16(22),
      u16(16),
      u32(4),
      Buffer.alloc(16),
    ]);
    expect(samplesOf(file(wav(chunk('fmt ', body), chunk('data', u16(0x4000)))))).toEqual([0.5]);
  });

  test('RF64 and BW64 say their sizes in a chunk of their own', () => {
    for (const magic of ['RF64', 'BW64']) {
      const sizes = Buffer.alloc(28);
      sizes.writeBigUInt64LE(2n, 8);
      const bytes = wav(
        chunk('ds64', sizes),
        chunk('fmt ', fmt(1, 1, 48000, 16)),
        chunk('data', u16(0x4000), 0xffffffff),
        chunk('LIST', u32(7)),
      );
      bytes.write(magic);
      expect(samplesOf(file(bytes))).toEqual([0.5]);
    }
  });

  test('rewinding starts over', () => {
    const path = file(wav(chunk('fmt ', fmt(1, 1, 48000, 16)), chunk('data', u16(0x4000))));
    const reader = new WavReader(path);
    const block = new Float32Array(4);
    expect(reader.read(block)).toBe(1);
    expect(reader.read(block)).toBe(0);
    reader.rewind();
    expect(reader.read(block)).toBe(1);
    reader.close();
  });
});

describe('refusing', () => {
  test.each([
    [Buffer.alloc(0), 'at byte 0: expected a WAV file (RIFF ... WAVE), got an empty file'],
    [Buffer.from('OggS0000 and more'), 'got "OggS"'],
    [
      wav(chunk('fmt ', fmt(85, 2, 48000, 16)), chunk('data', u16(1))),
      /chunk 'fmt ' at byte 12: expected PCM of .*, got format 85 \(MP3\)\. Convert/,
    ],
    [
      wav(chunk('fmt ', fmt(1, 2, 48000, 12)), chunk('data', u16(1))),
      'got 12-bit samples of format 1. Convert',
    ],
    [withSound(fmt(1, 0, 48000, 16)), 'expected 1 to 4096 channels, got 0'],
    [withSound(fmt(1, 1, 0, 16)), 'expected a sample rate from 1000 to 768000 Hz, got 0. Resample'],
    [withSound(fmt(1, 1, 2_000_000_000, 16)), 'expected a sample rate from 1000 to 768000 Hz'],
    [withSound(Buffer.alloc(9)), 'expected at least 16 bytes, got 9'],
    [withSound(fmt(0xfffe, 1, 48000, 16)), 'expected at least 40 bytes, got 16'],
    [
      withSound(
        Buffer.concat([
          fmt(0xfffe, 1, 48000, 16),
          Buffer.from('16001000040000000102030405060708090a0b0c0d0e0f10', 'hex'),
        ]),
      ),
      'the sub-format 04030201 08070605 0c0b0a09 100f0e0d is no plain sample format',
    ],
    [wav(chunk('data', u16(1))), "the file has no 'fmt ' chunk, which says what the samples are"],
    [wav(chunk('fmt ', fmt(1, 1, 48000, 16))), "at byte 36: the file has no 'data' chunk"],
    [
      wav(chunk('fmt ', fmt(1, 1, 48000, 16)), chunk('data', u16(1), 900)),
      "chunk 'data' at byte 36: expected 900 bytes of samples, the file ends after 2. The file was cut short",
    ],
    [wav(chunk('LIST', u16(1), 9000)), "chunk 'LIST' at byte 12: expected 9000 bytes"],
    [
      wav(
        chunk('fmt ', fmt(3, 1, 48000, 32)),
        chunk('data', Buffer.from(Float32Array.of(0, Number.NaN).buffer)),
      ),
      "chunk 'data' at byte 48: frame 1 is not a finite float32 number",
    ],
    [
      wav(...Array.from({ length: 10_001 }, () => Buffer.alloc(8))),
      "at byte 80012: the file has no 'fmt ' chunk",
    ],
  ])('%# names the chunk, the offset and the fault', (bytes, message) => {
    expect(refusal(bytes).message).toMatch(message);
  });

  test('a missing file and a folder are named', () => {
    expect(() => new WavReader(join(folder, 'none.wav'))).toThrow('none.wav: no such file');
    expect(() => new WavReader(folder)).toThrow(/expected a file|cannot be read/);
  });
});

describe('writing', () => {
  test('what is written is what is read', () => {
    const path = join(folder, 'out.wav');
    const writer = new WavWriter(path, 44100);
    writer.write(Float32Array.of(0.5, -0.25));
    writer.write(Float32Array.of(2));
    writer.finish();
    const reader = new WavReader(path);
    expect(reader.format).toMatchObject({
      sampleRateHz: 44100,
      channels: 1,
      encoding: 'float32',
      frames: 3,
    });
    reader.close();
    expect(samplesOf(path)).toEqual([0.5, -0.25, 2]);
    const bytes = readFileSync(path);
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  });

  test('integers are rounded with dither, clipped and counted', () => {
    const path = join(folder, 'dither.wav');
    const writer = new WavWriter(path, 48000, { format: '16' });
    // A third of the least bit: without dither it would vanish.
    writer.write(new Float32Array(20_000).fill(1 / 3 / 0x8000));
    writer.write(Float32Array.of(1.5, -1.5, -1, 0));
    writer.finish();
    expect(writer.clipped).toBe(2);
    const samples = samplesOf(path).map((sample) => sample * 0x8000);
    expect(samples.slice(-4)).toEqual([32767, -32768, -32768, 0]);
    const mean = samples.slice(0, -4).reduce((sum, value) => sum + value, 0) / 20_000;
    expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.02);
  });

  test.each(['16', '24', '32', '32f', '64f', 'rf64'] as const)(
    '%s is read back as it was',
    (format) => {
      const path = join(folder, `as-${format}.wav`);
      const samples = Float32Array.from({ length: 999 }, (_, i) => (i - 500) / 512);
      const writer = new WavWriter(path, 44100, { format });
      writer.write(samples);
      writer.finish();
      expect(samplesOf(path)).toEqual([...samples]);
      expect(readFileSync(path).length % 2).toBe(0);
    },
  );

  test('over 4 GiB the sizes go to the chunk that RF64 has for them', () => {
    const frames = 2 ** 31 + 3;
    const short = wavHeader('24', 48000, 5);
    const long = wavHeader('24', 48000, frames);
    expect(short.toString('latin1', 0, 4)).toBe('RIFF');
    expect(long.toString('latin1', 0, 4)).toBe('RF64');
    expect(long.length).toBe(short.length);
    expect(long.readBigUInt64LE(20)).toBe(BigInt(long.length - 8 + frames * 3 + 1));
    expect(long.readBigUInt64LE(28)).toBe(BigInt(frames * 3));
    expect(long.readBigUInt64LE(36)).toBe(BigInt(frames));
  });

  test('a symlink stays one and a mode is kept; a device is written through', () => {
    const path = join(folder, 'private.wav');
    const link = join(folder, 'link.wav');
    writeFileSync(path, '');
    chmodSync(path, 0o600);
    symlinkSync(path, link);
    const writer = new WavWriter(link, 48000);
    writer.write(Float32Array.of(0.5));
    writer.finish();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(samplesOf(path)).toEqual([0.5]);
    const nothing = new WavWriter('/dev/null', 48000);
    nothing.write(Float32Array.of(0.5));
    nothing.finish();
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('until it is finished, what was there stays; after an abort nothing is left over', () => {
    const path = join(folder, 'keep.wav');
    writeFileSync(path, 'precious');
    const writer = new WavWriter(path, 48000);
    writer.write(Float32Array.of(1));
    writer.abort();
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('a folder is never replaced', () => {
    expect(() => new WavWriter(folder, 48000)).toThrow('expected a file or a new name');
    expect(() => new WavWriter(join(folder, 'none', 'x.wav'), 48000)).toThrow(
      'no such file or folder',
    );
  });
});
