/** What is known of the selected pedal and width, in sentences: the answer before the question. */
import { widthText } from '../../report/predict/cell.ts';
import { rowVerdict } from '../../report/predict/verdict-text.ts';
import { hertz, percent } from '../../report/text/number.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import * as select from '../select.ts';
import type { DeviceEntry, State } from '../state.ts';
import { rowsTask, shownCopies } from '../tasks.ts';
import { type Line, span, type View } from './line.ts';
import * as parts from './parts.ts';

const countWords: Readonly<Record<number, string>> = { 1: 'once', 2: 'twice' };
const countText = (copies: number): string => countWords[copies] ?? `${copies} times`;

/** 'widest that fits: once full, twice lite' */
export const widestLine = (state: State, device: DeviceEntry): Line => {
  const widths = select.widthsNow(state);
  const answers = shownCopies(state).map((copies) => {
    const rows = widths.map((width) => select.rowAt(state, device.id, width.label, copies));
    const fitting = rows.findLast((row) => row?.verdict === 'fits');
    const known = rows.length > 0 && rows.every((row) => row !== null);
    const open = rows.some((row) => row?.verdict === 'unknown');
    const none = !known ? '...' : open ? 'not known' : 'none';
    const answer = fitting ? fitting.width.label + (fitting.sure ? '' : ' (probably)') : none;
    return [span(`${countText(copies)} `, 'dim'), span(answer, fitting ? 'green' : 'yellow')];
  });
  return [span('  widest that fits: ', 'dim'), ...parts.commaLine(answers)];
};

const loadWords = (row: PredictRow): Line => {
  const { copies, headroom, chance } = row;
  const isKnown = headroom !== null && chance !== null;
  const margin = isKnown ? `, ${parts.headroomText(headroom)}, chance ${percent(chance)}` : '';
  return [
    span(`${countText(copies)} `, 'dim'),
    span(rowVerdict(row), parts.inkOf(row)),
    span(margin),
  ];
};

const liveLine = (state: State, device: DeviceEntry, width: WidthInfo): Line[] => {
  const report = select.pedalReportOf(state, device.id, width.label);
  if (report === null) return [];
  if (report.fault !== null) return [parts.textLine(report.fault, 'red')];
  const { load, seconds, xruns } = report;
  if (load === null) return [];
  const text = `${seconds.toFixed(1)} s, ${parts.worstText(load)}, ${xruns} xruns`;
  return [[span('  virtual pedal: ', 'dim'), span(text, xruns > 0 ? 'red' : undefined)]];
};

/** At most `lines` of it. */
export const pedalDetail = (state: State, view: View, lines: number): Line[] => {
  const device = select.selectedDevice(state);
  const width = select.selectedWidth(state);
  if (device === null || width === null) return [];
  const rows = shownCopies(state).flatMap(
    (copies) => select.rowAt(state, device.id, width.label, copies) ?? [],
  );
  const [row] = rows;
  const name = span(`  ${device.name} (${device.id})`, 'bold');
  if (row === undefined) {
    const known = select.knownOf(state, rowsTask(state, device.id));
    return [[name], ...parts.statusLines(known, view)].slice(0, lines);
  }
  const { engine, core, clockHz, load, cyclesPerSample, confidence, reasons } = row;
  const about = [
    widthText(width),
    engine,
    clockHz === null || core === null ? null : `${core} ${hertz(clockHz)}`,
    load === null ? null : parts.blockText(row),
    confidence,
    cyclesPerSample && `${parts.cyclesText(cyclesPerSample.expected)} cycles/sample`,
  ].filter((part) => part !== null);
  const all: Line[] = [
    widestLine(state, device),
    [span('  '), ...parts.commaLine(rows.map(loadWords))],
    [name, span(` · ${about.join(' · ')}`, 'dim')],
    ...liveLine(state, device, width),
    ...(reasons.length === 0 ? [] : parts.wrapped(reasons.join(' '), view, 'dim')),
  ];
  return all.slice(0, lines);
};
