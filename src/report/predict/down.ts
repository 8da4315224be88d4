/** Every width on a line of its own, below its pedal: the narrow form of the table of `predict`. */

import { hertz } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { clip, padEnd, printable, widthOf } from '../text/text-width.ts';
import { type CellLayout, cellColumns, cellText, esrText, widthText } from './cell.ts';
import { confidenceOf, type Lane, type ModelGroup, verdictColumns } from './groups.ts';

const longestBar = 24;
const indent = '  ';
const gap = '  ';

const chooseLayout = (group: ModelGroup, lanes: readonly Lane[], free: number): CellLayout => {
  const base = {
    copies: group.copies,
    verdictColumns: verdictColumns(lanes, group.copies.slice(0, 1)),
    copyVerdictColumns: verdictColumns(lanes, group.copies.slice(1)),
  };
  const forms = [
    { copyLoads: true, ranges: true },
    { copyLoads: false, ranges: true },
    { copyLoads: true, ranges: false },
    { copyLoads: false, ranges: false },
  ];
  for (const form of forms) {
    for (let barCells = longestBar; barCells >= 0; barCells--) {
      const layout = { ...base, ...form, barCells };
      if (cellColumns(layout) <= free) return layout;
    }
  }
  return { ...base, barCells: 0, copyLoads: false, ranges: false };
};

export const downLines = (group: ModelGroup, lanes: readonly Lane[], style: Style): string[] => {
  const labels = Math.min(18, Math.max(...group.widths.map((width) => widthOf(widthText(width)))));
  const anyEsr = lanes.some((lane) =>
    [...lane.cells.values()].some((cell) =>
      [...cell.values()].some((row) => row.fidelity.esrToFull !== null),
    ),
  );
  const esrColumns = anyEsr ? 'ESR 0.00012'.length + gap.length : 0;
  const free = style.columns - indent.length - labels - gap.length - esrColumns;
  const layout = chooseLayout(group, lanes, free);
  const lines: string[] = [];
  for (const lane of lanes) {
    const words = [
      printable(lane.deviceName),
      confidenceOf(lane),
      ...(lane.engine === null ? [] : [lane.engine]),
      `${lane.blockFrames} frames at ${hertz(lane.sampleRateHz)}`,
    ].join(', ');
    const name = clip(printable(lane.label), style.columns, style.ascii);
    const room = style.columns - widthOf(name) - gap.length;
    const rest = room > 10 ? gap + paint(style, 'dim', clip(words, room, style.ascii)) : '';
    if (lines.length > 0) lines.push('');
    lines.push(paint(style, 'bold', name) + rest);
    for (const width of group.widths) {
      const cell = lane.cells.get(width.label);
      if (cell === undefined) continue;
      const label = padEnd(clip(widthText(width), labels, style.ascii), labels);
      const esr = [...cell.values()][0]?.fidelity.esrToFull ?? null;
      const fidelity = esr === null ? '' : gap + paint(style, 'dim', esrText(esr));
      const line = `${indent}${label}${gap}${cellText(cell, layout, style)}${fidelity}`;
      lines.push(line.trimEnd());
    }
  }
  return lines;
};
