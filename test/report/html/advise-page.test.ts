import { expect, test } from 'vitest';
import { renderAdvice } from '../../../src/report/advise-text.ts';
import { advisePage, widthSetPage } from '../../../src/report/html/advise-page.ts';
import { renderPage } from '../../../src/report/html/page.ts';
import type { Advice, DeviceAdvice, Distance } from '../../../src/study/advise/advise.ts';
import type { NearMiss } from '../../../src/study/advise/near-miss.ts';
import { row } from '../prediction.ts';

const distance = (copies: number, load: number): Distance => ({
  ...{ copies, load, low: load * 0.9, high: load * 1.2, margin: 0.1, confidence: 'validated' },
  ...{
    chance: load < 0.8 ? 1 : 0,
    sure: true,
    inside: load < 0.8,
    verdict: load < 1 ? 'fits' : 'over',
  },
  ...{ engine: 'nam-core', blockFrames: 64 },
  ...{ cyclesPerSample: load * 1e4, limitCyclesPerSample: 9000, distance: 0.9 - load },
});

const miss: NearMiss = {
  ...{ width: 'full', copies: 2, load: 1.2, over: 0.3, needsLess: 0.4, far: false },
  ...{ candidates: 9, obstacle: null, suggestions: [], cheapest: null },
  settings: [],
};

const advised = (device: string, load: number | null): DeviceAdvice => ({
  ...{
    device,
    devicePath: null,
    deviceName: device,
    engine: 'nam-core',
    core: 'cortex-a72',
    cores: 1,
  },
  ...{
    blockFrames: 64,
    margin: 0.1,
    confidenceAsked: 0.9,
    governor: null,
    limits: [],
    confidence: 'validated',
  },
  limitCyclesPerSample: load === null ? null : 9000,
  widths: [
    {
      ...{ width: row().width, engine: 'nam-core', reasons: [] },
      distances: load === null ? [] : [1, 2, 3].map((n) => distance(n, load * n)),
    },
  ],
  widest: [{ copies: 2, width: load !== null && load < 0.4 ? 'full' : null }],
  nearMisses: load === null || load < 0.4 ? [] : [miss],
});

const many: Advice = {
  devices: Array.from({ length: 40 }, (_, i) => advised(`pedal-${i}`, i > 27 ? null : 0.02 * i)),
  best: null,
};

test('a page of all pedals is one heat map, a line a miss, and the rest folded', () => {
  const page = advisePage(many, [], 'a2', 2);
  expect(page.lead).toMatch(/^a2 twice, .* 28 pedals .*: full on 20 and no width on 8\.$/);
  expect(page.figures.map(({ id }) => id)).toEqual(['limits']);
  const html = page.figures[0]?.html ?? '';
  expect(html.match(/<tr><th/g)).toHaveLength(28 + 2);
  expect(html).toMatch(/>2x 20%<i> \(18-24\)<\/i> fits ✓</);
  expect(page.tables?.map(({ folded }) => folded === true)).toEqual([false, true]);
  expect(page.tables?.[0]?.rows).toHaveLength(8);
  const whole = renderPage(page, { command: 'pedalbench advise a2', tool: 'pedalbench' });
  expect(whole.length).toBeLessThan(60_000);
  for (const [, id] of whole.matchAll(/href="#([^"]+)"/g)) expect(whole).toContain(`id="${id}"`);
});

test('a few pedals are answered one by one', () => {
  const { lead } = advisePage({ ...many, devices: [advised('pedal-1', 0.1)] }, [], 'a2', 2);
  expect(lead).toBe('a2 runs twice on pedal-1.');
});

test('a page of width sets is one heat map of all pedals, the best served first', () => {
  const widths = ['ch:2', 'ch:4', 'ch:8'].map((label, i) => ({ label, worth: 1 + i }));
  const demands = Array.from({ length: 30 }, (_, d) =>
    [1, 2].map((copies) => ({
      ...{ name: `pedal-${d} ${copies}x`, deviceName: `pedal-${d}`, copies, limit: 0.9 },
      loads: [0.1, 0.4, d % 2 === 0 ? null : 0.8].map((load) => load && load * copies),
    })),
  ).flat();
  const served = demands.map(({ loads }) => loads.findLastIndex((load) => load && load <= 0.9));
  const sets = [{ chosen: [0, 1, 2], score: 1, served }];
  const page = widthSetPage({ model: 'slim', widths, demands, dominated: [false], sets });
  const html = page.figures[1]?.html ?? '';
  expect(html.match(/<tr><th scope="row"/g)).toHaveLength(30);
  expect([...html.matchAll(/<caption>([^<]+)/g)].map(([, title]) => title)).toEqual([
    'ch:8 once',
    'ch:4 once',
  ]);
  expect(html).toMatch(/title="its width, [^"]*">2x 80%<i> .*✓</);
  expect(html.match(/✓/g)).toHaveLength(60);
  expect(page.tables?.[0]?.folded).toBe(true);
  const some = widthSetPage({
    ...{ model: 'slim', widths, demands, dominated: [false] },
    sets: [{ chosen: [0], score: 0.875, served }],
  });
  expect(some.lead).toContain('87.5 % of the size that the widest fitting width would give');
});

test('no width on one of several cores is no pedal that cannot play it, and what has no room says so', () => {
  const [{ widths, ...one }] = [advised('pedal-1', 0.6)];
  const withoutRoom = widths.map((of) => ({ ...of, distances: of.distances.slice(0, 2) }));
  const widest = [2, 3].map((copies) => ({ copies, width: null }));
  const devices = [{ ...one, cores: 2, widths: withoutRoom, widest }];
  const advice: Advice = { devices, best: null };
  const text = renderAdvice(advice, 'a2', 2, { columns: 160, color: false, ascii: false });
  expect(text).toMatch(/^a2 does not run twice on one of the 2 audio cores of pedal-1; /);
  expect(text).toMatch(/full +120% \(\d+-\d+\) over +wont-load/);
});
