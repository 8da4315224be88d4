/** The two forms of the table of `predict`: pedals down and widths across, or every width on a line of its own. */
import type { WidthInfo } from '../../study/predict/row.ts';
import { grouped, hertz, times } from '../../units/number-text.ts';
import { type Column, left, paint, right, type Style, textTable } from '../text/text-table.ts';
import { clip, padEnd, printable, widthOf } from '../text/text-width.ts';
import { type CellLayout, cellText, esrText, layoutsOf, widthText } from './cell.ts';
import { cellOf, confidenceOf, type ModelGroup, type TableLine, widest } from './groups.ts';
import { loadWithInterval, rowVerdict } from './verdict-text.ts';

/** What stands before the widths. The name once for all engines and blocks of a pedal. */
const leftColumns = (lines: readonly TableLine[], { columns, ascii }: Style) => {
  const rates = new Set(lines.map(({ rows: [row] }) => row.sampleRateHz));
  const first = new Set(lines.filter(({ label }, i) => lines[i - 1]?.label !== label));
  const once = (line: TableLine, text: string, most: number): string =>
    first.has(line) ? clip(printable(text), most, ascii) : '';
  const name = left('\nname', (line: TableLine) => once(line, line.rows[0].deviceName, 30));
  const rate = right('\nkHz', ({ rows: [row] }: TableLine) => String(row.sampleRateHz / 1000));
  return [
    left('\npedal', (line: TableLine) => once(line, line.label, 40)),
    ...(columns >= 170 ? [name] : []),
    left('\nengine', ({ engine }: TableLine) => clip(engine, 34, ascii)),
    right('\nblock', ({ rows: [row] }: TableLine) => String(row.blockFrames)),
    ...(rates.size > 1 ? [rate] : []),
  ];
};

/** The title, what stands below it, and the cells; a space more than other columns keep. */
const widthColumns = (group: ModelGroup, layout: CellLayout, style: Style) =>
  group.widths.map((width) =>
    left(
      `${widthText(width)}\n${detailOf(group, width)} `,
      (line: TableLine) => `${cellText(cellOf(line, width.label, group.copies), layout, style)} `,
    ),
  );

/** Its weights, and its fidelity where every line that has one agrees. */
const detailOf = ({ lines }: ModelGroup, { label, weights }: WidthInfo): string => {
  const rows = lines.flatMap((line) => line.rows).filter((row) => row.width.label === label);
  const [esr, ...others] = new Set(rows.flatMap((row) => row.fidelity.esrToFull ?? []));
  const fidelity = esr === undefined || others.length > 0 ? '' : `, ${esrText(esr)}`;
  return `${grouped(weights)} weights${fidelity}`;
};

/** Null where the widths do not fit beside each other. */
export const acrossLines = (group: ModelGroup, lines: readonly TableLine[], style: Style) => {
  const confidence = left('\nconfidence', (line: TableLine) =>
    paint(style, 'dim', confidenceOf(line)),
  );
  const draw = (columns: readonly Column<TableLine>[]): string[] =>
    textTable(lines, { ...style, ink: 'bold' }, columns);
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
  const drawn = draw([...edges, ...widthColumns(group, layout, style), confidence]);
  return [
    ...drawn.slice(0, -lines.length),
    ...lines.flatMap(({ kind }, i) => {
      const line = drawn.at(i - lines.length) ?? '';
      return kind === lines[i - 1]?.kind ? [line] : [paint(style, 'dim', kind), line];
    }),
  ];
};

const gap = '  ';

const headLine = (line: TableLine, style: Style): string => {
  const { deviceName, blockFrames, sampleRateHz } = line.rows[0];
  const frames = `${blockFrames} frames at ${hertz(sampleRateHz)}`;
  const parts = [printable(deviceName), confidenceOf(line), line.engine, frames];
  const words = parts.filter((part) => part !== '').join(', ');
  const name = clip(printable(line.label), style.columns, style.ascii);
  const room = style.columns - widthOf(name) - gap.length;
  const rest = room > 10 ? gap + paint(style, 'dim', clip(words, room, style.ascii)) : '';
  return paint(style, 'bold', name) + rest;
};

export const downLines = (of: ModelGroup, lines: readonly TableLine[], style: Style): string[] => {
  const labels = Math.min(18, Math.max(...of.widths.map((width) => widthOf(widthText(width)))));
  const anyEsr = lines.some(({ rows }) => rows.some((row) => row.fidelity.esrToFull !== null));
  const esrColumns = anyEsr ? 'ESR 0.00012'.length + gap.length : 0;
  const free = style.columns - labels - 2 * gap.length - esrColumns;
  const layouts = layoutsOf(of, lines);
  const layout = layouts.find((one) => widthOf(cellText([], one, style)) <= free) ?? layouts.at(-1);
  if (layout === undefined) return [];
  return lines.flatMap((line, i) => [
    ...(i === 0 ? [] : ['']),
    headLine(line, style),
    ...of.widths.flatMap((width) => {
      const cell = cellOf(line, width.label, of.copies);
      const row = cell.find((one) => one !== undefined);
      if (row === undefined) return [];
      const label = padEnd(clip(widthText(width), labels, style.ascii), labels);
      const esr = row.fidelity.esrToFull;
      const fidelity = esr === null ? '' : gap + paint(style, 'dim', esrText(esr));
      return [`${gap}${label}${gap}${cellText(cell, layout, style)}${fidelity}`.trimEnd()];
    }),
  ]);
};

/** The widest that surely runs, with the next one where that probably does. */
const cell = (line: TableLine, copies: number): string => {
  const rows = line.rows.filter((row) => row.copies === copies);
  const fitting = rows.filter(({ verdict }) => verdict === 'fits');
  const sure = widest(fitting.filter((row) => row.sure));
  const likely = widest(fitting);
  if (likely === undefined) {
    const full = widest(rows);
    return full === undefined || full.load !== null ? 'none' : full.verdict;
  }
  const first = sure && `${printable(sure.width.label)} ${loadWithInterval(sure)}`.trimEnd();
  const next = `${printable(likely.width.label)} ${rowVerdict(likely)}`;
  return likely === sure ? (first ?? '') : `${first ?? 'none'}; ${next}`;
};

export const briefLines = (of: ModelGroup, lines: readonly TableLine[], style: Style): string[] =>
  textTable(lines, { ...style, dispensable: ['confidence', 'block', 'engine'] }, [
    left('pedal', (line) => printable(line.label)),
    left('engine', (line) => line.engine),
    right('block', ({ rows: [row] }) => String(row.blockFrames)),
    ...of.copies.map((n) =>
      left(`widest that runs ${times(n)}`, (line: TableLine) => cell(line, n)),
    ),
    left('confidence', confidenceOf),
  ]);
