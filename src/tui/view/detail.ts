/** What is known of the selected pedal and width, in sentences: the answer before the question. */

import { widthText } from '../../report/predict/cell.ts';
import { hertz, short } from '../../report/text/number.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import {
  knownOf,
  pedalReportOf,
  rowAt,
  selectedDevice,
  selectedWidth,
  shownCopies,
  widthsNow,
} from '../select.ts';
import type { DeviceEntry, State } from '../state.ts';
import { rowsTask } from '../tasks.ts';
import { type Line, span, type View } from './line.ts';
import { cyclesText, headroomText, inkOf, loadText } from './numbers.ts';
import { statusLines, wrapped } from './parts.ts';

const countWords: Readonly<Record<number, string>> = { 1: 'once', 2: 'twice' };
const countText = (copies: number): string => countWords[copies] ?? `${copies} times`;

/** 'widest that fits: once full, twice lite' */
export const widestLine = (state: State, device: DeviceEntry): Line => {
  const widths = widthsNow(state);
  const parts = shownCopies(state).map((copies) => {
    const rows = widths.map((width) => rowAt(state, device.id, width.label, copies));
    const at = rows.findLastIndex((row) => row?.verdict === 'fits');
    const known = rows.length > 0 && rows.every((row) => row !== null);
    const open = rows.some((row) => row?.verdict === 'unknown');
    const answer =
      at >= 0 ? (widths[at]?.label ?? '') : !known ? '...' : open ? 'not known' : 'none';
    return [span(`${countText(copies)} `, 'dim'), span(answer, at >= 0 ? 'green' : 'yellow')];
  });
  return [
    span('  widest that fits: ', 'dim'),
    ...parts.flatMap((part, i) => (i === 0 ? part : [span(', '), ...part])),
  ];
};

const loadWords = (row: PredictRow): Line => [
  span(`${countText(row.copies)} `, 'dim'),
  span(
    row.load === null ? row.verdict : `${loadText(row.load.expected)} ${row.verdict}`,
    inkOf(row),
  ),
  span(row.headroom === null ? '' : ` (headroom ${headroomText(row.headroom)})`),
];

const liveLine = (state: State, device: DeviceEntry, width: WidthInfo): Line[] => {
  const report = pedalReportOf(state, device.id, width.label);
  if (report === null) return [];
  if (report.fault !== null) return [[span(`  ${report.fault}`, 'red')]];
  if (report.load === null) return [];
  return [
    [
      span('  virtual pedal: ', 'dim'),
      span(
        `${report.seconds.toFixed(1)} s, p99 ${loadText(report.load.p99)}, worst block ${loadText(report.load.max)}, ${report.xruns} xruns`,
        report.xruns > 0 ? 'red' : undefined,
      ),
    ],
  ];
};

/** At most `lines` of it. */
export const pedalDetail = (state: State, view: View, lines: number): Line[] => {
  const device = selectedDevice(state);
  const width = selectedWidth(state);
  if (device === null || width === null) return [];
  const rows = shownCopies(state)
    .map((copies) => rowAt(state, device.id, width.label, copies))
    .filter((row) => row !== null);
  const [row] = rows;
  if (row === undefined) {
    const known = knownOf<'rows'>(state, rowsTask(state, device.id));
    return [[span(`  ${device.name}`, 'bold')], ...statusLines(known, view)].slice(0, lines);
  }
  const about = [
    widthText(width),
    ...(row.engine === null ? [] : [row.engine]),
    ...(row.clockHz === null || row.core === null ? [] : [`${row.core} ${hertz(row.clockHz)}`]),
    ...(row.load === null
      ? []
      : [`${row.blockFrames} frames (${short((row.blockFrames * 1000) / row.sampleRateHz)} ms)`]),
    row.confidence,
    ...(row.cyclesPerSample === null
      ? []
      : [`${cyclesText(row.cyclesPerSample.expected)} cycles/sample`]),
  ].join(' · ');
  const all: Line[] = [
    widestLine(state, device),
    [
      span('  '),
      ...rows.flatMap((each, i) => (i === 0 ? loadWords(each) : [span(', '), ...loadWords(each)])),
    ],
    [span(`  ${device.name}`, 'bold'), span(` · ${about}`, 'dim')],
    ...liveLine(state, device, width),
    ...(row.reasons.length === 0 ? [] : wrapped(row.reasons.join(' '), view, 'dim')),
  ];
  return all.slice(0, lines);
};
