/** Points against two axes: cost against fidelity, predicted against measured, a Pareto front. */
import type { Frame, FrameAxis, Point } from './frame.ts';
import { curveOf, frameOf, linearScale, logScale, pointsText } from './frame.ts';
import * as svg from './svg.ts';

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly xText: string;
  readonly yText: string;
  readonly label: string;
  /** What stands beside the point, where the label is too long for a picture. */
  readonly mark?: string;
  readonly tone: svg.Tone;
  /** @default all points are of one */
  readonly series?: string;
  /** Where nine of ten such values lie, drawn as a thin upright line. */
  readonly span?: svg.Span | undefined;
  /** Further cells of the table. */
  readonly more?: readonly string[];
}

export interface Axis {
  readonly title: string;
  readonly log: boolean;
}

export interface ScatterChart extends svg.ChartHead {
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly ScatterPoint[];
  /** Draws x = y and the band of this share around it; both axes must be logarithmic and share a scale. */
  readonly bandShare?: number;
  readonly moreColumns?: readonly string[];
  /** Joins the points of each series, in the order of x. @default none is joined */
  readonly joined?: boolean;
}

const frameFor = ({ points, x, y, bandShare }: ScatterChart): Frame => {
  const xs = points.map((point) => point.x);
  const ys = points.flatMap(({ y, span }) => (span ? [y, span.low, span.high] : [y]));
  const axis = ({ title, log }: Axis, own: readonly number[]): FrameAxis => {
    const values = bandShare === undefined ? own : [...xs, ...ys];
    return { title, scale: log ? logScale(values) : linearScale(values) };
  };
  return frameOf(340, 16, axis(x, xs), axis(y, ys));
};

const titleOf = ({ label, series, xText, yText }: ScatterPoint): string =>
  `${label}${series === undefined ? '' : ` on ${series}`}: ${xText}, ${yText}`;

export const scatterChart = (chart: ScatterChart): svg.Chart => {
  const { points, bandShare } = chart;
  const frame = frameFor(chart);
  const { x, y } = frame;
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const names = new Set(chart.joined === true ? sorted.map(({ series }) => series) : []);
  const pathOf = (name: string | undefined) =>
    sorted.filter(({ series }) => series === name).map(({ x, y }) => [x, y] as const);
  const curves = [...names].map((name) => curveOf(frame, pathOf(name)));
  const spans = points.flatMap(({ x: at, span }) =>
    span === undefined ? [] : [svg.spanLine(span, [x(at), y(span.low)], [x(at), y(span.high)])],
  );
  const marks = points.map((point) => {
    const place = { class: point.tone, cx: x(point.x), cy: y(point.y), r: 5 };
    const values = { 'data-value': point.yText, 'data-x': point.xText };
    return svg.marked('circle', { ...place, ...values }, titleOf(point));
  });
  const children = [
    ...frame.grid,
    ...(bandShare === undefined ? [] : diagonal(frame, points, bandShare)),
    ...curves,
    ...spans,
    ...marks,
    ...labels(frame, points),
    ...frame.titles,
  ];
  return svg.figureOf(chart, frame, children, {
    columns: ['what', chart.x.title, chart.y.title, ...(chart.moreColumns ?? [])],
    rows: points.map(({ label, xText, yText, more = [] }) => [label, xText, yText, ...more]),
  });
};

/** Both axes have one scale. */
const diagonal = (frame: Frame, points: readonly ScatterPoint[], share: number): string[] => {
  const { low, high } = logScale(points.flatMap((point) => [point.x, point.y]));
  const { x, y } = frame;
  const up = 1 + share;
  const corners: readonly Point[] = [
    [low, low],
    [low, low * up],
    [high / up, high],
    [high, high],
    [high, high / up],
    [low * up, low],
  ];
  return [
    svg.element('polygon', { class: 'band', points: pointsText(frame, corners) }),
    svg.lineOf('grid', [x(low), y(low)], [x(high), y(high)]),
  ];
};

type Box = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * A label right, left, below or above of each point, left out where it would lie on another label, on
 * a point or outside: the table has them all.
 */
const labels = ({ x, y, left, right, top, bottom }: Frame, points: readonly ScatterPoint[]) => {
  const taken: Box[] = points.map((point) => ({
    ...{ left: x(point.x) - 5, right: x(point.x) + 5 },
    ...{ top: y(point.y) - 5, bottom: y(point.y) + 5 },
  }));
  return points.flatMap((point) => {
    const text = point.mark ?? point.label;
    if (text === '') return [];
    const [at, base] = [x(point.x), y(point.y)];
    const size = svg.textWidth(text, svg.softFontSize);
    const places: readonly Point[] = [
      [at + 8, base + 4],
      [at - 8 - size, base + 4],
      [at - size / 2, base + 18],
      [at - size / 2, base - 9],
    ];
    const free = places.find(([start, line]) => {
      const box = { left: start, right: start + size, top: line - 10, bottom: line + 3 };
      const inside =
        box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom;
      const isFree = inside && !taken.some((other) => overlap(box, other));
      if (isFree) taken.push(box);
      return isFree;
    });
    return free === undefined ? [] : [svg.softText(free[0], free[1], text, 'start')];
  });
};
