import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { score, scoreSeconds } from '../../src/audio/guitar-score.ts';
import { signalOf } from '../../src/audio/signals.ts';
import { sineOfTurns } from '../../src/audio/sine.ts';

const rate = 48_000;
const play = (seed = 1, seconds = scoreSeconds): Float32Array => {
  const samples = new Float32Array(seconds * rate);
  signalOf('guitar', rate, seed).read(samples);
  return samples;
};
const piece = play();
const rms = (from: number, to: number): number => {
  const part = piece.subarray(from * rate, to * rate);
  return Math.sqrt(part.reduce((sum, v) => sum + v * v, 0) / part.length);
};
/** How much of a frequency there is, by correlation with it. */
const strengthOf = (hz: number, from: number, to: number): number => {
  let real = 0;
  let imaginary = 0;
  for (let i = Math.round(from * rate); i < to * rate; i++) {
    // A window without edges, so that neighbours do not leak in.
    const window = 0.5 - 0.5 * sineOfTurns((i / rate - from) / (to - from) + 0.25);
    real += piece[i]! * window * sineOfTurns((hz * i) / rate);
    imaginary += piece[i]! * window * sineOfTurns((hz * i) / rate + 0.25);
  }
  return Math.hypot(real, imaginary);
};
const loudest = (low: number, high: number, from: number, to: number): number => {
  let best = low;
  for (let hz = low; hz <= high; hz += 0.5) {
    if (strengthOf(hz, from, to) > strengthOf(best, from, to)) best = hz;
  }
  return best;
};

describe('the built-in guitar', () => {
  test('is the same to the last bit wherever it is made', () => {
    const digest = createHash('sha256').update(new Uint8Array(piece.buffer)).digest('hex');
    expect(digest.slice(0, 16)).toBe('9dfa4cc13015b835');
    expect(play(2, 1)).not.toEqual(play(1, 1));
  });

  test('peaks like a hot pickup and stays below full scale', () => {
    const peak = piece.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(peak).toBeGreaterThan(0.4);
    expect(peak).toBeLessThan(0.8);
  });

  test('a palm-muted string is gone when an open one still rings', () => {
    const [open, muted] = [rms(1.55, 1.6), rms(0.02, 0.07)];
    expect(rms(1.65, 1.68) / open).toBeGreaterThan(0.5);
    expect(rms(0.15, 0.18) / muted).toBeLessThan(0.3);
  });

  test('overtones die before the tone does', () => {
    const share = (from: number): number =>
      strengthOf(82.407 * 30, from, from + 0.3) / strengthOf(82.407 * 2, from, from + 0.3);
    expect(share(2.5)).toBeLessThan(share(1.55) / 3);
  });

  test('strings are in tune to three cents, and a bend of a whole tone arrives there', () => {
    const d4 = 195.998 * 2 ** (7 / 12);
    const e4 = 195.998 * 2 ** (9 / 12);
    const cents = (hz: number, wanted: number): number => 1200 * Math.log2(hz / wanted);
    expect(Math.abs(cents(loudest(d4 - 4, d4 + 4, 6.02, 6.37), d4))).toBeLessThan(3);
    const bent = e4 * 2 ** (2 / 12);
    expect(Math.abs(cents(loudest(bent - 6, bent + 6, 7.2, 7.8), bent))).toBeLessThan(6);
  });

  test('soft strokes are softer, and the end is silent', () => {
    expect(rms(3.1, 3.4)).toBeLessThan(rms(4.6, 4.9) * 0.7);
    expect(rms(scoreSeconds - 0.1, scoreSeconds)).toBeLessThan(1e-4);
    expect(score.every(({ at }) => at < scoreSeconds)).toBe(true);
  });
});
