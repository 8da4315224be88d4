import { expect, test } from 'vitest';
import { renderPage } from '../../../src/report/html/page.ts';
import { predictPage } from '../../../src/report/html/predict-page.ts';
import type { PredictRow } from '../../../src/study/predict/row.ts';
import { a2Rows, row } from '../prediction.ts';

const pageOf = (rows: readonly PredictRow[]) => predictPage({ rows });

test('one heat map has every pedal, width and number of copies with load, interval and verdict', () => {
  const { figures } = pageOf(a2Rows());
  expect(figures).toHaveLength(1);
  const html = figures[0]?.html ?? '';
  const cells = new Set(a2Rows().map(({ device, width }) => `${device} ${width.label}`));
  expect(html.match(/<td data-v/g)).toHaveLength(cells.size);
  for (const title of ['lite (3 ch)', 'full (8 ch)']) expect(html).toContain(`>${title}<`);
  expect(html).toContain('>38%<i> (36-42)</i> fits<');
  expect(html).toMatch(/>2x \d+%<i> \(\d+-\d+\)<\/i> over</);
  expect(figures[0]?.table.rows).toHaveLength(a2Rows().length);
  // An id is enough for a pedal that has no namesake, wherever its file lies.
  const devicePath = '/home/me/devices/mod-dwarf.json';
  expect(JSON.stringify(pageOf([row({ devicePath })]).figures)).not.toContain(devicePath);
});

test('what is less sure has a paler bar and a question mark', () => {
  const html = pageOf([row({ load: 0.82 })]).figures[0]?.html ?? '';
  expect(html).toMatch(/class="good open" style="--w:82%"[^>]*>82%<i> [^<]*<\/i> fits\?</);
});

test('on audio each pedal has a line of its own and its name at the end of it', () => {
  const at = (device: string, width: string, load: number) =>
    row({ device, width, load, esr: load / 100 });
  const rows = ['pi-4', 'pi-5'].flatMap((id, i) => [
    at(id, 'lite', 0.1 + i),
    at(id, 'full', 0.4 + i),
  ]);
  const { svg = '' } = pageOf(rows).figures[1] ?? {};
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  for (const text of ['>full, pi-4<', '>pi-5<']) expect(svg).toContain(text);
});

test('several models are explained once', () => {
  const { figures } = pageOf([row(), row({ model: 'amp' })]);
  expect(figures.map(({ note }) => note === '')).toEqual([false, true]);
  expect(figures[0]?.title).toBe('a2: every width on MOD Dwarf');
});

test('every cell leads to why', () => {
  const page = renderPage(pageOf(a2Rows()), { command: 'pedalbench predict', tool: 'pedalbench' });
  const targets = new Set([...page.matchAll(/<tr id="([^"]+)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/<a href="#([^"]+)"/g)].map(([, id]) => id);
  const told = a2Rows().map(({ device, width }) => `${device} ${width.label}`);
  expect(new Set(links).size).toBe(new Set(told).size);
  for (const link of links) expect(targets).toContain(link);
});

test('files of one name have each their answer and their reasons', () => {
  const of = (modelPath: string, why: string) =>
    row({ model: 'amp', modelPath, reasons: [why], load: why === 'cheap' ? 0.2 : 2 });
  const { lead, tables } = pageOf([of('mine/amp.nam', 'cheap'), of('yours/amp.nam', 'dear')]);
  expect(lead).toMatch(/mine\/amp\.nam: .*20%.*\syours\/amp\.nam: .*200%/s);
  expect(tables?.[0]?.rows.map((cells) => cells.at(-1))).toEqual(['cheap', 'dear']);
});

test('pedals without a chip stand together, a cell in one line; what another engine could reach is no bar', () => {
  const closed = { device: 'closed', load: null, verdict: 'fits' as const };
  const reach = { ...row({ device: 'reach', load: 0.1 }), verdict: 'unknown' as const };
  const rows = [reach, row(closed), row({ ...closed, copies: 2, verdict: 'unknown' }), row()];
  const evidence = rows.map((one, i) =>
    i === 1 || i === 2 ? { ...one, confidence: 'evidence' as const } : one,
  );
  const html = pageOf(evidence).figures[0]?.html ?? '';
  expect(html).toContain('>fits?, 2x unknown</a></td>');
  expect(html).toMatch(/<caption>no published chip[^<]*<\/caption>.*closed/);
  expect(html.indexOf('mod-dwarf')).toBeLessThan(html.indexOf('reach'));
  expect(html).toMatch(/style="--w:0%"[^>]*>unknown</);
});

test('its picture alone has every pedal, width and load', () => {
  const { svg = '' } = pageOf(a2Rows()).figures[0] ?? {};
  for (const text of ['mod-dwarf', 'lite (3 ch)', '38% (36-42) fits']) expect(svg).toContain(text);
});

test('one chart has the error against the cost of all pedals', () => {
  const { figures } = pageOf(a2Rows(true));
  expect(figures.map(({ id }) => id)).toEqual(['load-0', 'esr-0']);
  const pedals = new Set(figures[1]?.table.rows.map((cells) => cells[3]));
  expect(pedals.size).toBeGreaterThan(1);
  // Loads from a thousandth of a core to many cores keep apart on a logarithmic axis alone.
  const [one = 0, ten = 0, hundred = 0] = ['1', '10', '100'].map((tick) =>
    Number(new RegExp(`x="([^"]+)"[^>]*middle">${tick}<`).exec(figures[1]?.svg ?? '')?.[1]),
  );
  expect(hundred - ten).toBeCloseTo(ten - one, 1);
});
