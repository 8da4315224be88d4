import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accuracyFile, accuracyText } from '../../tools/accuracy.ts';
import { parseInstructionCounts } from '../../tools/instruction-counts.ts';

const root = resolve(import.meta.dirname, '../..');

test('ACCURACY.md is what its script writes', () => {
  expect(readFileSync(accuracyFile, 'utf8')).toBe(accuracyText());
}, 120_000);

test('nine tenths of the counted builds hold, and each of the others has its cause', () => {
  const table = readFileSync(accuracyFile, 'utf8');
  const [, held, all] = /: (\d+) of (\d+) do, and/.exec(table) ?? [];
  expect(Number(held) / Number(all)).toBeGreaterThanOrEqual(0.9);
  expect(table).not.toContain('**not known**');
});

describe('the counted instructions that the project carries', () => {
  const path = 'data/instruction-counts.json';
  const { rows, causes } = parseInstructionCounts(
    JSON.parse(readFileSync(resolve(root, path), 'utf8')),
    path,
  );

  test('cover the seven engines of others', () => {
    expect(new Set(rows.map((row) => row.engine))).toEqual(
      new Set([
        'nam-core',
        'nam-core-inline',
        'nam-core-a2fast',
        'planar-neon',
        't3k-embedded',
        'neural-audio',
        'tmp-nam',
      ]),
    );
  });

  test('add up to their totals, class by class', () => {
    for (const row of rows) {
      const sum = row.classes
        .split(' ')
        .filter((_, i) => i % 2 === 1)
        .reduce((total, count) => total + Number(count), 0);
      expect(sum / row.instructionsPerSample).toBeCloseTo(1, 2);
    }
  });

  test('give a cause for patterns that are regular expressions', () => {
    for (const { rows: pattern } of causes) expect(() => new RegExp(pattern)).not.toThrow();
  });
});
