import { describe, expect, test } from 'vitest';
import { JackLoad } from '../../src/pedal/jack-load.ts';
import { emptyRecord } from '../../src/pedal/record.ts';

const shownAfter = (shares: readonly number[]): number | null => {
  const jack = new JackLoad(1000);
  for (const share of shares) jack.add({ ...emptyRecord(0), release: 0, finish: 1000 * share });
  return jack.shown;
};
const blocks = (share: number, count: number): number[] =>
  Array.from({ length: count }, () => share);

describe("JACK's display", () => {
  test('shows the mean of 32 blocks, and nothing before', () => {
    expect(shownAfter(blocks(0.4, 31))).toBeNull();
    expect(shownAfter([...blocks(0.4, 16), ...blocks(0.6, 16)])).toBeCloseTo(0.5, 12);
  });
  test('shows the longest block where that is late or nearly, and 100 % at most', () => {
    expect(shownAfter([...blocks(0.4, 31), 0.96])).toBeCloseTo(0.96, 12);
    expect(shownAfter([...blocks(0.4, 31), 1.7])).toBe(1);
  });
  test('keeps half of what it showed before', () => {
    expect(shownAfter([...blocks(0.2, 32), ...blocks(0.6, 32)])).toBeCloseTo(0.4, 12);
  });
});
