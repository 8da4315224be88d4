/** The narrow forms of the table of `predict`: every width on a line of its own, or a line a pedal where they are many. */
import type { PredictRow } from '../../study/predict/row.ts';
import { hertz } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { left, right, textTable } from '../text/text-table.ts';
import { clip, padEnd, printable, widthOf } from '../text/text-width.ts';
import { times } from '../text/words.ts';
import { cellText, esrText, layoutsOf, widthText } from './cell.ts';
import { cellOf, confidenceOf, type ModelGroup, type TableLine, widest } from './groups.ts';
import { loadWithInterval, rowVerdict } from './verdict-text.ts';

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

export const downLines = (
  group: ModelGroup,
  lines: readonly TableLine[],
  style: Style,
): string[] => {
  const labels = Math.min(18, Math.max(...group.widths.map((width) => widthOf(widthText(width)))));
  const anyEsr = lines.some(({ rows }) => rows.some((row) => row.fidelity.esrToFull !== null));
  const esrColumns = anyEsr ? 'ESR 0.00012'.length + gap.length : 0;
  const free = style.columns - labels - 2 * gap.length - esrColumns;
  const layouts = layoutsOf(group, lines);
  const layout = layouts.find((one) => widthOf(cellText([], one, style)) <= free) ?? layouts.at(-1);
  if (layout === undefined) return [];
  return lines.flatMap((line, i) => [
    ...(i === 0 ? [] : ['']),
    headLine(line, style),
    ...group.widths.flatMap((width) => {
      const cell = cellOf(line, width.label, group.copies);
      const row = cell.find((one) => one !== undefined);
      if (row === undefined) return [];
      const label = padEnd(clip(widthText(width), labels, style.ascii), labels);
      const esr = row.fidelity.esrToFull;
      const fidelity = esr === null ? '' : gap + paint(style, 'dim', esrText(esr));
      return [`${gap}${label}${gap}${cellText(cell, layout, style)}${fidelity}`.trimEnd()];
    }),
  ]);
};

const named = (row: PredictRow | undefined): string =>
  row === undefined ? 'none' : `${printable(row.width.label)} ${loadWithInterval(row)}`.trimEnd();

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
  if (likely === sure) return named(sure);
  return `${named(sure)}; ${printable(likely.width.label)} ${rowVerdict(likely)}`;
};

export const briefLines = (
  group: ModelGroup,
  lines: readonly TableLine[],
  style: Style,
): string[] =>
  textTable(lines, { ...style, dispensable: ['confidence', 'block', 'engine'] }, [
    left('pedal', (line) => printable(line.label)),
    left('engine', (line) => line.engine),
    right('block', ({ rows: [row] }) => String(row.blockFrames)),
    ...group.copies.map((n) =>
      left(`widest that runs ${times(n)}`, (line: TableLine) => cell(line, n)),
    ),
    left('confidence', confidenceOf),
  ]);
