import { describe, expect, test } from 'vitest';
import type { DeviceAdvice } from '../../../src/study/advise/advise.ts';
import { pedalbench } from '../../cli/fake-io.ts';

const adviceOn = async (line: string): Promise<DeviceAdvice> => {
  const { code, stdout } = await pedalbench(`${line} --json`);
  expect(code).toBe(0);
  return JSON.parse(stdout).devices[0];
};

describe('a width that misses by far', () => {
  test.each([2, 4])('is told the nearest architectures of which %i run', async (copies) => {
    const { nearMisses, widest } = await adviceOn(
      `advise a1-standard --device headrush-core --copies ${copies}`,
    );
    expect(widest).toContainEqual({ copies, width: null });
    const [miss] = nearMisses;
    expect(miss?.over).toBeGreaterThan(0.35);
    expect(miss?.suggestions.length).toBeGreaterThan(1);
    for (const one of miss?.suggestions ?? []) {
      expect(one.copies).toBe(copies);
      expect(one.chance).toBeGreaterThanOrEqual(0.9);
      expect(one.verdict).toBe('fits');
    }
  });

  test('is told of none that another one beats without changing more', async () => {
    const { nearMisses } = await adviceOn('advise a1-standard --device headrush-core --copies 2');
    const own = (nearMisses[0]?.suggestions ?? []).filter(({ setting }) => setting === null);
    for (const one of own) {
      const better = own.filter(
        (other) =>
          other !== one &&
          Object.keys(other.change).every((axis) => axis in one.change) &&
          other.weights >= one.weights &&
          other.receptiveFieldLost <= one.receptiveFieldLost &&
          other.cyclesPerSample < one.cyclesPerSample,
      );
      expect(better).toEqual([]);
    }
  });

  test('is told a hidden size where it is an LSTM', async () => {
    const { nearMisses } = await adviceOn('advise lstm-1x16 --device class-m7-480 --copies 4');
    const [first] = nearMisses[0]?.suggestions ?? [];
    expect(first?.text).toMatch(/^hidden size 16 -> \d+$/);
    expect(first?.chance).toBeGreaterThanOrEqual(0.9);
  });
});
