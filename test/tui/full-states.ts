/** Every screen with everything that it shows, from the program's own answers. */
import { MessageChannel } from 'node:worker_threads';
import type { ScreenName, State } from '../../src/tui/state.ts';
import { explainTask, rigTask, timelineTask } from '../../src/tui/tasks.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { answerExplain, playTimeline } from '../../src/workers/screen/answers.ts';
import { playPedals } from '../../src/workers/screen/play.ts';
import { answer, answered, press, root, start } from './world.ts';

const desk = openWorkbench({ cwd: root });
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

export const fullStates = async (): Promise<Readonly<Record<ScreenName, State>>> => {
  const base = answered(start('mod-dwarf'), 0.2);
  const explain = press(base, 'e');
  const rig = press(base, 'd');
  const task = rigTask(rig, 'mod-dwarf', ['full', 'full']);
  if (task === null) throw new Error('expected a task');
  const brief = {
    ...task,
    goesOn: false,
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
    rig: answer<'play'>(rig, task, reports),
    explain: answer<'explain'>(explain, question, answerExplain(desk, question)),
    scenario: answer<'timeline'>(scenario, asked, timeline),
  };
};
