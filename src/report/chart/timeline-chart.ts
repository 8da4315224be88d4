/** Block loads over time, with the deadline, xruns, events and the worst block. */
import { linearScale, tickText } from './scale.ts';
import {
  element,
  escapeXml,
  type Figure,
  fontSize,
  softFontSize,
  svgDocument,
  textAt,
  textWidth,
} from './svg.ts';

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

export interface TimelineChart {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly bins: readonly TimelineBin[];
  readonly events: readonly TimelineMark[];
  readonly worst: TimelineMark;
}

const width = 420;
const height = 280;
const left = 56;
const right = width - 14;
const top = 34;
const bottom = height - 44;

/** The middle of a text of this width, as near to `at` as the picture lets it be. */
const inside = (at: number, size: number): number =>
  size > width ? width / 2 : Math.min(Math.max(at, size / 2), width - size / 2);

/** To the right of its line, or to the left where it would end outside. */
const eventText = (at: number, y: number, text: string): string =>
  at + 3 + textWidth(text, softFontSize) < width
    ? textAt(at + 3, y, text, { class: 'soft' })
    : textAt(at - 3, y, text, { class: 'soft', 'text-anchor': 'end' });

const percent = (load: number): string => `${(load * 100).toFixed(2)} %`;

export const timelineChart = (chart: TimelineChart): Figure => {
  const end = Math.max(...chart.bins.map((bin) => bin.startSeconds), chart.worst.atSeconds, 1e-9);
  const ticks = linearScale([0, end], 5).ticks.filter((tick) => tick <= end * 1.001);
  const load = linearScale([1.1, ...chart.bins.map((bin) => bin.maxLoad), chart.worst.load ?? 0]);
  const x = (value: number): number => left + (value / end) * (right - left);
  const y = (value: number): number => bottom - load.at(value) * (bottom - top);
  const line = (pick: (bin: TimelineBin) => number): string =>
    chart.bins
      .map((bin) => `${x(bin.startSeconds).toFixed(1)},${y(pick(bin)).toFixed(1)}`)
      .join(' ');
  const grid = [
    ...ticks.map((tick) =>
      textAt(x(tick), bottom + 16, tickText(tick), { class: 'soft', 'text-anchor': 'middle' }),
    ),
    ...load.ticks.flatMap((tick) => [
      element('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }),
      textAt(left - 6, y(tick) + 4, `${Math.round(tick * 100)} %`, {
        class: 'soft',
        'text-anchor': 'end',
      }),
    ]),
  ];
  const xruns = chart.bins
    .filter((bin) => bin.xruns > 0)
    .map((bin) =>
      element(
        'rect',
        {
          class: 'bad',
          x: x(bin.startSeconds) - 1,
          y: top,
          width: 2.5,
          height: 8,
          'data-value': String(bin.xruns),
        },
        element('title', {}, `${bin.xruns} xruns`),
      ),
    );
  const events = chart.events.flatMap((event, index) => [
    element('line', {
      class: 'grid',
      x1: x(event.atSeconds),
      x2: x(event.atSeconds),
      y1: top,
      y2: bottom,
    }),
    eventText(x(event.atSeconds), top + 20 + (index % 4) * 14, event.text),
  ]);
  const worst =
    chart.worst.load === null
      ? []
      : [
          element(
            'circle',
            {
              class: chart.worst.load > 1 ? 'bad' : 'near',
              cx: x(chart.worst.atSeconds),
              cy: y(chart.worst.load),
              r: 5,
              'data-value': percent(chart.worst.load),
            },
            element('title', {}, escapeXml(chart.worst.text)),
          ),
          textAt(
            inside(x(chart.worst.atSeconds), textWidth(chart.worst.text, fontSize)),
            14,
            chart.worst.text,
            { 'text-anchor': 'middle' },
          ),
        ];
  const svg = svgDocument(
    width,
    height,
    chart.title,
    chart.note,
    ...grid,
    element('polyline', { class: 'curve', points: line((bin) => bin.maxLoad) }),
    element('polyline', {
      class: 'curve',
      'stroke-opacity': 0.45,
      points: line((bin) => bin.meanLoad),
    }),
    element('line', { class: 'limit', x1: left, x2: right, y1: y(1), y2: y(1) }),
    ...events,
    ...xruns,
    ...worst,
    textAt((left + right) / 2, height - 8, 'seconds; strong line: worst block, pale line: mean', {
      class: 'soft',
      'text-anchor': 'middle',
    }),
  );
  return {
    id: chart.id,
    title: chart.title,
    note: chart.note,
    svg,
    table: {
      caption: chart.title,
      columns: ['from second', 'mean load', 'worst load', 'xruns', 'what'],
      rows: [
        ...chart.bins.map((bin) => [
          bin.startSeconds.toFixed(3),
          percent(bin.meanLoad),
          percent(bin.maxLoad),
          String(bin.xruns),
          '',
        ]),
        ...[...chart.events, chart.worst].map((mark) => [
          mark.atSeconds.toFixed(3),
          '',
          mark.load === null ? '' : percent(mark.load),
          '',
          mark.text,
        ]),
      ],
    },
  };
};
