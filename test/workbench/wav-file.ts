/** A mono file of 32-bit floats, written by hand so that tests of files do not rest on our own writer. */
import { writeFileSync } from 'node:fs';

export const writeWav = (file: string, sampleRateHz: number, samples: Float32Array): string => {
  const bytes = Buffer.alloc(44 + 4 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 4 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  for (const [at, value, size] of [
    [16, 16, 4],
    [20, 3, 2],
    [22, 1, 2],
    [24, sampleRateHz, 4],
    [28, 4 * sampleRateHz, 4],
    [32, 4, 2],
    [34, 32, 2],
  ] as const) {
    bytes.writeUIntLE(value, at, size);
  }
  bytes.write('data', 36);
  bytes.writeUInt32LE(4 * samples.length, 40);
  samples.forEach((sample, i) => {
    bytes.writeFloatLE(sample, 44 + 4 * i);
  });
  writeFileSync(file, bytes);
  return file;
};
