/** Pedals down, widths across: load, bar, verdict, and the same for two. */

import { widthText } from '../../report/predict/cell.ts';
import { bar } from '../../report/text/bar.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import {
  knownOf,
  pedalReportOf,
  rowAt,
  rowsOf,
  selectedDevice,
  selectedWidth,
  shownCopies,
  visibleDevices,
  widthsNow,
} from '../select.ts';
import type { DeviceEntry, State } from '../state.ts';
import { rowsTask, widthsTask } from '../tasks.ts';
import { pedalDetail } from './detail.ts';
import { cell, gap, type Line, span, type View } from './line.ts';
import { inkOf, loadColumns, loadInk, loadText, verdictColumns, xrunColumns } from './numbers.ts';
import { statusWords, windowStart } from './parts.ts';

const cellGap = 2;
const longestBar = 16;

interface Layout {
  readonly bar: number;
  /** What the second number of copies shows. */
  readonly second: 'load' | 'word' | 'none';
  readonly engine: boolean;
  readonly confidence: boolean;
  readonly live: boolean;
  /** Widths that are shown at once. */
  readonly widths: number;
}

const engineColumns = 15;
const confidenceColumns = 9;
const liveColumns = loadColumns + 1 + xrunColumns;

const nameColumns = (cols: number): number =>
  cols >= 180 ? 36 : cols >= 150 ? 28 : cols >= 110 ? 22 : cols >= 100 ? 18 : 13;

const cellWidth = ({ bar: barCells, second }: Layout): number => {
  const first = barCells + 1 + loadColumns + 1 + verdictColumns;
  if (second === 'none') return first;
  return first + 2 + 3 + (second === 'load' ? loadColumns + 1 : 0) + verdictColumns;
};

const totalWidth = (layout: Layout, cols: number): number =>
  2 +
  nameColumns(cols) +
  (layout.engine ? engineColumns + 1 : 0) +
  layout.widths * (cellWidth(layout) + cellGap) +
  (layout.live ? liveColumns + 1 : 0) +
  (layout.confidence ? confidenceColumns + 1 : 0);

const extras = [
  { engine: true, confidence: true, live: true },
  { engine: false, confidence: true, live: true },
  { engine: false, confidence: false, live: true },
  { engine: false, confidence: false, live: false },
] as const;

/** The richest layout that fits; it depends on the size of the screen and the number of widths only. */
const matrixLayout = (cols: number, widths: number, copies: number, still = false): Layout => {
  const seconds: readonly Layout['second'][] = copies > 1 ? ['load', 'word', 'none'] : ['none'];
  for (let shown = Math.max(1, widths); shown >= 1; shown -= 1) {
    for (const second of seconds) {
      const least = second === 'load' ? 6 : second === 'word' ? 3 : 4;
      for (const extra of extras) {
        for (let barCells = longestBar; barCells >= least; barCells -= 1) {
          const layout: Layout = {
            bar: barCells,
            second,
            widths: shown,
            ...extra,
            live: extra.live && !still,
          };
          if (totalWidth(layout, cols) <= cols) return layout;
        }
      }
    }
  }
  return { bar: 4, second: 'none', widths: 1, engine: false, confidence: false, live: false };
};

const firstPart = (row: PredictRow | null, words: string, layout: Layout, view: View): Line => {
  const load = row?.load?.expected ?? null;
  if (row === null) {
    const columns = layout.bar + 1 + loadColumns + 1 + verdictColumns;
    return [cell(words, columns, words === 'failed' ? 'red' : 'dim')];
  }
  return [
    {
      text: load === null ? ' '.repeat(layout.bar) : bar(load, layout.bar, view.ascii),
      ink: inkOf(row),
    },
    gap(1),
    cell(loadText(load), loadColumns, undefined, 'right'),
    gap(1),
    cell(row.verdict, verdictColumns, inkOf(row)),
  ];
};

const secondPart = (row: PredictRow | null, copies: number, layout: Layout): Line => {
  if (layout.second === 'none') return [];
  return [
    gap(2),
    cell(row === null ? '' : `${copies}x`, 3, 'dim'),
    ...(layout.second === 'load'
      ? [cell(loadText(row?.load?.expected), loadColumns, undefined, 'right'), gap(1)]
      : []),
    cell(row?.verdict ?? '', verdictColumns, row === null ? undefined : inkOf(row)),
  ];
};

const liveCells = (state: State, device: DeviceEntry): Line => {
  const width = selectedWidth(state)?.label;
  const report = width === undefined ? null : pedalReportOf(state, device.id, width);
  const worst = report?.load?.max ?? null;
  return [
    gap(1),
    cell(loadText(worst), loadColumns, worst === null ? undefined : loadInk(worst), 'right'),
    gap(1),
    cell(
      report?.load == null ? '' : String(report.xruns),
      xrunColumns,
      report !== null && report.xruns > 0 ? 'red' : undefined,
      'right',
    ),
  ];
};

const deviceLine = (
  state: State,
  device: DeviceEntry,
  widths: readonly WidthInfo[],
  layout: Layout,
  view: View,
): Line => {
  const selected = selectedDevice(state)?.id === device.id;
  const chosen = selectedWidth(state)?.label;
  const copies = shownCopies(state);
  const words = statusWords(knownOf<'rows'>(state, rowsTask(state, device.id)));
  const rows = rowsOf(state, device.id);
  const line: Line[] = [
    [
      span(selected ? '▸ ' : '  ', 'cyan'),
      cell(device.name, nameColumns(view.cols), selected ? 'bold' : undefined),
    ],
  ];
  if (layout.engine) line.push([gap(1), cell(rows[0]?.engine ?? '', engineColumns, 'dim')]);
  for (const { label } of widths) {
    const here = selected && label === chosen;
    const [once = 1, twice] = copies;
    const first = firstPart(rowAt(state, device.id, label, once), words, layout, view);
    const second =
      twice === undefined ? [] : secondPart(rowAt(state, device.id, label, twice), twice, layout);
    // The selected cell stands in brackets, so that it shows without colours too.
    line.push([
      span(here ? '[' : ' ', 'cyan'),
      ...first,
      ...second,
      span(here ? ']' : ' ', 'cyan'),
    ]);
  }
  if (layout.live) line.push(liveCells(state, device));
  if (layout.confidence)
    line.push([gap(1), cell(rows[0]?.confidence ?? '', confidenceColumns, 'dim')]);
  return line.flat();
};

const header = (
  state: State,
  widths: readonly WidthInfo[],
  hidden: { readonly before: boolean; readonly after: boolean },
  layout: Layout,
  view: View,
): Line => {
  const copies = shownCopies(state);
  const title =
    copies.length > 1 && layout.second === 'none' ? '' : copies.map((n) => `${n}x`).join(' and ');
  return [
    gap(2),
    cell(`pedal  ${title}`, nameColumns(view.cols), 'dim'),
    ...(layout.engine ? [gap(1), cell('engine', engineColumns, 'dim')] : []),
    ...widths.flatMap((width, i) => {
      const chosen = width.label === selectedWidth(state)?.label;
      const left = i === 0 && hidden.before ? '◂' : ' ';
      const right = i === widths.length - 1 && hidden.after ? '▸' : ' ';
      return [
        span(left),
        cell(widthText(width), cellWidth(layout), chosen ? 'bold' : 'dim'),
        span(right),
      ];
    }),
    ...(layout.live
      ? [
          gap(1),
          cell('worst', loadColumns, 'dim', 'right'),
          gap(1),
          cell('xruns', xrunColumns, 'dim', 'right'),
        ]
      : []),
    ...(layout.confidence ? [gap(1), cell('confid.', confidenceColumns, 'dim')] : []),
  ];
};

export const matrixBody = (state: State, view: View, rows: number): Line[] => {
  const all = widthsNow(state);
  const devices = visibleDevices(state);
  const layout = matrixLayout(view.cols, all.length, shownCopies(state).length, view.still);
  const at = all.findIndex((width) => width.label === selectedWidth(state)?.label);
  const from = windowStart(at, all.length, layout.widths);
  const widths = all.slice(from, from + layout.widths);
  const hidden = { before: from > 0, after: from + layout.widths < all.length };
  const details = rows >= 28 ? 6 : rows >= 17 ? 4 : rows >= 11 ? 2 : 1;
  const list = Math.max(1, rows - 1 - details - 1);
  const selected = devices.findIndex((device) => device.id === selectedDevice(state)?.id);
  const top = windowStart(selected, devices.length, list);
  const faults = knownOf<'widths'>(state, widthsTask(state, state.settings.model));
  const shown = devices
    .slice(top, top + list)
    .map((device) => deviceLine(state, device, widths, layout, view));
  if (faults?.status === 'failed') {
    shown.splice(0, shown.length, [span(`  ${faults.reason ?? ''}`, 'red')]);
  } else if (devices.length === 0) {
    shown.push([span(`  no pedal matches /${state.filter}; esc clears it`, 'yellow')]);
  }
  const below = devices.length - top - shown.length;
  return [
    header(state, widths, hidden, layout, view),
    ...Array.from({ length: list }, (_, i) => shown[i] ?? []),
    [
      span(
        `${' '.repeat(2)}${devices.length} of ${state.catalogue.devices.length} pedals${top > 0 ? `, ${top} above` : ''}${below > 0 ? `, ${below} below` : ''}`,
        'dim',
      ),
    ],
    ...pedalDetail(state, view, details),
  ];
};
