/** Cells in rows and columns, each with its words on a tint of what they mean. */
import * as svg from './svg.ts';

export interface HeatLine {
  readonly text: string;
  readonly tone: svg.Tone;
  /** Half as strong where it is not certain. */
  readonly sure: boolean;
  /** What hovering shows. */
  readonly why: string;
}

export interface HeatRow {
  readonly name: string;
  /** Beside the name. */
  readonly detail: string;
  /** By column, one below the other. */
  readonly cells: readonly (readonly HeatLine[])[];
}

export interface HeatMap extends svg.ChartHead {
  readonly columns: readonly string[];
  readonly groups: readonly { readonly title: string; readonly rows: readonly HeatRow[] }[];
  readonly table: svg.Cells;
}

const lineHeight = 17;
const gap = 3;

const widest = <T>(items: readonly T[], textOf: (item: T) => string, size: number): number =>
  Math.max(...items.map((item) => svg.textWidth(textOf(item), size)), 0);

const cellMarks = (lines: readonly HeatLine[], x: number, y: number, width: number): string[] =>
  lines.flatMap(({ text, tone, sure, why }, i) => {
    const top = y + i * lineHeight;
    const box = { x, y: top, width, height: lineHeight, 'fill-opacity': sure ? 0.3 : 0.13 };
    return [
      svg.element('rect', { class: tone, ...box }, svg.element('title', {}, svg.escapeXml(why))),
      svg.textAt(x + 6, top + 13, text, { class: 'cell' }),
    ];
  });

/** As wide as its texts; a page scrolls it where a screen is narrower. */
export const heatMap = (chart: HeatMap): svg.Chart => {
  const rows = chart.groups.flatMap((group) => group.rows);
  const lines = rows.flatMap(({ cells }) => cells.flat());
  const names = Math.min(230, widest(rows, ({ name }) => name, svg.fontSize) + 12);
  const cell = Math.max(
    widest(lines, ({ text }) => text, svg.softFontSize) + 10,
    widest(chart.columns, String, svg.fontSize) + 6,
  );
  const xOf = (column: number): number => names + column * (cell + gap);
  const marks = chart.columns.map((text, i) =>
    svg.textAt(xOf(i) + 6, 16, text, { class: 'title' }),
  );
  let y = 26;
  for (const { title, rows: own } of chart.groups) {
    if (title !== '') marks.push(svg.softText(0, y + 13, title, 'start'));
    y += title === '' ? 0 : 20;
    for (const { name, detail, cells } of own) {
      marks.push(svg.textAt(0, y + 14, svg.fitting(name, svg.fontSize, names - 8)));
      marks.push(
        svg.softText(0, y + 30, svg.fitting(detail, svg.softFontSize, names - 8), 'start'),
      );
      for (const [i, some] of cells.entries()) marks.push(...cellMarks(some, xOf(i), y, cell));
      y += Math.max(2, ...cells.map((some) => some.length)) * lineHeight + gap;
    }
  }
  const size = { width: xOf(chart.columns.length), height: y + 4 };
  return { ...svg.figureOf(chart, size, marks, chart.table), wide: true };
};
