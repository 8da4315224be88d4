import { describe, expect, test } from 'vitest';
import { Resampler } from '../../src/audio/resampler.ts';
import { sineOfTurns } from '../../src/audio/sine.ts';
import { Random } from '../../src/units/random.ts';

const resample = (input: Float32Array, from: number, to: number, blockFrames = 777) => {
  const resampler = new Resampler(from, to);
  const out: number[] = [];
  const sink = (block: Float32Array): void => void out.push(...block);
  for (let at = 0; at < input.length; at += blockFrames) {
    resampler.push(input.subarray(at, at + blockFrames), sink);
  }
  resampler.finish(sink);
  return out;
};
const sine = (hz: number, rate: number, frames: number): Float32Array =>
  Float32Array.from({ length: frames }, (_, i) => sineOfTurns((hz * i) / rate));
/** In dB against a sine at full scale, without the ends, where the tone begins and stops. */
const decibels = (values: readonly number[]): number => {
  const inner = values.slice(Math.floor(values.length * 0.2), Math.floor(values.length * 0.8));
  return 10 * Math.log10((2 * inner.reduce((sum, v) => sum + v * v, 0)) / inner.length);
};

describe('resampling', () => {
  test.each([
    [44100, 48000, 997],
    [44100, 48000, 19000],
    [48000, 44100, 19000],
    [96000, 48000, 20000],
    [48000, 192000, 5000],
    [44101, 48000, 5000],
    [768000, 48000, 5000],
  ])(
    '%i to %i Hz gives a tone of %i Hz as it would have been sampled, to -105 dB',
    (from, to, hz) => {
      const out = resample(sine(hz, from, Math.min(20_000, from)), from, to);
      const expected = sine(hz, to, out.length);
      expect(decibels(out.map((value, i) => value - expected[i]!))).toBeLessThan(-105);
    },
  );

  test.each([
    [48000, 44100, 23000],
    [96000, 48000, 30000],
    [192000, 44100, 40000],
  ])('%i to %i Hz leaves nothing of %i Hz, which would fold down', (from, to, hz) => {
    expect(decibels(resample(sine(hz, from, 20_000), from, to))).toBeLessThan(-105);
  });

  test('as many frames come out as the ratio says, rounded up, for any rates and lengths', () => {
    const random = new Random(1);
    for (let i = 0; i < 40; i++) {
      const [from, to] = [random.integer(1000, 200_000), random.integer(1000, 200_000)];
      const frames = random.integer(0, 3000);
      const out = resample(new Float32Array(frames).fill(0.5), from, to);
      expect(out.length).toBe(Math.ceil((frames * to) / from));
    }
  });

  test('blocks of any size give the same samples', () => {
    const input = sine(440, 44100, 3000);
    const whole = resample(input, 44100, 48000, 3000);
    for (const blockFrames of [1, 64, 997]) {
      expect(resample(input, 44100, 48000, blockFrames)).toEqual(whole);
    }
  });
});
