/** WAV files for tests of commands, in a folder that goes away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { WavReader } from '../../src/audio/wav.ts';
import { WavWriter } from '../../src/audio/wav-writer.ts';
import { Random } from '../../src/units/random.ts';

const folders: string[] = [];

// Of all tests of a file at once: some ask for a folder in the middle of a test.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-cli-'));
  folders.push(folder);
  return folder;
};

export const noise = (frames: number, seed = 1): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length: frames }, () => 0.4 * (random.unit() - 0.5));
};

export const writeWav = (path: string, samples: Float32Array, sampleRateHz = 48000): string => {
  const writer = new WavWriter(path, sampleRateHz);
  writer.write(samples);
  writer.finish();
  return path;
};

/** 16-bit stereo with the samples on the left and silence on the right. */
export const writeStereo = (path: string, samples: Float32Array): string => {
  const bytes = Buffer.alloc(44 + samples.length * 4);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(48000, 24);
  bytes.writeUInt32LE(192000, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 4, 40);
  samples.forEach((sample, i) => {
    bytes.writeInt16LE(Math.round(sample * 32768), 44 + i * 4);
  });
  writeFileSync(path, bytes);
  return path;
};

export const readWav = (path: string): { samples: Float32Array; sampleRateHz: number } => {
  const reader = new WavReader(path);
  const samples = new Float32Array(reader.format.frames);
  reader.read(samples);
  reader.close();
  return { samples, sampleRateHz: reader.format.sampleRateHz };
};
