/** Horizontal bars with their numbers and words, grouped, with limit lines: loads, headroom, where cycles go. */
import { linearScale, sparseTicks, tickText } from './scale.ts';
import {
  type ChartTable,
  element,
  escapeXml,
  type Figure,
  fitting,
  fontSize,
  softFontSize,
  svgDocument,
  type Tone,
  textAt,
  textWidth,
} from './svg.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The number as it is printed beside the bar and in the table. */
  readonly text: string;
  /** What it means, in a word: 'fits', 'over', ... */
  readonly word: string;
  readonly tone: Tone;
  /** Best and worst case, drawn as a thin line. */
  readonly span?: {
    readonly low: number;
    readonly high: number;
    readonly lowText: string;
    readonly highText: string;
  };
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface BarChart {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Of the axis: 'load in percent'. */
  readonly unit: string;
  readonly groupName: string;
  readonly labelName: string;
  readonly groups: readonly BarGroup[];
  readonly limits: readonly { readonly at: number; readonly text: string }[];
  /** Bars longer than this are cut, and say so by their number. */
  readonly cutAt?: number;
}

/** Narrow, so that the text stays readable where the picture shrinks to a telephone. */
const width = 420;
const rowHeight = 22;

const longest = (texts: readonly string[]): number =>
  Math.max(...texts.map((text) => textWidth(text, fontSize)), 0);

const meaning = (bar: Bar): string => `${bar.text} ${bar.word}`.trim();

export const barChart = (chart: BarChart): Figure => {
  const bars = chart.groups.flatMap((group) => group.bars);
  const plotLeft = Math.min(20 + longest(bars.map((bar) => bar.label)), width * 0.38);
  const plotRight = width - Math.min(12 + longest(bars.map(meaning)), width * 0.45);
  const values = chart.groups.flatMap((group) =>
    group.bars.flatMap((bar) => [bar.value, bar.span?.high ?? bar.value]),
  );
  const cut = chart.cutAt ?? Infinity;
  const scale = linearScale([
    ...values.map((value) => Math.min(value, cut)),
    ...chart.limits.map((limit) => limit.at),
  ]);
  const x = (value: number): number =>
    plotLeft + Math.min(Math.max(scale.at(value), 0), 1) * (plotRight - plotLeft);
  const marks: string[] = [];
  const titles: string[] = [];
  // Texts of limits take two lines, so that neighbours do not lie on each other.
  const top = chart.limits.length === 0 ? 4 : chart.limits.length === 1 ? 20 : 32;
  let y = top + 4;
  for (const group of chart.groups) {
    if (group.title !== '') {
      y += 8;
      titles.push(textAt(0, y + 10, fitting(group.title, fontSize, width), { class: 'title' }));
      y += 20;
    }
    for (const bar of group.bars) {
      const zero = x(0);
      const end = x(Math.min(bar.value, cut));
      marks.push(
        textAt(8, y + 14, fitting(bar.label, fontSize, plotLeft - 14)),
        element(
          'rect',
          {
            class: bar.tone,
            x: Math.min(zero, end),
            y: y + 3,
            width: Math.max(Math.abs(end - zero), 1),
            height: rowHeight - 8,
            'data-value': bar.text,
          },
          element('title', {}, escapeXml(`${group.title} ${bar.label}: ${meaning(bar)}`.trim())),
        ),
      );
      if (bar.span !== undefined) {
        const middle = y + rowHeight / 2 - 1;
        marks.push(
          element('line', {
            class: 'span',
            x1: x(Math.min(bar.span.low, cut)),
            x2: x(Math.min(bar.span.high, cut)),
            y1: middle,
            y2: middle,
            'data-low': bar.span.lowText,
            'data-high': bar.span.highText,
          }),
        );
      }
      marks.push(
        textAt(plotRight + 8, y + 14, fitting(meaning(bar), fontSize, width - plotRight - 8)),
      );
      y += rowHeight;
    }
  }
  const bottom = y + 6;
  const told = sparseTicks(scale.ticks, plotRight - plotLeft, (text) =>
    textWidth(text, softFontSize),
  );
  const grid = [
    ...scale.ticks.map((tick) =>
      element('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: top, y2: bottom }),
    ),
    ...told.map((tick) =>
      textAt(x(tick), bottom + 14, tickText(tick), { class: 'soft', 'text-anchor': 'middle' }),
    ),
  ];
  const limits = chart.limits.flatMap((limit, index) => [
    element('line', { class: 'limit', x1: x(limit.at), x2: x(limit.at), y1: top - 2, y2: bottom }),
    textAt(x(limit.at), 12 + (index % 2) * 14, limit.text, {
      class: 'soft',
      'text-anchor': 'middle',
    }),
  ]);
  const height = bottom + 40;
  const svg = svgDocument(
    width,
    height,
    chart.title,
    chart.note,
    ...grid,
    ...marks,
    ...limits,
    ...titles,
    textAt((plotLeft + plotRight) / 2, height - 6, chart.unit, {
      class: 'soft',
      'text-anchor': 'middle',
    }),
  );
  return { id: chart.id, title: chart.title, note: chart.note, svg, table: tableOf(chart) };
};

const tableOf = (chart: BarChart): ChartTable => {
  const grouped = chart.groups.some(({ title }) => title !== '');
  const spans = chart.groups.some((group) => group.bars.some((bar) => bar.span !== undefined));
  return {
    caption: chart.title,
    columns: [
      ...(grouped ? [chart.groupName] : []),
      chart.labelName,
      chart.unit,
      ...(spans ? ['best', 'worst'] : []),
      'meaning',
    ],
    rows: chart.groups.flatMap((group) =>
      group.bars.map((bar) => [
        ...(grouped ? [group.title] : []),
        bar.label,
        bar.text,
        ...(spans ? [bar.span?.lowText ?? '', bar.span?.highText ?? ''] : []),
        bar.word,
      ]),
    ),
  };
};
