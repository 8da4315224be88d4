import { expect, test } from 'vitest';
import { selectRows } from '../../src/study/predict/select.ts';
import { row } from '../report/prediction.ts';

const rows = [
  row({ device: 'b', deviceName: 'B', load: 0.82 }),
  row({ device: 'a', deviceName: 'A', load: 0.2 }),
  row({ device: 'c', deviceName: 'C', load: 1.4, tier: 'class' }),
];
const of = (selection: Parameters<typeof selectRows>[1]): string =>
  selectRows({ rows, skipped: [], warnings: [] }, selection)
    .rows.map(({ device }) => device)
    .join('');

test('rows are picked by verdict, by how sure it is, and by what can be bought', () => {
  expect(of({ only: 'fits' })).toBe('ba');
  expect(of({ only: 'sure' })).toBe('a');
  expect(of({ only: 'over' })).toBe('c');
  expect(of({ products: true })).toBe('ba');
});

test('rows are sorted by load, name and chance', () => {
  expect(of({})).toBe('bac');
  expect(of({ sort: 'load' })).toBe('abc');
  expect(of({ sort: 'name' })).toBe('abc');
  expect(of({ sort: 'chance' })).toBe('abc');
});
