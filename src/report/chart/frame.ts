/** What charts with two axes share: where values lie, the grid, its texts and the titles of the axes. */
import { type Attributes, element, lineOf, softText } from './svg.ts';

export interface FrameAxis {
  readonly title: string;
  readonly scale: Scale;
  /** @default as many digits as are needed */
  readonly textOf?: (tick: number) => string;
}

/** Narrow, so that the text stays readable where the picture shrinks to a telephone. */
export const chartWidth = 420;

/**
 * Where values lie (`x`, `y`), what stands behind the marks (`grid`), and the titles of the axes.
 * @param upright whether the x axis has grid lines, too
 */
export const frameOf = (
  height: number,
  top: number,
  x: FrameAxis,
  y: FrameAxis,
  upright = true,
) => {
  const width = chartWidth;
  const [left, right, bottom] = [58, width - 18, height - 48];
  const atX = (value: number): number => left + x.scale.at(value) * (right - left);
  const atY = (value: number): number => bottom - y.scale.at(value) * (bottom - top);
  const { textOf: xText = tickText } = x;
  const { textOf: yText = tickText } = y;
  const grid = [
    ...x.scale.ticks.flatMap((tick) => [
      ...(upright ? [lineOf('grid', [atX(tick), top], [atX(tick), bottom])] : []),
      softText(atX(tick), bottom + 16, xText(tick)),
    ]),
    ...y.scale.ticks.flatMap((tick) => [
      lineOf('grid', [left, atY(tick)], [right, atY(tick)]),
      softText(left - 6, atY(tick) + 4, yText(tick), 'end'),
    ]),
  ];
  const turned = { transform: `translate(14 ${(top + bottom) / 2}) rotate(-90)` };
  const titles = [
    softText((left + right) / 2, height - 8, x.title),
    ...(y.title === '' ? [] : [softText(0, 0, y.title, 'middle', turned)]),
  ];
  return { width, height, left, right, top, bottom, x: atX, y: atY, grid, titles };
};
export type Frame = ReturnType<typeof frameOf>;

export type Point = readonly [x: number, y: number];

/** Values as the `points` of an element. */
export const pointsText = ({ x, y }: Frame, points: readonly Point[]): string =>
  points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' ');

/** Through these points, in their order. */
export const curveOf = (frame: Frame, points: readonly Point[], more: Attributes = {}): string =>
  element('polyline', { class: 'curve', ...more, points: pointsText(frame, points) });

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Position of a value, 0 at low and 1 at high; not clamped. */
  at(value: number): number;
}

/** The next of 1, 2, 5, 10, 20, ... */
const niceStep = (raw: number): number => {
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10) * power;
};

/** From 0 (or the lowest value, if negative) to a round number above the highest. */
export const linearScale = (values: readonly number[]): Scale => {
  const highest = Math.max(...values, 0);
  const lowest = Math.min(...values, 0);
  // Between whole numbers there is nothing to mark.
  const least = values.every(Number.isInteger) ? 1 : 0;
  const step = Math.max(niceStep((highest - lowest || 1) / 5), least);
  const low = Math.floor(lowest / step) * step;
  const high = Math.max(Math.ceil(highest / step) * step, low + step);
  const length = Math.round((high - low) / step) + 1;
  const ticks = Array.from({ length }, (_, i) => Number((low + i * step).toPrecision(12)));
  return { low, high, ticks, at: (value) => (value - low) / (high - low) };
};

/** Decades, with 2 and 5 between them where there is room. Values must be positive. */
export const logScale = (values: readonly number[]): Scale => {
  const positive = values.filter((value) => value > 0);
  const lowest = Math.min(...positive);
  const highest = Math.max(...positive);
  const first = Math.floor(Math.log10(lowest)) - 1;
  const count = Math.ceil(Math.log10(highest)) - first + 2;
  const decades = Array.from({ length: count }, (_, i) => first + i);
  const all = decades.flatMap((decade) =>
    [1, 2, 5].map((step) => Number((step * 10 ** decade).toPrecision(3))),
  );
  const from = Math.max(
    0,
    all.findLastIndex((tick) => tick <= lowest),
  );
  const next = all.findIndex((tick, i) => tick >= highest && i > from);
  const to = next < 0 ? all.length - 1 : next;
  // Values close to each other lie in the middle, and not on an edge.
  const margin = to - from < 2 ? 1 : 0;
  const low = all[Math.max(0, from - margin)] ?? lowest;
  const high = all[to + margin] ?? all.at(-1) ?? highest * 2;
  const inside = all.filter((tick) => tick >= low && tick <= high);
  const isTold = (tick: number): boolean =>
    /^(1|0\.0*1)0*$/.test(String(tick)) || tick === low || tick === high;
  const ticks = inside.length > 9 ? inside.filter(isTold) : inside;
  const span = Math.log(high / low);
  return { low, high, ticks, at: (value) => Math.log(Math.max(value, low * 1e-3) / low) / span };
};

/** Every tick, or every second, third, ... where their texts would touch: `room` is for the whole axis. */
export const sparseTicks = (
  ticks: readonly number[],
  room: number,
  widthOf: (text: string) => number,
): readonly number[] => {
  const widest = Math.max(...ticks.map((tick) => widthOf(tickText(tick)))) + 6;
  const every = Math.max(1, Math.ceil((widest * (ticks.length - 1)) / Math.max(room, 1)));
  // Counted from zero where there is one, so that it keeps its text.
  const first = Math.max(0, ticks.indexOf(0)) % every;
  return ticks.filter((_, i) => i % every === first);
};

/** Short text of an axis: 12,500 -> 12.5k. */
export const tickText = (value: number): string => {
  const size = Math.abs(value);
  const scales = { G: 1e9, M: 1e6, k: 1e3 };
  for (const [unit, scale] of Object.entries(scales)) {
    if (size >= scale) return `${Number((value / scale).toPrecision(4))}${unit}`;
  }
  if (size !== 0 && size < 1e-3) return value.toExponential(0);
  return String(Number(value.toPrecision(4)));
};
