import { expect, test } from 'vitest';
import { renderPage } from '../../../src/report/html/page.ts';
import { predictPage } from '../../../src/report/html/predict-page.ts';
import type { PredictRow } from '../../../src/study/predict/row.ts';
import { a2Rows, row } from '../prediction.ts';

const pageOf = (rows: readonly PredictRow[]) => predictPage({ rows, skipped: [], warnings: [] });

test('one heat map has every pedal, width and number of copies with load, interval and verdict', () => {
  const { figures } = pageOf(a2Rows());
  expect(figures).toHaveLength(1);
  const svg = figures[0]?.svg ?? '';
  for (const { label } of [row()].map(({ width }) => width)) expect(svg).toContain(label);
  expect(svg).toContain('>38% (36-42) fits<');
  expect(svg).toMatch(/>2x \d+% \(\d+-\d+\) over</);
  expect(figures[0]?.table.rows).toHaveLength(a2Rows().length);
});

test('what is less sure has a paler tint and a question mark', () => {
  const svg = pageOf([row({ load: 0.82 })]).figures[0]?.svg ?? '';
  expect(svg).toMatch(/fill-opacity="0.13".*fits\?</);
});

test('one chart has the error against the cost of all pedals', () => {
  const { figures } = pageOf(a2Rows(true));
  expect(figures.map(({ id }) => id)).toEqual(['load-0', 'esr-0']);
  const pedals = new Set(figures[1]?.table.rows.map((cells) => cells[3]));
  expect(pedals.size).toBeGreaterThan(1);
});

test('a heat map keeps its own size, and the page scrolls it', () => {
  const page = renderPage(pageOf(a2Rows()), { command: 'pedalbench predict', tool: 'pedalbench' });
  expect(page).toMatch(/<figure id="load-0" class="wide">/);
  expect(page).toMatch(/<div class="scroll"><svg[^>]*style="width:\d+px"/);
});
