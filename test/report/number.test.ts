import { expect, test } from 'vitest';
import { bar, rangeBar } from '../../src/report/text/bar.ts';
import { clip, clipMiddle, padStart, widthOf } from '../../src/report/text/text-width.ts';
import {
  bytesText,
  counted,
  grouped,
  hertz,
  listed,
  percent,
  short,
  times,
} from '../../src/units/number-text.ts';

test('percentages take at most six characters and keep a digit below ten', () => {
  expect([0, 0.0049, 0.0712, 0.0996, 0.381, 1.43, 10.43, 1e9].map(percent)).toEqual([
    '0.0%',
    '0.5%',
    '7.1%',
    '10%',
    '38%',
    '143%',
    '1043%',
    '>9999%',
  ]);
});

test('one is singular, once and twice are words, the last of several is joined by and', () => {
  expect([0, 1, 2, 1200].map((n) => counted(n, 'measurement'))).toEqual([
    '0 measurements',
    '1 measurement',
    '2 measurements',
    '1,200 measurements',
  ]);
  expect(listed([1, 2, 3].map(times))).toBe('once, twice and 3 times');
});

test('bytes, hertz and counts read as people write them', () => {
  expect([0, 1023, 1536, 1024 * 1023.99, 5e9].map(bytesText)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '1 MiB',
    '4.7 GiB',
  ]);
  expect([48000, 44100, 1296e6, 480e6, 50].map(hertz)).toEqual([
    '48 kHz',
    '44.1 kHz',
    '1.296 GHz',
    '480 MHz',
    '50 Hz',
  ]);
  expect([1234567, 12, 999, 1000].map(grouped)).toEqual(['1,234,567', '12', '999', '1,000']);
  expect([0, 0.01234, 1234.5, 3e-7].map(short)).toEqual(['0', '0.0123', '1,235', '3.0e-7']);
});

test('a bar is always as wide as it was asked to be', () => {
  for (let share = -0.1; share < 1.3; share += 0.003) {
    for (const cells of [1, 4, 10, 20]) {
      for (const ascii of [true, false]) expect(widthOf(bar(share, cells, ascii))).toBe(cells);
    }
  }
});

test('what is not nothing shows, and what is over is marked', () => {
  expect(bar(0, 4, true)).toBe('....');
  expect(bar(0.001, 4, true)).toBe('#...');
  expect(bar(0.001, 4, false)).toBe('▏   ');
  expect(bar(1, 4, true)).toBe('####');
  expect(bar(1.01, 4, true)).toBe('###>');
});

test('wide characters count twice, colours not at all', () => {
  expect(widthOf('音箱')).toBe(4);
  expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3);
  expect(clip('Darkglass', 5)).toBe('Dark…');
  expect(clipMiddle('Raspberry Pi Zero 2 W', 13)).toBe('Rasp…Zero 2 W');
  expect(clipMiddle('Raspberry Pi 3B / 3B+', 13)).toBe('Rasp…3B / 3B+');
  expect(clip('音箱音箱', 5)).toBe('音箱…');
  expect(padStart('x', 3)).toBe('  x');
});

test('a bar is shaded from its share to the high end of the interval, and keeps its width', () => {
  expect(rangeBar(0.5, 0.8, 10, false)).toBe('█████░░░  ');
  expect(rangeBar(0.5, 0.8, 10, true)).toBe('#####---..');
  expect(rangeBar(0.5, 3, 10, false)).toBe('█████░░░░░');
  expect(rangeBar(0.5, 0.5, 10, false)).toBe(bar(0.5, 10, false));
  expect(rangeBar(1.2, 1.5, 4, false)).toBe('███▶');
});
