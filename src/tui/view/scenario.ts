/** A scenario from end to end: loads of all blocks, xruns and events under them, and one block in full. */

import { verdictInk } from '../../report/predict/cell.ts';
import { grouped, hertz, short } from '../../report/text/number.ts';
import { remember } from '../../units/remember.ts';
import type { Timeline } from '../../workers/screen/task.ts';
import { cursorBlock } from '../run-command.ts';
import { knownOf } from '../select.ts';
import type { State } from '../state.ts';
import { timelineTask } from '../tasks.ts';
import { axisColumns, binned, graphLines } from './graph.ts';
import { cell, gap, type Line, span, type View } from './line.ts';
import { headroomText, loadInk, loadText } from './numbers.ts';
import { statusLines, windowStart } from './parts.ts';

const milliseconds = (seconds: number): string => `${short(seconds * 1000)} ms`;

const summary = ({ run }: Timeline): Line => [
  span('  '),
  span(run.verdict, verdictInk[run.verdict]),
  span(run.passed ? ', as expected' : ', NOT as expected', run.passed ? 'green' : 'red'),
  span(`, worst block ${loadText(run.load.max)}, `),
  span(`${grouped(run.xruns)} xruns`, run.xruns > 0 ? 'red' : undefined),
  span(`, headroom ${headroomText(run.headroom)}, p99 ${loadText(run.load.p99)}`),
  span(`, mean ${loadText(run.load.mean)}`),
];

/** A mark under the column of each thing that happened. */
const marksLine = (
  label: string,
  at: readonly number[],
  blocks: number,
  columns: number,
  mark: string,
  ink: 'red' | 'yellow' | 'cyan',
): Line => {
  const shown = Math.min(columns, blocks);
  const marks = Array.from({ length: shown }, () => ' ');
  for (const block of at) {
    const column = Math.min(shown - 1, Math.floor((block * shown) / Math.max(1, blocks)));
    if (column >= 0) marks[column] = mark;
  }
  return [
    cell(label, axisColumns - 1, 'dim', 'right'),
    gap(1 + columns - shown),
    span(marks.join(''), ink),
  ];
};

/** Long runs have a million blocks: looked through once. */
const rememberedXruns = new WeakMap<Timeline, readonly number[]>();

const xrunBlocks = (timeline: Timeline): readonly number[] =>
  remember(rememberedXruns, timeline, () => {
    const found: number[] = [];
    for (const [block, flag] of timeline.flags.entries()) if (flag !== 0) found.push(block);
    return found;
  });

const blockAt = ({ startSeconds }: Timeline, seconds: number): number => {
  let block = 0;
  while (block + 1 < startSeconds.length && (startSeconds[block + 1] ?? 0) <= seconds) block += 1;
  return block;
};

/** The block under the cursor, in figures; the worst one also says where its time went. */
const blockLines = (timeline: Timeline, block: number): Line[] => {
  const { run, load, responseSeconds, dueSeconds, flags, startSeconds, clockHz } = timeline;
  const late = (flags[block] ?? 0) & 1;
  const lost = (flags[block] ?? 0) & 2;
  const worst = run.worstBlock?.block === block;
  const near = run.events.filter(
    (event) =>
      event.appliedSeconds !== null &&
      Math.abs(event.appliedSeconds - (startSeconds[block] ?? 0)) < 0.25,
  );
  return [
    [
      span(`  block ${grouped(block)}`, 'bold'),
      span(worst ? ' (the worst)' : '', 'yellow'),
      span(` at ${(startSeconds[block] ?? 0).toFixed(3)} s  `, 'dim'),
      span(`load ${loadText(load[block])}`, loadInk(load[block] ?? 0)),
      span(
        `  ${milliseconds(responseSeconds[block] ?? 0)} of ${milliseconds(dueSeconds[block] ?? 0)}`,
      ),
      span(lost ? '  LOST' : late ? '  LATE' : '  in time', late || lost ? 'red' : 'green'),
      span(`  clock ${hertz(clockHz[block] ?? 0)}`, 'dim'),
    ],
    ...(worst && run.worstBlock !== null
      ? [
          [
            span('  cycles: ', 'dim'),
            span(
              run.worstBlock.causes
                .slice(0, 6)
                .map(({ cause, cycles }) => `${cause} ${grouped(cycles)}`)
                .join(', '),
            ),
          ],
        ]
      : near.length > 0
        ? [
            [
              span('  event: ', 'dim'),
              span(
                near
                  .map((event) => `${event.by} sets ${event.slot ?? event.do} to ${event.to}`)
                  .join('; '),
              ),
            ],
          ]
        : [[]]),
  ];
};

export const scenarioBody = (state: State, view: View, rows: number): Line[] => {
  const entry = state.catalogue.scenarios.find(({ id }) => id === state.scenario.id);
  if (entry === undefined)
    return [[span('  no scenario here; `pedalbench scenarios` lists them', 'dim')]];
  const job = entry.jobs[state.scenario.job];
  const swept = Object.entries(job?.swept ?? {})
    .map(([path, value]) => `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const head: Line = [
    span(`  ${entry.title}`, 'bold'),
    span(`  ${entry.id}${swept === '' ? '' : ` ${swept}`}`, 'dim'),
  ];
  const task = timelineTask(state);
  const known = task === null ? null : knownOf<'timeline'>(state, task);
  const timeline = known?.value ?? null;
  if (timeline === null) return [head, ...statusLines(known, view)];
  const { run } = timeline;
  const columns = view.cols - 1 - axisColumns;
  const blocks = timeline.load.length;
  const cursor = cursorBlock(state, timeline);
  const shown = Math.min(columns, blocks);
  const cursorColumn = Math.min(shown - 1, Math.floor((cursor * shown) / Math.max(1, blocks)));
  const xruns = xrunBlocks(timeline);
  const events = run.events.flatMap((event) =>
    event.appliedSeconds === null ? [] : [blockAt(timeline, event.appliedSeconds)],
  );
  const top: Line[] = [
    head,
    [
      span(
        `  ${run.device}, ${run.engine ?? 'no engine'}, ${run.chain}, ${run.blockFrames} frames at ${hertz(run.sampleRateHz)}, ${short(run.simulatedSeconds)} s, ${grouped(blocks)} blocks`,
        'dim',
      ),
    ],
    summary(timeline),
  ];
  const under: Line[] = [
    marksLine('', [cursor], blocks, columns, '▲', 'cyan'),
    ...(xruns.length > 0 ? [marksLine('xruns', xruns, blocks, columns, '×', 'red')] : []),
    ...(events.length > 0 ? [marksLine('events', events, blocks, columns, '▼', 'yellow')] : []),
  ];
  const detail = blockLines(timeline, cursor);
  const room = rows - top.length - under.length - detail.length;
  const both = room >= 10;
  const graphRows = Math.max(2, Math.min(16, both ? Math.ceil(room / 2) : room));
  const options = { columns: view.cols - 1, ascii: view.ascii, margin: run.margin };
  const from = windowStart(cursor, blocks, columns);
  const zoomed = Array.from(timeline.load.slice(from, from + columns));
  return [
    ...top,
    ...graphLines(binned(timeline.load, columns), {
      ...options,
      rows: graphRows,
      cursor: cursorColumn,
    }),
    ...under,
    ...detail,
    ...(both
      ? [
          [span(`  each block from ${grouped(from)} on`, 'dim')],
          ...graphLines(zoomed, {
            ...options,
            rows: Math.max(2, Math.min(16, room - graphRows - 1)),
            cursor: cursor - from,
          }),
        ]
      : []),
  ].slice(0, rows);
};
