/** One pedal: a row per width with what is predicted and what the virtual pedal does, and its loads as they come. */
import { widthText } from '../../report/predict/cell.ts';
import { rowVerdict, verdictWord } from '../../report/predict/verdict-text.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import { hertz, percent } from '../../units/number-text.ts';
import * as select from '../select.ts';
import type { DeviceEntry, State } from '../state.ts';
import { playTask, rowsTask } from '../tasks.ts';
import { playGraph, sparkColumn } from './graph.ts';
import { highlighted, type Line, type Span, span, type View, wholeSpans } from './line.ts';
import * as parts from './parts.ts';

interface Row extends select.Played {
  readonly width: WidthInfo;
  readonly selected: boolean;
  readonly once: PredictRow | null;
  readonly twice: PredictRow | null;
  readonly words: string;
}

const { cyclesText } = parts;
const cyclesOf = ({ cyclesPerSample }: PredictRow): string => cyclesText(cyclesPerSample?.expected);
const verdictOf = ({ once, words }: Row): Span =>
  once === null ? span(words, 'dim') : span(verdictWord(once), parts.inkOf(once));
const twiceText = ({ twice }: Row): Span =>
  span(twice ? rowVerdict(twice) : '', parts.inkOf(twice));

const columnsFor = (view: View, twice: boolean): readonly parts.Column<Row>[] => {
  const wide = view.cols >= 110;
  const widthOf = ({ width }: Row): string => (wide ? widthText(width) : width.label);
  return [
    parts.left('', 1, ({ selected }) => span(selected ? '▸' : '', 'cyan')),
    parts.left('width', wide ? 16 : 8, (row) =>
      span(widthOf(row), row.selected ? 'bold' : undefined),
    ),
    parts.right('cyc/smp', 7, ({ once, words }) => (once ? cyclesOf(once) : words), 2),
    parts.right('us/blk', 7, ({ once }) => cyclesText(once && parts.blockMicroseconds(once)), 4),
    parts.left('', 0, ({ once }, columns) => parts.loadBar(once, columns, view.ascii)),
    parts.left('load', parts.rangeColumns, ({ once }) => parts.rangeText(once)),
    parts.right('chance', 6, ({ once }) => (once?.chance == null ? '' : percent(once.chance)), 4),
    parts.right('headroom', parts.headroomColumns, ({ once }) =>
      span(parts.headroomText(once?.headroom), parts.inkOf(once)),
    ),
    parts.right('p99', parts.loadColumns, ({ report }) => parts.loadText(report?.load?.p99), 3),
    { ...sparkColumn(view.ascii), drop: 5 },
    parts.worstColumn,
    parts.xrunsColumn,
    parts.left('verdict', parts.verdictColumns, verdictOf),
    parts.left('confid.', 9, ({ once }) => span(once?.confidence ?? '', 'dim'), 5),
    ...(twice ? [parts.left('two copies', 22, twiceText, 6)] : []),
  ];
};

const closed = '  no published chip, or no .nam taken; verdicts rest on what is known to run';

const madeWith = ({ plays }: DeviceEntry, row: PredictRow | null): string => {
  if (row === null || row.clockHz === null) return plays ? '' : closed;
  const { engine, core, clockHz, sampleRateHz, confidence } = row;
  const block = parts.blockText(row, ` at ${hertz(sampleRateHz)}`);
  return `  ${engine} on ${core} at ${hertz(clockHz)}, ${block}, ${confidence}`;
};

const graph = (state: State, view: View, rows: number, device: DeviceEntry, width: WidthInfo) => {
  const known = select.knownOf(state, playTask(state, device.id, select.widthsNow(state)));
  const { report, history } = select.playedOf(state, device.id, width.label);
  if (known?.status === 'failed') return parts.statusLines(known, view);
  if (report?.fault != null) return parts.wrapped(report.fault, view, 'red');
  const words = known === null || report === null ? parts.statusWords(known) : '';
  const end = known?.status === 'ready' ? ', done' : state.paused ? ', paused' : '';
  const title = [
    span('block loads ', 'dim'),
    span(width.label, 'bold'),
    span(`  virtual pedal ${report === null ? words : parts.playedText(report) + end}`, 'dim'),
    span((known?.silentSeconds ?? 0) > 0 ? `  ${parts.statusWords(known)}` : '', 'yellow'),
  ];
  const margin = select.rowAt(state, device.id, width.label)?.margin ?? 0;
  return playGraph(title, history, view, rows, margin);
};

/** Of the selected width first, then of others, as many as there is room for. */
const graphs = (state: State, view: View, rows: number, device: DeviceEntry): Line[] => {
  const chosen = select.selectedWidth(state);
  const task = playTask(state, device.id, select.widthsNow(state));
  if (task === null || chosen === null || rows < 3) return [];
  const played = new Set(task.pedals.map(({ label }) => label));
  const others = select.widthsNow(state).filter(({ label }) => played.has(label));
  const widths = [chosen, ...others.filter((width) => width !== chosen)];
  const shown = widths.slice(0, Math.max(1, Math.floor(rows / 12)));
  const each = Math.floor(rows / shown.length);
  return shown.flatMap((width) => graph(state, view, each, device, width));
};

export const pedalBody = (state: State, view: View, rows: number): Line[] => {
  const device = select.selectedDevice(state);
  if (device === null) return [parts.textLine('no pedal', 'dim')];
  const widths = select.widthsNow(state);
  const known = select.knownOf(state, rowsTask(state, device.id));
  const chosen = select.selectedWidth(state);
  const isOnce = state.settings.copies === 1;
  const table = parts.fitColumns(columnsFor(view, isOnce), view.cols);
  const listRows = Math.max(1, Math.min(widths.length, Math.floor((rows - 4) / 2)));
  const at = widths.findIndex((width) => width.label === chosen?.label);
  const from = parts.windowStart(at, widths.length, listRows);
  const lines = widths.slice(from, from + listRows).map((width) => {
    const selected = width.label === chosen?.label;
    const row: Row = {
      width,
      selected,
      once: select.rowAt(state, device.id, width.label),
      twice: isOnce ? select.rowAt(state, device.id, width.label, 2) : null,
      ...select.playedOf(state, device.id, width.label),
      words: parts.statusWords(known),
    };
    const line = parts.tableLine(table, (column) => parts.rowCell(column, row));
    return selected ? highlighted(line) : line;
  });
  const row = chosen === null ? null : select.rowAt(state, device.id, chosen.label);
  const said = madeWith(device, row ?? select.rowsOf(state, device.id)[0] ?? null);
  const made = said.split(/(?=,)/).map((text) => span(text, 'dim'));
  const name = [span(`  ${device.name}`, 'bold'), span(`  ${device.id}`, 'cyan')];
  const top: Line[] = [
    wholeSpans([...name, ...made], view.cols),
    parts.tableLine(table),
    ...lines,
    parts.widestLine(state, device),
  ];
  const left = rows - top.length;
  const most = !device.plays ? left : left >= 12 ? left - 6 : left >= 9 ? 2 : 0;
  const shown = row
    ? parts.wrapped(row.reasons.join(' '), view, 'dim', most)
    : parts.statusLines(known, view).slice(0, Math.max(0, most));
  return [...top, ...shown, ...graphs(state, view, left - shown.length, device)];
};
