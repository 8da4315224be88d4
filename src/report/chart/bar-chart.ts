/** Horizontal bars with their numbers and words, grouped, with limit lines: loads, headroom, where cycles go. */
import { type Frame, linearScale, sparseTicks, tickText, chartWidth as width } from './frame.ts';
import * as svg from './svg.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The number as it is printed beside the bar and in the table. */
  readonly text: string;
  /** What it means, in a word: 'fits', 'over', ... */
  readonly word: string;
  readonly tone: svg.Tone;
  /** From the low to the high end of the interval, drawn as a thin line. */
  readonly span?: svg.Span | undefined;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface BarChart extends svg.ChartHead {
  /** Of the axis: 'load in percent'. */
  readonly unit: string;
  /** Of the groups' titles, in the table. @default 'group' */
  readonly groupName?: string;
  /** Of the bars' labels, in the table. @default 'what' */
  readonly labelName?: string;
  readonly groups: readonly BarGroup[];
  readonly limits?: readonly { readonly at: number; readonly text: string }[];
  /** Bars longer than this are cut, and say so by their number. */
  readonly cutAt?: number;
}

const rowHeight = 22;

const longest = (texts: readonly string[]): number =>
  Math.max(...texts.map((text) => svg.textWidth(text, svg.fontSize)), 0);

/** Two numbers are parted by a mark. */
const meaning = ({ text, word }: Bar): string =>
  `${text} ${/^[+\d-]/.test(word) ? '· ' : ''}${word}`.trim();

interface Plot extends Pick<Frame, 'left' | 'right' | 'x'> {
  /** How far below the label its bar begins: labels that are long stand above. */
  readonly drop: number;
}

/** A bar with its texts, from the height `y` on. */
const barMarks = (bar: Bar, group: string, y: number, { left, right, x, drop }: Plot): string[] => {
  const [zero, end] = [x(0), x(bar.value)];
  const top = y + drop;
  const middle = top + rowHeight / 2 - 1;
  const box = { x: Math.min(zero, end), y: top + 3, width: Math.max(Math.abs(end - zero), 1) };
  const { span } = bar;
  return [
    svg.textAt(8, y + 14, svg.fitting(bar.label, svg.fontSize, drop === 0 ? left - 14 : width - 8)),
    svg.marked(
      'rect',
      { class: bar.tone, ...box, height: rowHeight - 8, 'data-value': bar.text },
      `${group} ${bar.label}: ${meaning(bar)}`.trim(),
    ),
    ...(span ? [svg.spanLine(span, [x(span.low), middle], [x(span.high), middle])] : []),
    svg.textAt(right + 8, top + 14, svg.fitting(meaning(bar), svg.fontSize, width - right - 8)),
  ];
};

export const barChart = (chart: BarChart): svg.Chart => {
  const { groups, limits = [], cutAt = Infinity, unit } = chart;
  const bars = groups.flatMap((group) => group.bars);
  const labels = 20 + longest(bars.map((bar) => bar.label));
  const drop = labels > width * 0.4 ? 18 : 0;
  const left = drop === 0 ? labels : 24;
  const right = width - Math.min(12 + longest(bars.map(meaning)), width * 0.45);
  const cut = (value: number): number => Math.min(value, cutAt);
  const scale = linearScale([
    ...bars.flatMap(({ value, span }) => [value, span?.low ?? value, span?.high ?? value].map(cut)),
    ...limits.map((limit) => limit.at),
  ]);
  const x = (value: number): number =>
    left + Math.min(Math.max(scale.at(cut(value)), 0), 1) * (right - left);
  const marks: string[] = [];
  const titles: string[] = [];
  // Texts of limits take two lines, so that neighbours do not lie on each other.
  const top = [4, 20][limits.length] ?? 32;
  let y = top + 4;
  for (const group of groups) {
    if (group.title !== '') {
      titles.push(
        svg.textAt(0, y + 18, svg.fitting(group.title, svg.fontSize, width), { class: 'title' }),
      );
      y += 28;
    }
    for (const bar of group.bars) {
      marks.push(...barMarks(bar, group.title, y, { left, right, x, drop }));
      y += rowHeight + drop;
    }
  }
  const bottom = y + 6;
  const told = sparseTicks(scale.ticks, right - left, (text) =>
    svg.textWidth(text, svg.softFontSize),
  );
  const children = [
    ...scale.ticks.map((tick) => svg.lineOf('grid', [x(tick), top], [x(tick), bottom])),
    ...told.map((tick) => svg.softText(x(tick), bottom + 14, tickText(tick))),
    ...marks,
    ...limits.flatMap(({ at, text }, index) => [
      svg.lineOf('limit', [x(at), top - 2], [x(at), bottom]),
      svg.softText(x(at), 12 + (index % 2) * 14, text),
    ]),
    ...titles,
    svg.softText((left + right) / 2, bottom + 34, unit),
  ];
  return svg.figureOf(chart, { width, height: bottom + 40 }, children, cells(chart));
};

const cells = ({ groups, groupName = 'group', labelName = 'what', unit }: BarChart): svg.Cells => {
  const grouped = groups.some(({ title }) => title !== '');
  const spans = groups.some(({ bars }) => bars.some(({ span }) => span !== undefined));
  const given = <T>(holds: boolean, ...cells: T[]): T[] => (holds ? cells : []);
  return {
    columns: [
      ...given(grouped, groupName),
      ...[labelName, unit],
      ...given(spans, 'low', 'high'),
      'meaning',
    ],
    rows: groups.flatMap(({ title, bars }) =>
      bars.map(({ label, text, span, word }) => [
        ...given(grouped, title),
        ...[label, text],
        ...given(spans, span?.lowText ?? '', span?.highText ?? ''),
        word,
      ]),
    ),
  };
};
