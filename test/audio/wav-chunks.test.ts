import { expect, test } from 'vitest';
import { findChunks } from '../../src/audio/wav-chunks.ts';

test('a file of nothing but empty chunks is refused after some thousand of them', () => {
  let reads = 0;
  const readAt = (offset: number, length: number): Buffer => {
    reads += 1;
    return offset === 0 ? Buffer.from('RIFF----WAVE') : Buffer.alloc(length);
  };
  expect(() => findChunks('x.wav', 2 ** 22, readAt)).toThrow("no 'fmt ' chunk");
  expect(reads).toBeLessThan(50_000);
});
