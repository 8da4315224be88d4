import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { rowVerdict, verdictWord } from '../../src/report/predict/verdict-text.ts';
import { simulate } from '../../src/study/simulate/simulate.ts';
import { explainTask, playTask, rigTask, rowsTask, widthsTask } from '../../src/tui/tasks.ts';
import { blockMicroseconds, cyclesText, headroomText } from '../../src/tui/view/parts.ts';
import { renderView } from '../../src/tui/view/render-view.ts';
import { rigLoads } from '../../src/tui/view/rig.ts';
import { percent } from '../../src/units/number-text.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { answerExplain, answerRows, playTimeline } from '../../src/workers/screen/answers.ts';
import { playPedals } from '../../src/workers/screen/play.ts';
import type { PedalReport, ScreenOrder, ScreenReport } from '../../src/workers/screen/task.ts';
import { rowOf, rowsOf } from '../study/predict-fixtures.ts';
import { answer, press, root, start, widths } from './world.ts';

const desk = openWorkbench({ cwd: root });
const wide = { cols: 200, rows: 60, color: false, ascii: false };

const known = (device: string, ...keys: readonly string[]) => {
  const state = press(start(device), ...keys);
  const task = rowsTask(state, device);
  const withWidths = answer<'widths'>(state, widthsTask(state, 'a2'), widths);
  return answer<'rows'>(withWidths, task, answerRows(desk, task));
};

test.each([
  ['mod-dwarf', [], {}],
  ['darkglass-anagram', [']', ']'], { blockFrames: [48] }],
  ['daisy-seed', ['3'], { copies: [3] }],
] as const)('the screen of %s shows what predict says', (device, keys, options) => {
  const state = known(device, ...keys);
  const lines = renderView(state, wide);
  for (const row of rowsOf('a2', [device], { copies: [1], ...options })) {
    const line = lines.find((text) => new RegExp(`^. ${row.width.label} `).test(text)) ?? '';
    expect(line).toContain(` ${percent(row.load?.expected ?? 0)} `);
    expect(line).toContain(` ${cyclesText(row.cyclesPerSample?.expected)} `);
    expect(line).toContain(` ${cyclesText(blockMicroseconds(row))} `);
    expect(line).toContain(` ${headroomText(row.headroom)} `);
    expect(line).toContain(` ${row.verdict} `);
  }
});

test('the matrix shows once and twice as predict says', () => {
  const state = { ...known('mod-dwarf'), screen: 'matrix' as const };
  const lines = renderView(state, wide);
  const line = (lines.find((text) => text.startsWith('▸')) ?? '').replace(/ +/g, ' ');
  for (const row of rowsOf('a2', ['mod-dwarf'], { copies: [1, 2] })) {
    const twice = `2x ${percent(row.load?.expected ?? 0)} ${verdictWord(row)}`;
    expect(line).toContain(row.copies === 1 ? rowVerdict(row) : twice);
  }
  const lite = rowOf('a2', 'mod-dwarf', { width: 'lite', copies: [1] });
  expect(lines.join('\n')).toContain(`On MOD Dwarf: lite once ${rowVerdict(lite)}, twice`);
});

test('a slower clock leaves as much less headroom', () => {
  const [slow] = answerRows(desk, rowsTask(press(start('rp2350'), '-', '-'), 'rp2350'));
  const own = rowOf('a2', 'rp2350', { width: 'lite', copies: [1] });
  expect(slow?.clockHz).toBe((own.clockHz ?? 0) / 2);
  expect(slow?.load?.expected).toBeCloseTo(2 * (own.load?.expected ?? 0), 1);
});

test('explain adds up to what predict says', () => {
  const { row, explanation } = answerExplain(desk, explainTask(start(), 'mod-dwarf', 'lite'));
  expect(row.cyclesPerSample).toEqual(
    rowOf('a2', 'mod-dwarf', { width: 'lite', copies: [1] }).cyclesPerSample,
  );
  expect(explanation.total.cyclesPerSample).toBeCloseTo(row.cyclesPerSample?.expected ?? 0, 6);
});

test('an unpublished chip has nothing to explain, and says so', () => {
  expect(() => answerExplain(desk, explainTask(start(), 'valeton-gp-5', 'lite'))).toThrow(
    /not published/,
  );
});

const shortened = <T extends { pedals: readonly { label: string; job: { scenario: object } }[] }>(
  task: T,
  durationSeconds: number,
): T => ({
  ...task,
  goesOn: false,
  pedals: task.pedals.map((pedal) => ({
    ...pedal,
    job: { ...pedal.job, scenario: { ...pedal.job.scenario, durationSeconds } },
  })),
});

/** Plays to the end; all that was reported, and the last of each. */
const played = async (task: NonNullable<ReturnType<typeof playTask>>) => {
  const { port1, port2 } = new MessageChannel();
  const reports: PedalReport[] = [];
  port1.on('message', (report: ScreenReport) => {
    if (report.kind === 'pedals') reports.push(...report.pedals);
  });
  const last = await playPedals(desk, task, port2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  port1.close();
  return { reports, last };
};

test('a pedal goes on until it is stopped: each run has other disturbances, what was counted stays', async () => {
  const task = playTask(start(), 'mod-dwarf', widths);
  if (task === null) throw new Error('expected a task');
  const { port1, port2 } = new MessageChannel();
  const seconds: number[] = [];
  const blocks: number[] = [];
  port1.on('message', (report: ScreenReport) => {
    if (report.kind !== 'pedals') return;
    const full = report.pedals.find(({ label }) => label === 'full');
    if (full !== undefined) {
      seconds.push(full.seconds);
      blocks.push(full.blocks);
    }
    if ((full?.seconds ?? 0) > 0.35) port1.postMessage('stop' satisfies ScreenOrder);
  });
  await playPedals(desk, { ...shortened(task, 0.1), goesOn: true }, port2);
  port1.close();
  expect(Math.max(...seconds)).toBeGreaterThan(0.35);
  expect([...seconds].sort((a, b) => a - b)).toEqual(seconds);
  expect([...blocks].sort((a, b) => a - b)).toEqual(blocks);
});

test('a pedal that plays live ends where run ends, to the last digit', async () => {
  const task = playTask(start(), 'mod-dwarf', widths);
  if (task === null) throw new Error('expected a task');
  const brief = shortened(task, 1);
  const { last, reports } = await played(brief);
  expect(last.map(({ label }) => label)).toEqual(['lite', 'full']);
  for (const [i, { job }] of brief.pedals.entries()) {
    const run = simulate(job, desk);
    expect(last[i]?.run?.digest).toBe(run.digest);
    expect(last[i]?.load).toEqual(run.load);
    expect(last[i]?.xruns).toBe(run.xruns);
    const bins = reports.filter(({ label }) => label === last[i]?.label).flatMap((r) => r.bins);
    expect(Math.max(...bins)).toBe(run.load.max);
  }
});

test('what run says of a pedal stands on its screen', async () => {
  const state = known('mod-dwarf');
  const task = playTask(state, 'mod-dwarf', widths);
  if (task === null) throw new Error('expected a task');
  const { last } = await played(shortened(task, 0.5));
  const lines = renderView(answer<'play'>(state, task, last), wide);
  for (const { label, load, xruns } of last) {
    const line = lines.find((text) => new RegExp(`^. ${label} `).test(text)) ?? '';
    expect(line).toMatch(
      new RegExp(` ${percent(load?.p99 ?? 0)} +${percent(load?.max ?? 0)} +${xruns} `),
    );
  }
});

test('two slots together cost what run says, and the sum is that of the two alone', async () => {
  const task = rigTask(start(), 'mod-dwarf', ['lite', 'full']);
  if (task === null) throw new Error('expected a task');
  const { last } = await played(shortened(task, 0.1));
  const [report] = last;
  if (report === undefined) throw new Error('expected a report');
  const run = simulate(shortened(task, 0.1).pedals[0]!.job, desk);
  const loads = rigLoads(report);
  expect(report.slots).toEqual(run.slots);
  const cycles = run.slots.map((slot) => slot.cyclesPerBlock.expected);
  expect(loads.joint).toBeCloseTo((cycles[0]! + cycles[1]!) / report.budgetCyclesPerBlock, 9);
  expect(loads.sum).toBeCloseTo(loads.alone[0]! + loads.alone[1]!, 12);
  // Without disturbances a block takes what the slots take; rewinds come on top now and then.
  expect(run.load.p50).toBeGreaterThan(loads.joint * 0.95);
});

test('a pedal that cannot play says why', async () => {
  const task = rigTask({ ...start(), rig: { ...start().rig, chain: 'parallel' } }, 'daisy-seed', [
    'lite',
    'lite',
  ]);
  if (task === null) throw new Error('expected a task');
  const { last } = await played(shortened(task, 0.1));
  expect(last[0]?.fault).toMatch(/one audio core/);
});

test('a timeline holds every block of the run', async () => {
  const task = playTask(start(), 'mod-dwarf', widths);
  if (task === null) throw new Error('expected a task');
  const { job } = shortened(task, 0.5).pedals[1]!;
  const { port1, port2 } = new MessageChannel();
  const timeline = await playTimeline(desk, { kind: 'timeline', job }, port2);
  port1.close();
  const run = simulate(job, desk);
  expect(timeline.run.digest).toBe(run.digest);
  expect(timeline.load).toHaveLength(run.blocks);
  expect(Math.max(...timeline.load)).toBe(Math.fround(run.load.max));
  expect(timeline.flags.filter((flag) => flag !== 0)).toHaveLength(run.xruns);
  expect(timeline.load[run.worstBlock?.block ?? -1]).toBe(Math.fround(run.worstBlock?.load ?? 0));
});
