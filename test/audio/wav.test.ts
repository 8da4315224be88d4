import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WavReader } from '../../src/audio/wav.ts';
import { WavError } from '../../src/audio/wav-error.ts';
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
      'the file does not say its length; it is read to its end',
    ]);
    reader.close();
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
    [Buffer.from('RIFX....WAVE'), 'Big-endian WAV is not supported'],
    [
      wav(chunk('fmt ', fmt(85, 2, 48000, 16))),
      "chunk 'fmt ' at byte 12: expected uncompressed samples, got format 85 (MP3)",
    ],
    [wav(chunk('fmt ', fmt(1, 1, 48000, 8))), 'got 8-bit integer'],
    [wav(chunk('fmt ', fmt(1, 0, 48000, 16))), 'expected 1 to 4096 channels, got 0'],
    [wav(chunk('fmt ', fmt(1, 1, 0, 16))), 'expected a positive sample rate'],
    [wav(chunk('fmt ', Buffer.alloc(9))), 'expected at least 16 bytes, got 9'],
    [wav(chunk('data', u16(1))), "chunk 'data' at byte 12: expected a 'fmt ' chunk"],
    [wav(chunk('fmt ', fmt(1, 1, 48000, 16))), "at byte 36: the file ends without a 'data' chunk"],
    [
      wav(chunk('fmt ', fmt(1, 1, 48000, 16)), chunk('data', u16(1), 900)),
      "chunk 'data' at byte 36: expected 900 bytes of samples, the file ends after 2",
    ],
    [
      wav(chunk('fmt ', fmt(1, 2, 48000, 16)), chunk('data', u16(1))),
      'expected a whole number of 4-byte frames, got 2 bytes',
    ],
    [wav(chunk('LIST', u16(1), 9000)), "chunk 'LIST' at byte 12: expected 9000 bytes"],
    [
      wav(
        chunk('fmt ', fmt(3, 1, 48000, 32)),
        chunk('data', Buffer.from(Float32Array.of(0, Number.NaN).buffer)),
      ),
      "chunk 'data' at byte 48: frame 1 is not a finite float32 number",
    ],
  ])('%# names the chunk, the offset and the fault', (bytes, message) => {
    expect(refusal(bytes).message).toContain(message);
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

  test('until it is finished, what was there stays; after an abort nothing is left over', () => {
    const path = join(folder, 'keep.wav');
    writeFileSync(path, 'precious');
    const writer = new WavWriter(path, 48000);
    writer.write(Float32Array.of(1));
    writer.abort();
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('a folder or a device is never replaced', () => {
    expect(() => new WavWriter(folder, 48000)).toThrow('expected a file or a new name');
    expect(() => new WavWriter(join(folder, 'none', 'x.wav'), 48000)).toThrow('cannot be written');
  });
});
