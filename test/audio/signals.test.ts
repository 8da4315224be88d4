import { expect, test } from 'vitest';
import { signalNames, signalOf } from '../../src/audio/signals.ts';
import { sineOfTurns } from '../../src/audio/sine.ts';

const rate = 48_000;

test.each(signalNames)('%s is the same however it is split into blocks, and bounded', (name) => {
  const whole = new Float32Array(9600);
  signalOf(name, rate, 3).read(whole);
  const split = signalOf(name, rate, 3);
  const parts: number[] = [];
  for (const frames of [1, 16, 63, 500, 1020, 8000]) {
    const block = new Float32Array(frames);
    split.read(block);
    parts.push(...block);
  }
  expect(parts).toEqual([...whole]);
  expect(whole.every((x) => Math.abs(x) <= 1)).toBe(true);
});

test('another seed plucks other notes', () => {
  const [one, two] = [1, 2].map((seed) => {
    const block = new Float32Array(1000);
    signalOf('plucks', rate, seed).read(block);
    return block;
  });
  expect(one).not.toEqual(two);
});

test('the tail reaches the denormals after about two seconds and then dies', () => {
  const tail = new Float32Array(rate * 4);
  signalOf('tail', rate, 1).read(tail);
  const isDenormal = (x: number): boolean => x !== 0 && Math.abs(x) < 2 ** -126;
  const peakIn = (from: number, to: number): number =>
    tail.subarray(from * rate, to * rate).reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  expect(peakIn(1.8, 1.9)).toBeGreaterThan(2 ** -126);
  expect(isDenormal(peakIn(2.1, 2.2))).toBe(true);
  expect(peakIn(3, 4)).toBe(0);
});

test('the sine of our own is within 1e-6 of the library', () => {
  for (let i = -200; i <= 400; i += 1) {
    const turns = i / 173;
    expect(Math.abs(sineOfTurns(turns) - Math.sin(2 * Math.PI * turns))).toBeLessThan(1e-6);
  }
});
