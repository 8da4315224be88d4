import { describe, expect, test } from 'vitest';
import { barChart } from '../../../src/report/chart/bar-chart.ts';
import { linearScale, logScale } from '../../../src/report/chart/frame.ts';
import { scatterChart } from '../../../src/report/chart/scatter-chart.ts';
import type { Chart } from '../../../src/report/chart/svg.ts';
import { timelineChart } from '../../../src/report/chart/timeline-chart.ts';
import { renderPage } from '../../../src/report/html/page.ts';

const bars = barChart({
  id: 'bars',
  title: 'Loads <of> "two" & more',
  note: 'A note.',
  unit: 'percent',
  groupName: 'pedal',
  labelName: 'width',
  groups: [
    {
      title: 'Dwarf & co',
      bars: [
        {
          label: 'lite',
          value: 20.9,
          text: '20.9 %',
          word: 'fits',
          tone: 'good',
          span: { low: 18, high: 31, lowText: '18.0 %', highText: '31.0 %' },
        },
        { label: 'full', value: 768, text: '768.0 %', word: 'over', tone: 'bad' },
      ],
    },
  ],
  limits: [{ at: 100, text: 'one' }],
  cutAt: 200,
});

test('an interval below nothing is drawn to its low end, and two numbers are parted', () => {
  const span = { low: -38, high: 2, lowText: '-38.0 %', highText: '+2.0 %' };
  const shared = { value: -14, text: '-14.0 %', tone: 'near', span } as const;
  const { svg } = barChart({
    ...{ id: 'errors', title: '', note: '', unit: '' },
    groups: [{ title: '', bars: [{ ...shared, label: 'one', word: '+3 %' }] }],
  });
  const [, x1, x2] = /class="span" x1="([\d.]+)" x2="([\d.]+)"/.exec(svg) ?? [];
  const [, width] = /<rect class="near"[^>]* width="([\d.]+)"/.exec(svg) ?? [];
  expect((Number(x2) - Number(x1)) / Number(width)).toBeCloseTo(40 / 14, 1);
  expect(svg).toContain('>-14.0 % · +3 %<');
});

const points = scatterChart({
  id: 'points',
  title: 'Predicted',
  note: '',
  x: { title: 'measured', log: true },
  y: { title: 'predicted', log: true },
  bandShare: 0.1,
  points: [
    { x: 100, y: 104, xText: '100.0', yText: '104.0', label: 'm1', tone: 'good' },
    { x: 4059, y: 4010, xText: '4059.0', yText: '4010.0', label: 'm2', tone: 'good' },
  ],
});

const timeline = timelineChart({
  id: 'time',
  title: 'Blocks',
  note: '',
  bins: [
    { startSeconds: 0, meanLoad: 0.4, maxLoad: 0.5, xruns: 0 },
    { startSeconds: 1, meanLoad: 0.6, maxLoad: 1.2, xruns: 3 },
  ],
  levels: {},
  events: [{ atSeconds: 0.5, text: 'width full', load: null }],
  worst: { atSeconds: 1.2, text: 'block 900: 120 %', load: 1.2 },
});

const figures: readonly (readonly [string, Chart])[] = [
  ['bars', bars],
  ['points', points],
  ['timeline', timeline],
];

describe.each(figures)('%s', (_, figure) => {
  test('every number that is drawn stands in the table', () => {
    const cells = new Set(figure.table.rows.flat());
    const drawn = [...figure.svg.matchAll(/data-(?:value|x|low|high)="([^"]*)"/g)].map((m) => m[1]);
    expect(drawn.length).toBeGreaterThan(0);
    for (const value of drawn) expect(cells).toContain(value);
  });

  test('coordinates are finite and inside the picture', () => {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(figure.svg) ?? [];
    const numbers = (names: string): number[] =>
      [...figure.svg.matchAll(new RegExp(`\\s(?:${names})="(-?[\\d.]+|NaN|Infinity)"`, 'g'))].map(
        (m) => Number(m[1]),
      );
    for (const x of numbers('x|x1|x2|cx')) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(Number(width));
    }
    for (const y of numbers('y|y1|y2|cy')) {
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(Number(height));
    }
  });
});

test('a page asks nobody for anything and runs no script', () => {
  const page = renderPage(
    { title: 'A <title>', lead: 'x & y', figures: figures.map(([, figure]) => figure) },
    { command: "pedalbench predict 'my model.nam'", tool: 'pedalbench 1' },
  );
  expect(page).not.toMatch(/<script|<link[^>]+href="(?!data:,")|<img|@import|url\(/);
  const addresses = [...page.matchAll(/https?:\/\/[^"'\s<]+/g)].map((m) => m[0]);
  // A name space is a name, not an address.
  expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
  expect(page).toContain('A &lt;title&gt;');
  expect(page).toContain("pedalbench predict 'my model.nam'");
});

describe('scales', () => {
  test('a linear scale starts at zero and ends on a round number', () => {
    const scale = linearScale([3, 17.2]);
    expect([scale.low, scale.high]).toEqual([0, 20]);
    expect(scale.at(10)).toBe(0.5);
  });

  test('a linear scale holds negative values', () => {
    const scale = linearScale([-7, 12]);
    expect(scale.low).toBeLessThanOrEqual(-7);
    expect(scale.ticks).toContain(0);
  });

  test('a logarithmic scale spans what it is given', () => {
    const scale = logScale([374, 21578]);
    expect(scale.low).toBeLessThanOrEqual(374);
    expect(scale.high).toBeGreaterThanOrEqual(21578);
    expect(scale.at(scale.low)).toBe(0);
    expect(scale.at(scale.high)).toBe(1);
  });

  test('values close to each other lie in the middle of a logarithmic scale', () => {
    for (const values of [[0.0485], [0.021, 0.045], [1], [5, 7]]) {
      const { at } = logScale(values);
      for (const value of values) {
        expect(at(value)).toBeGreaterThan(0.15);
        expect(at(value)).toBeLessThan(0.85);
      }
    }
  });

  test('a single value still has a scale', () => {
    expect(logScale([100]).high).toBeGreaterThan(logScale([100]).low);
    expect(linearScale([0]).high).toBeGreaterThan(0);
  });
});
