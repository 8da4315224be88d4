/** Pedals down, widths across: load, bar, verdict, and the same for two. */
import { widthText } from '../../report/predict/cell.ts';
import { answerOf, verdictWord } from '../../report/predict/verdict-text.ts';
import { padStart, widthOf } from '../../report/text/text-width.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import * as select from '../select.ts';
import type { DeviceEntry, State } from '../state.ts';
import { rowsTask, shownCopies, widthsTask } from '../tasks.ts';
import { sparkColumn } from './graph.ts';
import type { Line, Span, View } from './line.ts';
import { cell, gap, listLine, nameCell, ruled, span } from './line.ts';
import * as parts from './parts.ts';

const cellGap = 2;
const longestBar = 16;

interface Layout {
  readonly bar: number;
  /** What the second number of copies shows. */
  readonly second: 'load' | 'word' | 'none';
  /** Whether the interval stands beside the load. */
  readonly ranges: boolean;
  /** Columns before the widths, and after them. */
  readonly before: readonly parts.Column<PedalLine>[];
  readonly after: readonly parts.Column<PedalLine>[];
  /** Widths that are shown at once. */
  readonly widths: number;
}

/** What a line of the table shows; what plays is the selected width. */
interface PedalLine extends select.Played {
  readonly device: DeviceEntry;
  readonly selected: boolean;
  /** All widths and numbers of copies of the pedal. */
  readonly rows: readonly PredictRow[];
  /** What stands for numbers that are not known yet. */
  readonly words: string;
}

const dim = (title: string, columns: number, of: (line: PedalLine) => string | null | undefined) =>
  parts.left<PedalLine>(title, columns, (line) => span(of(line) ?? '', 'dim'));
const id = dim('id', 20, ({ device }) => device.id);
const engine = dim('engine', 15, ({ rows: [row] }) => row?.engine);
const confidence = dim('confid.', 9, ({ rows: [row] }) => row?.confidence);
const live: readonly parts.Column<PedalLine>[] = [parts.worstColumn, parts.xrunsColumn];

type Look = Pick<Layout, 'second' | 'ranges' | 'before' | 'after'>;

const nameColumns = (cols: number): number =>
  cols >= 180 ? 36 : cols >= 150 ? 28 : cols >= 130 ? 22 : cols >= 120 ? 20 : cols >= 110 ? 18 : 13;

const firstWidth = ({ bar, ranges }: Layout): number =>
  bar + 1 + (ranges ? parts.rangeColumns : parts.loadColumns) + 1 + parts.verdictColumns;

/** Columns of the second number of copies, and of the shortest bar beside it. */
const seconds = {
  load: { columns: 2 + 3 + parts.loadColumns + 1 + parts.verdictColumns, leastBar: 6 },
  word: { columns: 2 + 3 + parts.verdictColumns, leastBar: 3 },
  none: { columns: 0, leastBar: 3 },
} as const;

const cellWidth = (layout: Layout): number => firstWidth(layout) + seconds[layout.second].columns;

const totalWidth = (layout: Layout, cols: number): number =>
  [...layout.before, ...layout.after].reduce(
    (sum, { columns }) => sum + columns + 1,
    2 + nameColumns(cols) + layout.widths * (cellWidth(layout) + cellGap),
  );

/**
 * The richest first: an interval says more than the load of further copies, and what plays more than their verdict where
 * there is no room for both. A print has nothing that is live.
 */
const looksOf = ({ ascii, still }: View): readonly Look[] => {
  const sure = still ? [confidence] : [...live, confidence];
  const moving = still ? sure : [sparkColumn(ascii), ...sure];
  const all = [[id, engine], [engine], []].map((before) => ({ before, after: moving }));
  const each = <T>(extras: readonly T[], ranges: boolean, ...seconds: Layout['second'][]) =>
    seconds.flatMap((second) => extras.map((extra) => ({ ...extra, ranges, second })));
  const [known, bare] = [sure, []].map((after) => ({ before: [], after }));
  const less = [{ before: [], after: still ? [] : live }, bare];
  return [
    ...each(all, true, 'load', 'word'),
    ...each([known], true, 'load', 'word'),
    ...each([...all, known], true, 'none'),
    ...each(less, true, 'load', 'word'),
    ...each(less, false, 'load', 'word'),
    ...each(less, true, 'none'),
    ...each(less, false, 'none'),
  ];
};

/** The richest layout that fits; it depends on the size of the screen and the number of widths only. */
const matrixLayout = (view: View, count: number, copies: number): Layout => {
  const { cols } = view;
  const looks = looksOf(view).filter(({ second }) => copies > 1 || second === 'none');
  for (let widths = Math.max(1, count); widths >= 1; widths -= 1) {
    for (const look of looks) {
      const layout: Layout = { bar: 0, ...look, widths };
      const room = Math.floor((cols - totalWidth(layout, cols)) / widths);
      if (room >= seconds[look.second].leastBar)
        return { ...layout, bar: Math.min(longestBar, room) };
    }
  }
  return { bar: 4, second: 'none', ranges: false, before: [], after: [], widths: 1 };
};

/** Loads end below each other, their intervals begin below each other; one that would be cut is left out. */
const padLoad = (row: PredictRow): string => {
  const load = padStart(parts.loadText(row.load?.expected), parts.loadColumns);
  const whole = load + parts.rangeText(row).replace(/^\S*/, '');
  return whole.length <= parts.rangeColumns ? whole : load;
};

/** The load beside `unknown` is what another engine could reach. */
const known = (row: PredictRow | null): PredictRow | null =>
  row?.verdict === 'unknown' ? { ...row, load: null } : row;

/** The widths that fit beside each other, the selected one among them, and what every line of the table hangs on. */
const tableOf = (state: State, view: View) => {
  const all = select.widthsNow(state);
  const copies = shownCopies(state);
  const layout = matrixLayout(view, all.length, copies.length);
  const chosen = select.selectedWidth(state)?.label ?? '';
  const at = all.findIndex(({ label }) => label === chosen);
  const from = parts.windowStart(at, all.length, layout.widths);
  const widths = all.slice(from, from + layout.widths);
  const hidden = { before: from > 0, after: from + layout.widths < all.length };
  return { state, view, layout, copies, chosen, widths, hidden };
};
type Table = ReturnType<typeof tableOf>;

const firstPart = ({ layout, view }: Table, row: PredictRow | null, words: string): Line => {
  if (row === null) return [cell(words, firstWidth(layout), words === 'failed' ? 'red' : 'dim')];
  const load = layout.ranges
    ? cell(padLoad(row), parts.rangeColumns)
    : cell(parts.loadText(row.load?.expected), parts.loadColumns, undefined, 'right');
  const word = cell(verdictWord(row), parts.verdictColumns, parts.inkOf(row));
  return [parts.loadBar(row, layout.bar, view.ascii), gap(1), load, gap(1), word];
};

const secondPart = ({ layout }: Table, row: PredictRow | null, copies: number): Line => {
  const load = cell(parts.loadText(row?.load?.expected), parts.loadColumns, undefined, 'right');
  return [
    gap(2),
    cell(row === null ? '' : `${copies}x`, 3, 'dim'),
    ...(layout.second === 'load' ? [load, gap(1)] : []),
    cell(row === null ? '' : verdictWord(row), parts.verdictColumns, parts.inkOf(row)),
  ];
};

/** The selected cell stands in brackets, so that it shows without colours too. */
const widthCell = (table: Table, { device, selected, words }: PedalLine, label: string): Line => {
  const here = selected && label === table.chosen;
  const [once = 1, twice] = table.copies;
  const rowOf = (copies: number) => known(select.rowAt(table.state, device.id, label, copies));
  return [
    span(here ? '[' : ' ', 'cyan'),
    ...firstPart(table, rowOf(once), words),
    ...(twice === undefined || table.layout.second === 'none'
      ? []
      : secondPart(table, rowOf(twice), twice)),
    span(here ? ']' : ' ', 'cyan'),
  ];
};

/** Its name, or its id where that has no column of its own and is whole, and the name is not. */
const pedalCell = (device: DeviceEntry, columns: number, { before }: Layout): Span => {
  const isShort = widthOf(device.name) > columns && widthOf(device.id) <= columns;
  return nameCell(isShort && !before.includes(id) ? device.id : device.name, columns);
};

const deviceLine = (table: Table, device: DeviceEntry): Line => {
  const { state, view, layout, chosen, widths } = table;
  const pedal: PedalLine = {
    device,
    selected: select.selectedDevice(state)?.id === device.id,
    rows: select.rowsOf(state, device.id),
    ...select.playedOf(state, device.id, chosen),
    words: parts.statusWords(select.knownOf(state, rowsTask(state, device.id))),
  };
  return listLine(pedal.selected, [
    pedalCell(device, nameColumns(view.cols), layout),
    ...layout.before.flatMap((column) => [gap(1), parts.rowCell(column, pedal)]),
    ...widths.flatMap(({ label }) => widthCell(table, pedal, label)),
    ...layout.after.flatMap((column) => [gap(1), parts.rowCell(column, pedal)]),
  ]);
};

const header = ({ state: { sort }, view, layout, copies, chosen, widths, hidden }: Table): Line => {
  const title =
    copies.length > 1 && layout.second === 'none' ? '' : copies.map((n) => `${n}x`).join(' and ');
  // Sorted by what stands in the column of the selected width.
  const mark = sort === 'load' || sort === 'verdict' ? ` ▲ ${sort}` : '';
  return [
    gap(2),
    cell(`pedal${sort === 'name' ? ' ▲' : ''}  ${title}`, nameColumns(view.cols), 'dim'),
    ...layout.before.flatMap((column) => [gap(1), parts.titleCell(column)]),
    ...widths.flatMap((width, i) => {
      const here = width.label === chosen;
      return [
        span(i === 0 && hidden.before ? '◂' : ' '),
        cell(widthText(width) + (here ? mark : ''), cellWidth(layout), here ? 'bold' : 'dim'),
        span(i === widths.length - 1 && hidden.after ? '▸' : ' '),
      ];
    }),
    ...layout.after.flatMap((column) => [gap(1), parts.titleCell(column)]),
  ];
};

/** The width whose cells stand in this column of the screen, from 1; null beside them. */
export const widthAt = (state: State, view: View, column: number): string | null => {
  const { layout, widths } = tableOf(state, view);
  const before = layout.before.reduce((sum, { columns }) => sum + columns + 1, 0);
  const left = 2 + nameColumns(view.cols) + before;
  const place = Math.floor((column - 1 - left) / (cellWidth(layout) + cellGap));
  return widths[place]?.label ?? null;
};

export const matrixBody = (state: State, view: View, rows: number): Line[] => {
  const devices = select.visibleDevices(state);
  const table = tableOf(state, view);
  const details = rows >= 17 ? (rows >= 28 || view.cols < 110 ? 6 : 4) : rows >= 11 ? 2 : 1;
  // What `predict` says first, of the pedals that are shown; while they are worked out it says of how many.
  const known = devices.flatMap(({ id }) => select.rowsOf(state, id));
  const most = rows >= 17 ? 3 : rows >= 11 ? 1 : 0;
  const said = known.length === 0 ? [[]] : parts.wrapped(answerOf(known), view, 'bold', most);
  const answer = said.slice(0, most);
  const list = Math.max(1, rows - 1 - details - 1 - answer.length);
  const selected = devices.findIndex((device) => device.id === select.selectedDevice(state)?.id);
  const top = parts.windowStart(selected, devices.length, list);
  const faults = select.knownOf(state, widthsTask(state, state.settings.model));
  const none = parts.textLine(`no pedal matches /${state.filter}; esc clears it`, 'yellow');
  const pedals = devices.slice(top, top + list).map((device) => deviceLine(table, device));
  const shown =
    faults?.status === 'failed'
      ? [parts.textLine(faults.reason ?? '', 'red')]
      : devices.length === 0
        ? [none]
        : pedals;
  const below = devices.length - top - shown.length;
  const above = top > 0 ? `, ${top} above` : '';
  const count = `${devices.length} of ${state.catalogue.devices.length} pedals`;
  const legend =
    view.cols >= 110
      ? ' · bars: ░ up to the high end of the interval · fits?: likely, not sure'
      : '';
  return [
    ...answer,
    header(table),
    ...Array.from({ length: list }, (_, i) => shown[i] ?? []),
    ruled(
      [span(`${count}${above}${below > 0 ? `, ${below} below` : ''}${legend}`, 'dim')],
      view.cols,
    ),
    ...parts.pedalDetail(state, view, details),
  ];
};
