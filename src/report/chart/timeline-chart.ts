/** Block loads over time, with the deadline, xruns, events and the worst block. */
import {
  curveOf,
  type Frame,
  frameOf,
  linearScale,
  pointsText,
  chartWidth as width,
} from './frame.ts';
import * as svg from './svg.ts';

/** Blocks that fall into one column of the picture. */
export interface TimelineBin {
  readonly startSeconds: number;
  readonly meanLoad: number;
  readonly maxLoad: number;
  readonly xruns: number;
}

export interface TimelineMark {
  readonly atSeconds: number;
  readonly text: string;
  readonly load: number | null;
}

export interface TimelineChart extends svg.ChartHead {
  readonly bins: readonly TimelineBin[];
  /** Loads at which shares of the blocks lie by their names, drawn as dotted lines. */
  readonly levels: Readonly<Record<string, number>>;
  readonly events: readonly TimelineMark[];
  readonly worst: TimelineMark;
}

/** The middle of a text of this width, as near to `at` as the picture lets it be. */
const inside = (at: number, size: number): number =>
  size > width ? width / 2 : Math.min(Math.max(at, size / 2), width - size / 2);

/** To the right of its line, or to the left where it would end outside. */
const eventText = (at: number, y: number, text: string): string =>
  at + 3 + svg.textWidth(text, svg.softFontSize) < width
    ? svg.softText(at + 3, y, text, 'start')
    : svg.softText(at - 3, y, text, 'end');

const percent = (load: number): string => `${(load * 100).toFixed(2)} %`;

const xrunMark = ({ x, top }: Frame, { startSeconds, xruns }: TimelineBin): string =>
  svg.marked(
    'rect',
    {
      ...{ class: 'bad', x: x(startSeconds) - 1, y: top, width: 2.5, height: 8 },
      'data-value': String(xruns),
    },
    `${xruns} xruns`,
  );

const worstMark = ({ x, y }: Frame, { atSeconds, load, text }: TimelineMark): string[] => {
  if (load === null) return [];
  const place = { class: load > 1 ? 'bad' : 'near', cx: x(atSeconds), cy: y(load), r: 5 };
  const middle = inside(x(atSeconds), svg.textWidth(text, svg.fontSize));
  return [
    svg.marked('circle', { ...place, 'data-value': percent(load) }, text),
    svg.textAt(middle, 14, text, { 'text-anchor': 'middle' }),
  ];
};

/** From when, the mean and the worst load, and the blocks that came late. */
const binCells = ({ startSeconds, meanLoad, maxLoad, xruns }: TimelineBin): string[] => [
  ...[startSeconds.toFixed(3), percent(meanLoad), percent(maxLoad), String(xruns)],
];

const frameFor = (bins: readonly TimelineBin[], top: number, atSeconds: number, title: string) => {
  const end = Math.max(...bins.map((bin) => bin.startSeconds), atSeconds, 1e-9);
  const ticks = linearScale([0, end]).ticks.filter((tick) => tick <= end * 1.001);
  const seconds = { low: 0, high: end, ticks, at: (value: number) => value / end };
  const load = linearScale([1, ...bins.map((bin) => bin.maxLoad), top]);
  const textOf = (tick: number): string => `${Math.round(tick * 100)} %`;
  return frameOf(284, 34, { title, scale: seconds }, { title: '', scale: load, textOf }, false);
};

export const timelineChart = (chart: TimelineChart): svg.Chart => {
  const { bins, events, worst } = chart;
  const levels = Object.entries(chart.levels);
  const title = 'seconds; strong line: worst block, pale line: mean';
  const frame = frameFor(bins, worst.load ?? 0, worst.atSeconds, title);
  const { x, y, left, right, top, bottom } = frame;
  const pointsOf = (load: 'maxLoad' | 'meanLoad') =>
    bins.map((bin) => [bin.startSeconds, bin[load]] as const);
  const children = [
    ...frame.grid,
    curveOf(frame, pointsOf('maxLoad')),
    curveOf(frame, pointsOf('meanLoad'), { 'stroke-opacity': 0.45 }),
    svg.lineOf('limit', [left, y(1)], [right, y(1)]),
    ...levels.map(([name, load]) => {
      const line = { x1: left, x2: right, y1: y(load), y2: y(load) };
      const attributes = { class: 'level', ...line, 'data-value': percent(load) };
      return svg.marked('line', attributes, `${name}: ${percent(load)}`);
    }),
    ...events.flatMap(({ atSeconds, text }, index) => [
      svg.lineOf('grid', [x(atSeconds), top], [x(atSeconds), bottom]),
      eventText(x(atSeconds), top + 20 + (index % 4) * 14, text),
    ]),
    ...bins.filter(({ xruns }) => xruns > 0).map((bin) => xrunMark(frame, bin)),
    ...worstMark(frame, worst),
    ...frame.titles,
  ];
  return svg.figureOf(chart, frame, children, {
    columns: ['from second', 'mean load', 'worst load', 'xruns', 'what'],
    rows: [
      ...bins.map((bin) => [...binCells(bin), '']),
      ...levels.map(([name, load]) => ['', '', percent(load), '', name]),
      ...[...events, worst].map(({ atSeconds, load, text }) => [
        ...[atSeconds.toFixed(3), '', load === null ? '' : percent(load), '', text],
      ]),
    ],
  });
};

/** One run among others. */
export interface TimelineCurve {
  readonly name: string;
  readonly bins: readonly TimelineBin[];
}

const curveTones: readonly svg.Tone[] = ['plain', 'near', 'good', 'other', 'bad', 'muted'];
export const mostCurves: number = curveTones.length;

/** Several runs over each other: the worst block of each span, with the deadline and a line of names. */
export const overlayChart = (
  chart: svg.ChartHead & { readonly curves: readonly TimelineCurve[] },
): svg.Chart => {
  const { curves } = chart;
  const all = curves.flatMap(({ bins }) => bins);
  const frame = frameFor(all, 0, 0, 'seconds');
  const { y, left, right } = frame;
  const height = frame.height + curves.length * 18;
  const lines = curves.flatMap(({ name, bins }, i) => {
    const at = frame.height + 4 + i * 18;
    const style = {
      style: `stroke:var(--${curveTones[i]})`,
      ...(i % 2 ? { 'stroke-dasharray': '6 2' } : {}),
    };
    const path = bins.map(({ startSeconds, maxLoad }) => [startSeconds, maxLoad] as const);
    return [
      svg.marked('polyline', { class: 'curve', points: pointsText(frame, path), ...style }, name),
      svg.element('polyline', { class: 'curve', points: `0,${at} 24,${at}`, ...style }),
      svg.softText(30, at + 4, svg.fitting(name, svg.softFontSize, width - 30), 'start'),
    ];
  });
  const limit = svg.lineOf('limit', [left, y(1)], [right, y(1)]);
  return svg.figureOf(chart, { width, height }, [...frame.grid, limit, ...lines, ...frame.titles], {
    columns: ['run', 'from second', 'mean load', 'worst load', 'xruns'],
    rows: curves.flatMap(({ name, bins }) => bins.map((bin) => [name, ...binCells(bin)])),
  });
};
