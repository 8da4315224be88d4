/** One pedal: a row per width with what is predicted and what the virtual pedal does, and its loads as they come. */

import { widthText } from '../../report/predict/cell.ts';
import { bar } from '../../report/text/bar.ts';
import { hertz, short } from '../../report/text/number.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import type { PedalReport } from '../../workers/screen/task.ts';
import {
  knownOf,
  pedalReportOf,
  rowAt,
  rowsOf,
  selectedDevice,
  selectedWidth,
  widthsNow,
} from '../select.ts';
import type { DeviceEntry, State } from '../state.ts';
import { playTask, rowsTask } from '../tasks.ts';
import { type Column, fitColumns } from './columns.ts';
import { widestLine } from './detail.ts';
import { graphLines } from './graph.ts';
import { cell, type Line, span, type View } from './line.ts';
import {
  blockMicroseconds,
  cyclesText,
  headroomColumns,
  headroomText,
  inkOf,
  loadColumns,
  loadInk,
  loadText,
  verdictColumns,
  xrunColumns,
} from './numbers.ts';
import { statusLines, statusWords, windowStart, wrapped } from './parts.ts';

interface Row {
  readonly width: WidthInfo;
  readonly selected: boolean;
  readonly once: PredictRow | null;
  readonly twice: PredictRow | null;
  readonly report: PedalReport | null;
  readonly words: string;
}

const secondText = (row: PredictRow | null): string =>
  row === null ? '' : [loadText(row.load?.expected), row.verdict].join(' ').trim();

const columnsFor = (view: View, twice: boolean): readonly Column<Row>[] => [
  { title: '', columns: 1, of: ({ selected }) => ({ text: selected ? '▸' : '', ink: 'cyan' }) },
  {
    title: 'width',
    columns: view.cols >= 110 ? 16 : 8,
    of: ({ width, selected }) => ({
      text: view.cols >= 110 ? widthText(width) : width.label,
      ink: selected ? 'bold' : undefined,
    }),
  },
  {
    title: 'cyc/smp',
    columns: 7,
    align: 'right',
    drop: 2,
    of: ({ once, words }) => ({
      text: once === null ? words : cyclesText(once.cyclesPerSample?.expected),
    }),
  },
  {
    title: 'us/blk',
    columns: 7,
    align: 'right',
    drop: 4,
    of: ({ once }) => ({ text: once === null ? '' : cyclesText(blockMicroseconds(once)) }),
  },
  {
    title: 'load',
    columns: loadColumns,
    align: 'right',
    of: ({ once }) => ({ text: loadText(once?.load?.expected) }),
  },
  {
    title: 'headroom',
    columns: headroomColumns,
    align: 'right',
    of: ({ once }) => ({
      text: headroomText(once?.headroom),
      ink: once === null ? undefined : inkOf(once),
    }),
  },
  {
    title: 'p99',
    columns: loadColumns,
    align: 'right',
    drop: 3,
    of: ({ report }) => ({ text: loadText(report?.load?.p99) }),
  },
  {
    title: 'worst',
    columns: loadColumns,
    align: 'right',
    of: ({ report }) => ({
      text: loadText(report?.load?.max),
      ink: report?.load == null ? undefined : loadInk(report.load.max),
    }),
  },
  {
    title: 'xruns',
    columns: xrunColumns,
    align: 'right',
    of: ({ report }) => ({
      text: report?.load == null ? '' : String(report.xruns),
      ink: (report?.xruns ?? 0) > 0 ? 'red' : undefined,
    }),
  },
  {
    title: 'verdict',
    columns: verdictColumns,
    of: ({ once, words }) =>
      once === null ? { text: words, ink: 'dim' } : { text: once.verdict, ink: inkOf(once) },
  },
  {
    title: 'confid.',
    columns: 9,
    drop: 5,
    of: ({ once }) => ({ text: once?.confidence ?? '', ink: 'dim' }),
  },
  ...(twice
    ? [
        {
          title: 'two copies',
          columns: 15,
          drop: 6,
          of: ({ twice: row }: Row) => ({
            text: secondText(row),
            ink: row === null ? undefined : inkOf(row),
          }),
        },
      ]
    : []),
];

const heading = (device: DeviceEntry, row: PredictRow | null): Line => [
  span(`  ${device.name}`, 'bold'),
  span(
    row === null || row.clockHz === null
      ? device.hasChip
        ? ''
        : '  the chip is not published; verdicts rest on what is known to run'
      : `  ${row.engine} on ${row.core} at ${hertz(row.clockHz)}, ${row.blockFrames} frames at ${hertz(row.sampleRateHz)} (${short((row.blockFrames * 1000) / row.sampleRateHz)} ms), ${row.confidence}`,
    'dim',
  ),
];

const graph = (state: State, view: View, rows: number, device: DeviceEntry): Line[] => {
  const width = selectedWidth(state);
  const task = playTask(state, device.id, widthsNow(state));
  if (task === null || width === null || rows < 3) return [];
  const known = knownOf<'play'>(state, task);
  const report = pedalReportOf(state, device.id, width.label);
  if (known?.status === 'failed') return statusLines(known, view);
  if (report?.fault != null) return wrapped(report.fault, view, 'red');
  const words = known === null || report === null ? statusWords(known) : '';
  const stalled = (known?.silentSeconds ?? 0) > 0 ? `  ${statusWords(known)}` : '';
  const played =
    report === null
      ? words
      : `${report.seconds.toFixed(1)} of ${report.durationSeconds} s${report.run !== null ? ', done' : state.paused ? ', paused' : ''}`;
  const margin = rowAt(state, device.id, width.label)?.margin ?? 0;
  const values = known?.history[width.label] ?? [];
  return [
    [
      span('  block loads ', 'dim'),
      span(width.label, 'bold'),
      span(`  virtual pedal ${played}`, 'dim'),
      span(stalled, 'yellow'),
    ],
    ...graphLines(values, { columns: view.cols - 1, rows: rows - 1, ascii: view.ascii, margin }),
  ];
};

export const pedalBody = (state: State, view: View, rows: number): Line[] => {
  const device = selectedDevice(state);
  if (device === null) return [[span('  no pedal', 'dim')]];
  const widths = widthsNow(state);
  const known = knownOf<'rows'>(state, rowsTask(state, device.id));
  const chosen = selectedWidth(state);
  const table = fitColumns(
    columnsFor(view, state.settings.copies === 1),
    {
      title: '',
      least: 5,
      most: 30,
      draw: ({ once }, columns) => {
        const load = once?.load?.expected;
        return load === undefined
          ? cell('', columns)
          : { text: bar(load, columns, view.ascii), ink: once === null ? undefined : inkOf(once) };
      },
    },
    4,
    view.cols,
  );
  const listRows = Math.max(1, Math.min(widths.length, Math.floor((rows - 4) / 2)));
  const at = widths.findIndex((width) => width.label === chosen?.label);
  const from = windowStart(at, widths.length, listRows);
  const lines = widths.slice(from, from + listRows).map((width) =>
    table.line({
      width,
      selected: width.label === chosen?.label,
      once: rowAt(state, device.id, width.label),
      twice: state.settings.copies === 1 ? rowAt(state, device.id, width.label, 2) : null,
      report: pedalReportOf(state, device.id, width.label),
      words: statusWords(known),
    }),
  );
  const row = chosen === null ? null : rowAt(state, device.id, chosen.label);
  const top: Line[] = [
    heading(device, row ?? rowsOf(state, device.id)[0] ?? null),
    table.header,
    ...lines,
    widestLine(state, device),
  ];
  const left = rows - top.length;
  const reasons =
    row === null ? statusLines(known, view) : wrapped(row.reasons.join(' '), view, 'dim');
  const hasGraph = device.hasChip;
  const reasonRows = Math.min(
    reasons.length,
    hasGraph ? (left >= 14 ? 4 : left >= 9 ? 2 : 0) : left,
  );
  return [
    ...top,
    ...reasons.slice(0, reasonRows),
    ...graph(state, view, Math.min(left - reasonRows, 15), device),
  ];
};
