/** Pedals down, widths across: the wide form of the table of `predict`. */
import { grouped } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { clip, padEnd, padStart, printable, widthOf } from '../text/text-width.ts';
import { type CellLayout, cellColumns, cellText, esrText, widthText } from './cell.ts';
import { confidenceOf, esrOf, type Lane, type ModelGroup, verdictColumns } from './groups.ts';

const gap = '  ';
const between = '   ';
/** Bars longer than this say nothing more. */
const longestBar = 20;

interface Left {
  readonly title: string;
  readonly columns: number;
  readonly alignRight: boolean;
  readonly of: (lane: Lane) => string;
}

const leftColumns = (lanes: readonly Lane[], { columns, ascii }: Style): Left[] => {
  const left = (
    title: string,
    of: (lane: Lane) => string,
    most: number,
    alignRight = false,
  ): Left => {
    const width = Math.min(most, Math.max(widthOf(title), ...lanes.map((l) => widthOf(of(l)))));
    return { title, columns: width, alignRight, of: (lane) => clip(of(lane), width, ascii) };
  };
  const rates = new Set(lanes.map((lane) => lane.sampleRateHz));
  return [
    left('pedal', (lane) => printable(lane.label), 40),
    ...(columns >= 170 ? [left('name', (lane) => printable(lane.deviceName), 30)] : []),
    left('engine', (lane) => lane.engine ?? '', 34),
    left('block', (lane) => String(lane.blockFrames), 5, true),
    ...(rates.size > 1 ? [left('kHz', (lane) => String(lane.sampleRateHz / 1000), 5, true)] : []),
  ];
};

/** From the richest to the barest layout of a cell; the first that fits is taken. */
const layouts = (group: ModelGroup, lanes: readonly Lane[]): CellLayout[] => {
  const base = {
    verdictColumns: verdictColumns(lanes, group.copies.slice(0, 1)),
    copyVerdictColumns: verdictColumns(lanes, group.copies.slice(1)),
    copies: group.copies,
  };
  const rich = Array.from({ length: longestBar - 5 }, (_, i) => longestBar - i);
  return [
    ...rich.map((barCells) => ({ ...base, barCells, copyLoads: true, ranges: true })),
    { ...base, barCells: 0, copyLoads: true, ranges: true },
    { ...base, barCells: 0, copyLoads: false, ranges: true },
  ];
};

/** Null where the widths do not fit beside each other. */
export const acrossLines = (
  group: ModelGroup,
  lanes: readonly Lane[],
  style: Style,
): string[] | null => {
  const left = leftColumns(lanes, style);
  const right = Math.max(10, ...lanes.map((lane) => confidenceOf(lane).length));
  const leftWidth = left.reduce((sum, { columns }) => sum + columns + gap.length, 0);
  const esrs = group.widths.map(({ label }) => esrOf(group, label));
  const titles = group.widths.map((width) => widthText(width));
  const details = group.widths.map((width, i) => {
    const esr = esrs[i] ?? null;
    const weights = `${grouped(width.weights)} weights`;
    return esr === null ? weights : `${weights}, ${esrText(esr)}`;
  });
  const textWidth = Math.max(...titles.map(widthOf), ...details.map(widthOf));
  for (const layout of layouts(group, lanes)) {
    const cell = Math.max(cellColumns(layout), textWidth);
    const total = leftWidth + group.widths.length * (cell + between.length) + right;
    if (total > style.columns) continue;
    const header = (texts: readonly string[], last: string, first: readonly string[]): string => {
      const names = left.map((column, i) => {
        const pad = column.alignRight ? padStart : padEnd;
        return pad(first[i] ?? '', column.columns) + gap;
      });
      const widths = texts.map((text) => padEnd(text, cell) + between);
      return `${names.join('')}${widths.join('')}${last}`.trimEnd();
    };
    let before: Lane | null = null;
    const lines = lanes.flatMap((lane) => {
      // The name once for all its engines and blocks.
      const repeated = before?.label === lane.label;
      const kind = before?.kind === lane.kind ? [] : [paint(style, 'dim', lane.kind)];
      before = lane;
      const names = left.map((column) =>
        repeated && ['pedal', 'name'].includes(column.title) ? '' : column.of(lane),
      );
      const cells = group.widths.map(({ label }) => cellText(lane.cells.get(label), layout, style));
      return [...kind, header(cells, paint(style, 'dim', confidenceOf(lane)), names)];
    });
    return [
      paint(style, 'bold', header(titles, '', [])),
      paint(
        style,
        'dim',
        header(
          details,
          'confidence',
          left.map(({ title }) => title),
        ),
      ),
      ...lines,
    ];
  }
  return null;
};
