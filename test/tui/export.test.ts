import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { foldersOf } from '../../src/library/places.ts';
import { answerExplain, openDesk } from '../../src/pool/screen/answers.ts';
import { playPedals } from '../../src/pool/screen/play.ts';
import { playTimeline } from '../../src/pool/screen/timeline.ts';
import { exportView } from '../../src/tui/export-view.ts';
import { type ExportFormat, type State, screenNames } from '../../src/tui/state.ts';
import { dualTask, explainTask, timelineTask } from '../../src/tui/tasks.ts';
import { renderView } from '../../src/tui/view/render-view.ts';
import { answer, answered, press, root, start } from './world.ts';

const places = { cwd: root, packageRoot: root };
const desk = openDesk({
  files: {
    folder: root,
    deviceFolders: foldersOf(places, 'devices'),
    coreFolders: foldersOf(places, 'cores'),
    models: { a2: { path: `${root}/models/a2.nam`, shown: 'models/a2.nam' } },
  },
  measured: [],
});
const size = { cols: 120, rows: 40, ascii: false };
const tool = { name: 'pedalbench', version: '0' };
const exported = (state: State, format: ExportFormat) => exportView(state, format, size, tool);

const job = {
  id: 'one',
  name: 'one',
  origin: 'one.json',
  swept: {},
  seed: 1,
  scenario: {
    device: 'mod-dwarf',
    slots: [{ name: 'amp', model: 'a2', width: 'lite' }],
    durationSeconds: 0.2,
    events: [{ atSeconds: 0.1, slot: 'amp', width: 'full' }],
  },
} as const;

/** Each screen with everything that it shows. */
const full = async (): Promise<Record<string, State>> => {
  const base = answered(start('mod-dwarf'), 0.2);
  const explain = press(base, 'e');
  const dual = press(base, 'd');
  const task = dualTask(dual, 'mod-dwarf', ['full', 'full']);
  if (task === null) throw new Error('expected a task');
  const brief = {
    ...task,
    pedals: task.pedals.map((pedal) => ({
      ...pedal,
      job: { ...pedal.job, scenario: { ...pedal.job.scenario, durationSeconds: 0.1 } },
    })),
  };
  const play = new MessageChannel();
  const reports = await playPedals(desk, brief, play.port2);
  play.port1.close();
  const scenario: State = {
    ...base,
    screen: 'scenario',
    scenario: { id: 'one', job: 0, block: null },
    catalogue: {
      ...base.catalogue,
      scenarios: [{ id: 'one', title: 'One', jobs: [job], fault: null }],
    },
  };
  const asked = timelineTask(scenario);
  if (asked === null) throw new Error('expected a task');
  const line = new MessageChannel();
  const timeline = await playTimeline(desk, asked, line.port2);
  line.port1.close();
  const question = explainTask(explain, 'mod-dwarf', 'full');
  return {
    matrix: { ...base, screen: 'matrix' },
    pedal: base,
    dual: answer<'play'>(dual, task, reports),
    explain: answer<'explain'>(explain, question, answerExplain(desk, question)),
    scenario: answer<'timeline'>(scenario, asked, timeline),
  };
};

test('every view exports its data, a chart and itself', async () => {
  const states = await full();
  for (const screen of screenNames) {
    const state = states[screen] as State;
    const json = exported(state, 'json');
    expect(JSON.parse(json?.text ?? '')).toMatchObject({
      schema: 'pedalbench.tui/1',
      view: screen,
      tool,
    });
    expect(json?.name).toMatch(/^pedalbench-[\w.-]+\.json$/);
    const svg = exported(state, 'svg')?.text ?? '';
    expect(svg, screen).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg).not.toContain('NaN');
    const text = exported(state, 'text')?.text ?? '';
    const [first] = renderView(state, { ...size, color: false });
    expect(text.split('\n')[0]).toBe(first?.trimEnd());
    expect(text).not.toContain('\u001b');
  }
  expect(exported(states.scenario as State, 'text')?.text).toContain('the worst block');
  expect(exported(states.dual as State, 'text')?.text).toContain('sum of the two');
});

test('a view without data has nothing to export but itself', () => {
  for (const screen of screenNames) {
    const state: State = { ...start('mod-dwarf'), screen };
    expect(exported(state, 'json')).toBe(null);
    expect(exported(state, 'text')).not.toBe(null);
  }
});

test('names of files hold nothing that a folder does not', () => {
  const state = answered(start('mod-dwarf'), 0.2);
  const odd = { ...state, settings: { ...state.settings, model: '../my amp/é:*.nam' } };
  expect(exported(odd, 'text')?.name).toMatch(/^[\w.-]+$/);
});
