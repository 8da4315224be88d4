/** Every width on a line of its own, below its pedal: the narrow form of the table of `predict`. */
import { hertz } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { clip, padEnd, printable, widthOf } from '../text/text-width.ts';
import { cellText, esrText, layoutsOf, widthText } from './cell.ts';
import { cellOf, confidenceOf, type ModelGroup, type TableLine } from './groups.ts';

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
