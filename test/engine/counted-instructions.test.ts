import { describe, expect, test } from 'vitest';
import { compareRows, lineOf, readCounts } from './counted-instructions.ts';

/** 10 % in total, 20 % in every class above a tenth of the total. */
describe('instructions per sample agree with the counted code', () => {
  const file = readCounts('instruction-counts');
  const rows = compareRows(file);

  test.each([...new Set(file.rows.map((row) => row.engine))])('%s', (engine) => {
    const ours = rows.filter(({ row }) => row.engine === engine);
    expect(ours.length).toBeGreaterThan(3);
    const unexplained = ours.filter((row) => !row.holds && row.cause === null);
    expect(unexplained.map(lineOf)).toEqual([]);
  });

  test('no cause explains a row that holds', () => {
    expect(rows.filter((row) => row.holds && row.cause !== null).map(lineOf)).toEqual([]);
  });
});

describe('shapes that no engine was written for', () => {
  const rows = compareRows(readCounts('instruction-counts-shapes'));

  test('are lowered by the engine that was counted, each of them', () => {
    expect(rows.length).toBe(180);
    expect(rows.every((row) => row.ours > 0)).toBe(true);
  });

  test('agree with the counted code in at least 151 of 180 builds, class by class', () => {
    const missing = rows.filter((row) => !row.holds).map(lineOf);
    expect(rows.length - missing.length, missing.join('\n')).toBeGreaterThanOrEqual(151);
  });

  test('are within 10 percent in total, nineteen of twenty, and none beyond 20; those beyond 10 have a cause', () => {
    const beyond = (percent: number) =>
      rows.filter(({ errorPercent }) => Math.abs(errorPercent) > percent);
    expect(beyond(10).length / rows.length).toBeLessThanOrEqual(0.05);
    expect(beyond(20).map(lineOf)).toEqual([]);
    expect(
      beyond(10)
        .filter(({ cause }) => cause === null)
        .map(lineOf),
    ).toEqual([]);
  });
});
