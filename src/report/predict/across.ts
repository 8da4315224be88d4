/** Pedals down, widths across: the wide form of the table of `predict`. */
import type { WidthInfo } from '../../study/predict/row.ts';
import { grouped } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { type Column, left, right, textTable } from '../text/text-table.ts';
import { clip, printable, widthOf } from '../text/text-width.ts';
import { type CellLayout, cellText, esrText, layoutsOf, widthText } from './cell.ts';
import { cellOf, confidenceOf, type ModelGroup, type TableLine } from './groups.ts';

/** A line of the table, or the second line of the header. */
type Item = { readonly line: TableLine; readonly repeated: boolean } | 'header';

const field =
  (title: string, of: (line: TableLine) => string, once = false) =>
  (item: Item): string =>
    item === 'header' ? title : once && item.repeated ? '' : of(item.line);

/** What stands before the widths. The name once for all engines and blocks of a pedal. */
const leftColumns = (lines: readonly TableLine[], { columns, ascii }: Style): Column<Item>[] => {
  const rates = new Set(lines.map(({ rows: [row] }) => row.sampleRateHz));
  const label = field('pedal', (line) => clip(printable(line.label), 40, ascii), true);
  const name = ({ rows: [row] }: TableLine): string => clip(printable(row.deviceName), 30, ascii);
  const block = field('block', ({ rows: [row] }) => String(row.blockFrames));
  const rate = field('kHz', ({ rows: [row] }) => String(row.sampleRateHz / 1000));
  return [
    left('', label),
    ...(columns >= 170 ? [left('', field('name', name, true))] : []),
    left(
      '',
      field('engine', ({ engine }) => clip(engine, 34, ascii)),
    ),
    right('', block),
    ...(rates.size > 1 ? [right('', rate)] : []),
  ];
};

/** The fidelity of a width where every line that has one agrees. */
const esrOf = ({ lines }: ModelGroup, label: string): number | null => {
  const rows = lines.flatMap((line) => line.rows).filter((row) => row.width.label === label);
  const [esr = null, ...others] = new Set(rows.flatMap((row) => row.fidelity.esrToFull ?? []));
  return others.length > 0 ? null : esr;
};

/** The title, what stands below it, and the cells; a space more than other columns keep. */
const widthColumns = (group: ModelGroup, layout: CellLayout, style: Style): Column<Item>[] =>
  group.widths.map((width) => {
    const cell = (line: TableLine): string =>
      `${cellText(cellOf(line, width.label, group.copies), layout, style)} `;
    return left(widthText(width), field(`${detailOf(group, width)} `, cell));
  });

const detailOf = (group: ModelGroup, { label, weights }: WidthInfo): string => {
  const esr = esrOf(group, label);
  return `${grouped(weights)} weights${esr === null ? '' : `, ${esrText(esr)}`}`;
};

/** Null where the widths do not fit beside each other. */
export const acrossLines = (
  group: ModelGroup,
  lines: readonly TableLine[],
  style: Style,
): string[] | null => {
  const items: Item[] = lines.map((line, i) => ({
    line,
    repeated: lines[i - 1]?.label === line.label,
  }));
  const confidence = left<Item>(
    '',
    field('confidence', (line) => paint(style, 'dim', confidenceOf(line))),
  );
  const draw = (columns: readonly Column<Item>[]): string[] =>
    textTable(['header', ...items], { ...style, ink: 'bold' }, columns);
  const edges = leftColumns(lines, style);
  const room = style.columns - Math.max(...draw([...edges, confidence]).map(widthOf));
  const texts = group.widths.map((width) =>
    Math.max(widthOf(widthText(width)), widthOf(detailOf(group, width))),
  );
  const layout = layoutsOf(group, lines).find((one) => {
    const cell = widthOf(cellText([], one, style));
    return one.ranges && texts.reduce((sum, text) => sum + Math.max(cell, text) + 3, 0) <= room;
  });
  if (layout === undefined) return null;
  const columns = [...edges, ...widthColumns(group, layout, style), confidence];
  const [titles = '', details = '', ...drawn] = draw(columns);
  return [
    titles,
    paint(style, 'dim', details),
    ...drawn.flatMap((line, i) => {
      const kind = lines[i]?.kind ?? '';
      return kind === lines[i - 1]?.kind ? [line] : [paint(style, 'dim', kind), line];
    }),
  ];
};
