/** What charts with two axes share: where values lie, the grid, its texts and the titles of the axes. */
import { type Scale, tickText } from './scale.ts';
import { element, lineOf, softText } from './svg.ts';

export interface FrameAxis {
  readonly title: string;
  readonly scale: Scale;
  /** @default as many digits as are needed */
  readonly textOf?: (tick: number) => string;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  /** Behind the marks. */
  readonly grid: readonly string[];
  readonly titles: readonly string[];
}

/** Narrow, so that the text stays readable where the picture shrinks to a telephone. */
export const chartWidth = 420;

/** @param upright whether the x axis has grid lines, too */
export const frameOf = (
  height: number,
  top: number,
  x: FrameAxis,
  y: FrameAxis,
  upright = true,
): Frame => {
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

/** Through these points, in their order. */
export const curveOf = (
  { x, y }: Frame,
  points: readonly (readonly [number, number])[],
  opacity = 1,
): string =>
  element('polyline', {
    class: 'curve',
    ...(opacity < 1 ? { 'stroke-opacity': opacity } : {}),
    points: points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' '),
  });
