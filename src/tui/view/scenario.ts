/** A scenario from end to end: loads of all blocks, xruns and events under them, and one block in full. */
import { verdictLooks } from '../../report/predict/cell.ts';
import { causesText, milliseconds, sweptText } from '../../report/run-text.ts';
import type { Ink } from '../../report/text/text-table.ts';
import { memoize } from '../../units/memoize.ts';
import { counted, grouped, hertz, short } from '../../units/number-text.ts';
import type { Timeline } from '../../workers/screen/task.ts';
import { cursorBlock } from '../run-command.ts';
import { knownOf } from '../select.ts';
import type { State } from '../state.ts';
import { scenarioEntry, timelineTask } from '../tasks.ts';
import { axisColumns, binned, graphLines } from './graph.ts';
import { cell, gap, type Line, ruled, span, type View, wholeSpans } from './line.ts';
import { headroomText, loadInk, loadText, statusLines, textLine, windowStart } from './parts.ts';

const summary = ({ run }: Timeline): Line => [
  span('  '),
  span(run.verdict, verdictLooks[run.verdict].ink),
  span(run.passed ? ', as expected' : ', NOT as expected', run.passed ? 'green' : 'red'),
  span(`, worst block ${loadText(run.load.max)}`),
  span(`, ${counted(run.xruns, 'xrun')}`, run.xruns > 0 ? 'red' : undefined),
  span(`, ${headroomText(run.headroom)}`),
  span(`, p99 ${loadText(run.load.p99)}`),
  span(`, mean ${loadText(run.load.mean)}`),
];

/** Long runs have a million blocks: looked through once. */
const xrunCache = new WeakMap<Timeline, readonly number[]>();

const xrunBlocks = (timeline: Timeline): readonly number[] =>
  memoize(xrunCache, timeline, ({ flags }) =>
    [...flags.keys()].filter((block) => flags[block] !== 0),
  );

const blockAt = ({ startSeconds }: Timeline, seconds: number): number => {
  const later = startSeconds.subarray(1).findIndex((start) => start > seconds);
  return later < 0 ? Math.max(0, startSeconds.length - 1) : later;
};

const flagWords = (flag: number): readonly [string, Ink] => {
  if ((flag & 2) !== 0) return ['  LOST', 'red'];
  return (flag & 1) !== 0 ? ['  LATE', 'red'] : ['  in time', 'green'];
};

const nearSeconds = 0.25;

/** Where the time of the worst block went; of others, the events around them. */
const aboutBlock = ({ run }: Timeline, block: number, atSeconds: number): Line => {
  if (run.worstBlock?.block === block) {
    const causes = causesText(run.worstBlock, 6).split(/(?=, )/);
    return [span('  cycles: ', 'dim'), ...causes.map((text) => span(text))];
  }
  const near = run.events.flatMap(({ appliedSeconds, by, slot, do: what, to }) => {
    const isNear = Math.abs((appliedSeconds ?? Number.NaN) - atSeconds) < nearSeconds;
    return isNear ? [`${by} sets ${slot ?? what} to ${to}`] : [];
  });
  return near.length === 0 ? [] : [span('  event: ', 'dim'), span(near.join('; '))];
};

/** The block under the cursor, in figures. */
const blockLines = (timeline: Timeline, block: number): Line[] => {
  const { load, responseSeconds, dueSeconds, startSeconds, clockHz, flags } = timeline;
  const columns = [load, responseSeconds, dueSeconds, startSeconds, clockHz, flags];
  const cells = columns.map((column) => column[block]);
  const [share = 0, response = 0, due = 0, start = 0, clock = 0, flag = 0] = cells;
  return [
    [
      span(`  block ${grouped(block)}`, 'bold'),
      span(timeline.run.worstBlock?.block === block ? ' (the worst)' : '', 'yellow'),
      span(` at ${start.toFixed(3)} s  `, 'dim'),
      span(`load ${loadText(share)}`, loadInk(share)),
      span(`  ${milliseconds(response)} of ${milliseconds(due)}`),
      span(...flagWords(flag)),
      span(`  clock ${hertz(clock)}`, 'dim'),
    ],
    aboutBlock(timeline, block, start),
  ];
};

const noScenario = 'no scenario has this pedal; t chooses one of another, d builds a rig';

export const scenarioBody = (state: State, view: View, rows: number): Line[] => {
  const entry = scenarioEntry(state);
  if (entry === undefined) return [textLine(noScenario, 'dim')];
  const swept = sweptText(entry.jobs[state.scenario.job] ?? { swept: {} });
  const head: Line = [
    span(`  ${entry.title}`, 'bold'),
    span(`  ${entry.id}${swept === '' ? '' : ` ${swept}`}`, 'dim'),
  ];
  const known = knownOf(state, timelineTask(state));
  const timeline = known?.value ?? null;
  if (timeline === null) return [head, ...statusLines(known, view)];
  const { run, load } = timeline;
  const columns = view.cols - 1 - axisColumns;
  const blocks = load.length;
  const cursor = cursorBlock(state, timeline);
  const events = run.events.flatMap((event) =>
    event.appliedSeconds === null ? [] : [blockAt(timeline, event.appliedSeconds)],
  );
  const shown = Math.min(columns, blocks);
  const columnOf = (block: number): number =>
    Math.min(shown - 1, Math.floor((block * shown) / Math.max(1, blocks)));
  /** A mark under the column of each thing that happened. */
  const marksLine = (label: string, at: readonly number[], mark: string, ink: Ink): Line => {
    const marked = new Set(at.map(columnOf));
    const marks = Array.from({ length: shown }, (_, i) => (marked.has(i) ? mark : ' ')).join('');
    const title = cell(label, axisColumns - 1, 'dim', 'right');
    return [title, gap(1 + columns - shown), span(marks, ink)];
  };
  const block = `${run.blockFrames} frames at ${hertz(run.sampleRateHz)}`;
  const length = `${short(run.simulatedSeconds)} s, ${grouped(blocks)} blocks`;
  const about = `  ${run.engine ?? 'no engine'}, ${run.chain}, ${block}, ${length}`;
  const whole = (line: Line): Line => wholeSpans(line, view.cols);
  const parts = about.split(/(?=,\D)/).map((text) => span(text, 'dim'));
  const top: Line[] = [head, whole(parts), whole(summary(timeline))];
  const xruns = xrunBlocks(timeline);
  const under: Line[] = [
    marksLine('', [cursor], '▲', 'cyan'),
    ...(xruns.length > 0 ? [marksLine('xruns', xruns, '×', 'red')] : []),
    ...(events.length > 0 ? [marksLine('events', events, '▼', 'yellow')] : []),
  ];
  const detail = blockLines(timeline, cursor).map(whole);
  const room = rows - top.length - under.length - detail.length;
  const both = room >= 10;
  const graphRows = Math.max(2, both ? Math.ceil(room / 2) : room);
  const looks = { columns: view.cols - 1, ascii: view.ascii, margin: run.margin };
  const graph = (values: readonly number[], lines: number, cursor: number): Line[] =>
    graphLines(values, { ...looks, rows: lines, cursor });
  const from = windowStart(cursor, blocks, columns);
  const zoomed = Array.from(load.slice(from, from + columns));
  const zoomedRows = Math.max(2, room - graphRows - 1);
  return [
    ...top,
    ...graph(binned(load, columns), graphRows, columnOf(cursor)),
    ...under,
    ...detail,
    ...(both ? [ruled([span(`each block from ${grouped(from)} on`, 'dim')], view.cols)] : []),
    ...(both ? graph(zoomed, zoomedRows, cursor - from) : []),
  ].slice(0, rows);
};
