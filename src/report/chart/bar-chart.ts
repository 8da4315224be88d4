/** Horizontal bars with their numbers and words, grouped, with limit lines: loads, headroom, where cycles go. */
import { linearScale, tickText } from './scale.ts';
import { type ChartTable, element, type Figure, svgDocument, type Tone, textAt } from './svg.ts';

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
const width = 460;
const rowHeight = 22;
/** Of a character at the chart's font size, generously. */
const characterWidth = 7.9;

const longest = (texts: readonly string[]): number =>
  Math.max(...texts.map((text) => text.length), 0) * characterWidth;

export const barChart = (chart: BarChart): Figure => {
  const bars = chart.groups.flatMap((group) => group.bars);
  const plotLeft = Math.min(16 + longest(bars.map((bar) => bar.label)), width * 0.36);
  const plotRight =
    width -
    Math.min(12 + longest(bars.map((bar) => `${bar.text} ${bar.word}`.trim())), width * 0.45);
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
  let y = 34;
  for (const group of chart.groups) {
    if (group.title !== '') {
      y += 8;
      marks.push(textAt(0, y + 10, group.title, { class: 'title' }));
      y += 20;
    }
    for (const bar of group.bars) {
      const zero = x(0);
      const end = x(Math.min(bar.value, cut));
      marks.push(
        textAt(8, y + 14, bar.label, {}),
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
          element(
            'title',
            {},
            `${group.title} ${bar.label}: ${bar.text} ${bar.word}`
              .trim()
              .replace(/&/g, '&amp;')
              .replace(/</g, '&lt;'),
          ),
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
      marks.push(textAt(plotRight + 8, y + 14, `${bar.text} ${bar.word}`.trim()));
      y += rowHeight;
    }
  }
  const bottom = y + 6;
  const grid = scale.ticks.flatMap((tick) => [
    element('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: 30, y2: bottom }),
    textAt(x(tick), bottom + 14, tickText(tick), { class: 'soft', 'text-anchor': 'middle' }),
  ]);
  const limits = chart.limits.flatMap((limit, index) => [
    element('line', { class: 'limit', x1: x(limit.at), x2: x(limit.at), y1: 28, y2: bottom }),
    textAt(x(limit.at), 12 + (index % 2) * 13, limit.text, {
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
    textAt((plotLeft + plotRight) / 2, height - 6, chart.unit, {
      class: 'soft',
      'text-anchor': 'middle',
    }),
  );
  return { id: chart.id, title: chart.title, note: chart.note, svg, table: tableOf(chart) };
};

const tableOf = (chart: BarChart): ChartTable => {
  const spans = chart.groups.some((group) => group.bars.some((bar) => bar.span !== undefined));
  return {
    caption: chart.title,
    columns: [
      chart.groupName,
      chart.labelName,
      chart.unit,
      ...(spans ? ['best', 'worst'] : []),
      'meaning',
    ],
    rows: chart.groups.flatMap((group) =>
      group.bars.map((bar) => [
        group.title,
        bar.label,
        bar.text,
        ...(spans ? [bar.span?.lowText ?? '', bar.span?.highText ?? ''] : []),
        bar.word,
      ]),
    ),
  };
};
