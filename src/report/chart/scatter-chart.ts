/** Points against two axes: cost against fidelity, predicted against measured, a Pareto front. */
import { linearScale, logScale, tickText } from './scale.ts';
import {
  element,
  escapeXml,
  type Figure,
  softFontSize,
  svgDocument,
  type Tone,
  textAt,
  textWidth,
} from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly xText: string;
  readonly yText: string;
  readonly label: string;
  /** What stands beside the point, where the label is too long for a picture. */
  readonly mark?: string;
  readonly tone: Tone;
  /** Further cells of the table. */
  readonly more?: readonly string[];
}

export interface Axis {
  readonly title: string;
  readonly log: boolean;
}

export interface ScatterChart {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly Point[];
  /** Draws x = y and the band of this share around it; both axes must be logarithmic and share a scale. */
  readonly bandShare?: number;
  readonly moreColumns?: readonly string[];
  /** Joins the points in the order of x. */
  readonly joined?: boolean;
}

const width = 420;
const height = 340;
const left = 58;
const right = width - 18;
const top = 16;
const bottom = height - 48;

export const scatterChart = (chart: ScatterChart): Figure => {
  const xs = chart.points.map((point) => point.x);
  const ys = chart.points.map((point) => point.y);
  const both = chart.bandShare === undefined ? null : [...xs, ...ys];
  const xScale = chart.x.log ? logScale(both ?? xs) : linearScale(both ?? xs);
  const yScale = chart.y.log ? logScale(both ?? ys) : linearScale(both ?? ys);
  const x = (value: number): number => left + xScale.at(value) * (right - left);
  const y = (value: number): number => bottom - yScale.at(value) * (bottom - top);
  const grid = [
    ...xScale.ticks.flatMap((tick) => [
      element('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: top, y2: bottom }),
      textAt(x(tick), bottom + 16, tickText(tick), { class: 'soft', 'text-anchor': 'middle' }),
    ]),
    ...yScale.ticks.flatMap((tick) => [
      element('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }),
      textAt(left - 6, y(tick) + 4, tickText(tick), { class: 'soft', 'text-anchor': 'end' }),
    ]),
  ];
  const band =
    chart.bandShare === undefined ? [] : diagonal(x, y, xScale.low, xScale.high, chart.bandShare);
  const sorted = [...chart.points].sort((a, b) => a.x - b.x || a.y - b.y);
  const curve =
    chart.joined === true && sorted.length > 1
      ? [
          element('polyline', {
            class: 'curve',
            points: sorted.map((p) => `${x(p.x).toFixed(1)},${y(p.y).toFixed(1)}`).join(' '),
          }),
        ]
      : [];
  const marks = chart.points.map((point) =>
    element(
      'circle',
      {
        class: point.tone,
        cx: x(point.x),
        cy: y(point.y),
        r: 5,
        'data-value': point.yText,
        'data-x': point.xText,
      },
      element('title', {}, escapeXml(`${point.label}: ${point.xText}, ${point.yText}`)),
    ),
  );
  const svg = svgDocument(
    width,
    height,
    chart.title,
    chart.note,
    ...grid,
    ...band,
    ...curve,
    ...marks,
    ...labels(chart.points.map((p) => ({ x: x(p.x), y: y(p.y), text: p.mark ?? p.label }))),
    textAt((left + right) / 2, height - 8, chart.x.title, {
      class: 'soft',
      'text-anchor': 'middle',
    }),
    textAt(0, 0, chart.y.title, {
      class: 'soft',
      'text-anchor': 'middle',
      transform: `translate(14 ${(top + bottom) / 2}) rotate(-90)`,
    }),
  );
  return {
    id: chart.id,
    title: chart.title,
    note: chart.note,
    svg,
    table: {
      caption: chart.title,
      columns: ['what', chart.x.title, chart.y.title, ...(chart.moreColumns ?? [])],
      rows: chart.points.map((point) => [
        point.label,
        point.xText,
        point.yText,
        ...(point.more ?? []),
      ]),
    },
  };
};

const diagonal = (
  x: (value: number) => number,
  y: (value: number) => number,
  low: number,
  high: number,
  share: number,
): readonly string[] => {
  const corner = (a: number, b: number): string => `${x(a).toFixed(1)},${y(b).toFixed(1)}`;
  const up = 1 + share;
  const points = [
    corner(low, low),
    corner(low, low * up),
    corner(high / up, high),
    corner(high, high),
    corner(high, high / up),
    corner(low * up, low),
  ];
  return [
    element('polygon', { class: 'band', points: points.join(' ') }),
    element('line', { class: 'grid', x1: x(low), y1: y(low), x2: x(high), y2: y(high) }),
  ];
};

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * A label right, left, below or above of each point, left out where it would lie on another label, on
 * a point or outside: the table has them all.
 */
const labels = (
  points: readonly { readonly x: number; readonly y: number; readonly text: string }[],
): readonly string[] => {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - 5,
    right: x + 5,
    top: y - 5,
    bottom: y + 5,
  }));
  return points.flatMap(({ x, y, text }) => {
    const size = textWidth(text, softFontSize);
    const places: readonly (readonly [number, number])[] = [
      [x + 8, y + 4],
      [x - 8 - size, y + 4],
      [x - size / 2, y + 18],
      [x - size / 2, y - 9],
    ];
    for (const [start, base] of places) {
      const box = { left: start, right: start + size, top: base - 10, bottom: base + 3 };
      if (box.left < left || box.right > right || box.top < top || box.bottom > bottom) continue;
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return [textAt(start, base, text, { class: 'soft' })];
    }
    return [];
  });
};
