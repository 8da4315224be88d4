/** Numbers, sentences and columns that several screens share; numbers are written as `predict`, `explain` and `run` do. */
import { tidy } from '../../report/explain-text.ts';
import { verdictLooks, widthText } from '../../report/predict/cell.ts';
import { loadWithInterval, rowVerdict } from '../../report/predict/verdict-text.ts';
import { rangeBar } from '../../report/text/bar.ts';
import type { Ink } from '../../report/text/text-table.ts';
import { wrap } from '../../report/text/text-width.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { counted, grouped, hertz, percent, short, times } from '../../units/number-text.ts';
import type { PedalReport } from '../../workers/screen/task.ts';
import * as select from '../select.ts';
import type { DeviceEntry, Known, State } from '../state.ts';
import { rowsTask, shownCopies } from '../tasks.ts';
import { type Align, cell, gap, type Line, type Span, span, type View } from './line.ts';

export const loadColumns = 5;
export const verdictColumns = 9;
export const headroomColumns = 10;
/** '126% (102-185)' */
export const rangeColumns = 15;
export const xrunColumns = 6;

export const loadText = (share: number | null | undefined): string =>
  share == null ? '' : percent(share);

/** '62% left' or '27% over': a word, so that no meaning rests on a sign or a colour. */
export const headroomText = (headroom: number | null | undefined): string => {
  if (headroom == null) return '';
  return headroom < 0 ? `${percent(-headroom)} over` : `${percent(headroom)} left`;
};

/** '44% (36-55)'; the load alone where it is absurd. */
export const rangeText = (row: PredictRow | null): string => {
  const text = row ? loadWithInterval(row) : '';
  return text.length <= rangeColumns ? text : loadText(row?.load?.expected);
};

/** The load with its interval, in the colour of its verdict. */
export const loadBar = (row: PredictRow | null, columns: number, ascii: boolean): Span => {
  if (!row?.load) return cell('', columns);
  const { expected, high } = row.load;
  return { text: rangeBar(expected, high, columns, ascii), ink: inkOf(row) };
};

export const cyclesText = (cycles: number | null | undefined): string =>
  cycles == null ? '' : tidy(cycles);

/** Microseconds that the models of a row take of each block. */
export const blockMicroseconds = (row: PredictRow): number | null =>
  row.cyclesPerSample === null || row.clockHz === null
    ? null
    : (row.cyclesPerSample.expected * row.blockFrames * 1e6) / row.clockHz;

export const inkOf = (row: PredictRow | null): Ink | undefined =>
  row ? verdictLooks[row.verdict].ink : undefined;

/** '64 frames (1.33 ms)', with what stands between them. */
export const blockText = ({ blockFrames, sampleRateHz }: PredictRow, between = ''): string =>
  `${blockFrames} frames${between} (${short((blockFrames * 1000) / sampleRateHz)} ms)`;

/** By the load itself, where there is no verdict. */
export const loadInk = (load: number, margin = 0): Ink =>
  load > 1 ? 'red' : 1 - load < margin ? 'yellow' : 'green';

/** The first of `shown` places so that `at` is among them, in the middle where there is room. */
export const windowStart = (at: number, count: number, shown: number): number =>
  Math.max(0, Math.min(count - shown, Math.max(0, at) - Math.floor(shown / 2)));

export const textLine = (text: string, ink?: Ink): Line => [span(`  ${text}`, ink)];

export const commaLine = (parts: readonly Line[]): Line =>
  parts.flatMap((part, i) => (i === 0 ? part : [span(', '), ...part]));

/** How far a question is, in a word or two. */
export const statusWords = (known: Known | null): string => {
  if (known === null || known.status === 'waiting') return 'waiting';
  if (known.status === 'failed') return 'failed';
  if (known.silentSeconds > 0) return `no answer for ${Math.round(known.silentSeconds)} s`;
  if (known.status === 'ready') return '';
  return known.share === null ? 'working' : `working, ${Math.round(known.share * 100)}%`;
};

/** The same for a whole screen: what failed says why. */
export const statusLines = (known: Known | null, view: View): Line[] => {
  const words = statusWords(known);
  if (known?.status === 'failed') {
    return wrapped(`${known.reason ?? 'It failed.'} (r asks again)`, view, 'red');
  }
  return words === '' ? [] : [textLine(words, known?.silentSeconds ? 'yellow' : 'dim')];
};

/** @param most lines; what is left out is told by an ellipsis */
export const wrapped = (text: string, view: View, ink?: Ink, most = Infinity): Line[] => {
  const all = wrap(text, Math.max(20, view.cols - 4));
  const shown = all.slice(0, Math.max(0, most));
  return shown.map((line, i) => {
    const isCut = i === shown.length - 1 && shown.length < all.length;
    return textLine(isCut ? `${line} …` : line, ink);
  });
};

/** '75.2 s' */
export const playedText = ({ seconds }: PedalReport): string => `${seconds.toFixed(1)} s`;

/** '75.2 s, 1 xrun, worst block 41%, p99 38%' of what has been played: what is worst goes before what may be cut. */
export const playedLine = (report: PedalReport): Line => {
  const { load, xruns } = report;
  const loads = load && `, worst block ${loadText(load.max)}, p99 ${loadText(load.p99)}`;
  return [
    span('  virtual pedal: ', 'dim'),
    span(loads === null ? '' : `${playedText(report)}, `),
    span(counted(xruns, 'xrun'), xruns > 0 ? 'red' : undefined),
    span(loads ?? ''),
  ];
};

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
    return [span(`${times(copies)} `, 'dim'), span(answer, fitting ? 'green' : 'yellow')];
  });
  return [span('  widest that fits: ', 'dim'), ...commaLine(answers)];
};

const loadWords = (row: PredictRow): Line => {
  const { copies, headroom, chance } = row;
  const isKnown = headroom !== null && chance !== null;
  const margin = isKnown ? `, ${headroomText(headroom)}, chance ${percent(chance)}` : '';
  return [span(`${times(copies)} `, 'dim'), span(rowVerdict(row), inkOf(row)), span(margin)];
};

const liveLine = ({ report }: Played): Line[] => {
  if (report === null) return [];
  if (report.fault !== null) return [textLine(report.fault, 'red')];
  return report.load === null ? [] : [playedLine(report)];
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
    return [[name], ...statusLines(known, view)].slice(0, lines);
  }
  const { engine, core, clockHz, load, cyclesPerSample, confidence, reasons } = row;
  const about = [
    widthText(width),
    engine,
    clockHz === null || core === null ? null : `${core} ${hertz(clockHz)}`,
    load === null ? null : blockText(row),
    confidence,
    cyclesPerSample && `${cyclesText(cyclesPerSample.expected)} cycles/sample`,
  ].filter((part) => part !== null);
  // Beside each other where there is room.
  const loads = view.cols < 110 ? rows.map((each) => [each]) : [rows];
  const facts: Line[] = [
    widestLine(state, device),
    ...loads.map((some) => [span('  '), ...commaLine(some.map(loadWords))]),
    ...wrapped([name.text.trim(), ...about].join(' · '), view),
    ...liveLine(select.playedOf(state, device.id, width.label)),
  ];
  const why = wrapped(reasons.join(' '), view, 'dim', lines - facts.length);
  return [...facts, ...(reasons.length === 0 ? [] : why)].slice(0, lines);
};

export interface Column<Row> {
  readonly title: string;
  readonly columns: number;
  readonly align: Align;
  readonly of: (row: Row, columns: number) => string | Span;
  /** The highest goes first where the screen is narrow; 0 stays. */
  readonly drop: number;
}

const column =
  (align: Align) =>
  <Row>(title: string, columns: number, of: Column<Row>['of'], drop = 0): Column<Row> => {
    return { title, columns, align, of, drop };
  };
export const left = column('left');
export const right = column('right');

export const titleCell = <Row>({ title, columns, align }: Column<Row>): Span =>
  cell(title, columns, 'dim', align);

export const rowCell = <Row>({ columns, align, of }: Column<Row>, row: Row): Span => {
  const said = of(row, columns);
  const { text, ink } = typeof said === 'string' ? span(said) : said;
  return cell(text, columns, ink, align);
};

type Played = select.Played;

/** What the virtual pedal of a row does. */
export const worstColumn: Column<Played> = right('worst', loadColumns, ({ report }) => {
  const worst = report?.load?.max ?? null;
  return span(loadText(worst), worst === null ? undefined : loadInk(worst));
});
export const xrunsColumn: Column<Played> = right('xruns', xrunColumns, ({ report }) => {
  const count = report?.load == null ? null : report.xruns;
  if (!count) return count === null ? '' : '0';
  return span(count < 1e5 ? grouped(count) : `${grouped(count / 1000)}k`, 'red');
});

/** The columns that there is room for; a bar, which has no width of its own, has what is left. */
export const fitColumns = <Row>(all: readonly Column<Row>[], cols: number) => {
  const [leastBar, longestBar] = [5, 30];
  let shown = all;
  const free = (): number => shown.reduce((left, { columns }) => left - columns - 1, cols) + 1;
  while (free() < leastBar) {
    const drop = Math.max(...shown.map((column) => column.drop));
    if (drop === 0) break;
    shown = shown.filter((column) => column.drop !== drop);
  }
  const columns = Math.max(0, Math.min(longestBar, free()));
  const sized = shown.map((column) => (column.columns === 0 ? { ...column, columns } : column));
  return sized.filter((column) => column.columns > 0);
};

/** A line of the table: of its titles, or of a row. */
export const tableLine = <Row>(
  columns: readonly Column<Row>[],
  cellOf: (column: Column<Row>) => Span = titleCell,
): Line => columns.flatMap((column, i) => [gap(i === 0 ? 0 : 1), cellOf(column)]);
