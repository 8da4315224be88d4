/** Points against two axes: cost against fidelity, predicted against measured, a Pareto front. */
import { linearScale, logScale, tickText } from './scale.ts';
import { element, escapeXml, type Figure, svgDocument, type Tone, textAt } from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly xText: string;
  readonly yText: string;
  readonly label: string;
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

const width = 560;
const height = 400;
const left = 62;
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
    ...labels(chart.points, x, y),
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

/** A label beside each point, left out where it would lie on another: the table has them all. */
const labels = (
  points: readonly Point[],
  x: (value: number) => number,
  y: (value: number) => number,
): readonly string[] => {
  const taken: { left: number; right: number; top: number; bottom: number }[] = [];
  return points.flatMap((point) => {
    const size = point.label.length * 6.2;
    const onRight = x(point.x) + 8 + size < right;
    const start = onRight ? x(point.x) + 8 : x(point.x) - 8 - size;
    const box = { left: start, right: start + size, top: y(point.y) - 7, bottom: y(point.y) + 7 };
    const clash = taken.some(
      (other) =>
        box.left < other.right &&
        other.left < box.right &&
        box.top < other.bottom &&
        other.top < box.bottom,
    );
    if (clash) return [];
    taken.push(box);
    return [textAt(start, y(point.y) + 4, point.label, { class: 'soft' })];
  });
};
