/** The questions that belong to a state, each as a task for a worker. Pure. */

import type { Job } from '../scenario/parse-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { WidthInfo } from '../study/predict/row.ts';
import type {
  ExplainTask,
  PlayTask,
  RowsTask,
  ScreenSetting,
  TimelineTask,
  WidthsTask,
} from '../workers/screen/task.ts';
import type { State } from './state.ts';

/** How long a virtual pedal plays: long enough for every disturbance of a profile to come by. */
const playSeconds = 60;

const settingOf = ({ settings }: State): ScreenSetting => ({
  model: settings.model,
  engine: settings.engine,
  blockFrames: settings.blockFrames,
  clockShare: settings.clockShare,
  whatIf: settings.whatIf,
});

export const widthsTask = ({ settings }: State, model: string): WidthsTask => ({
  kind: 'widths',
  model,
  whatIf: settings.whatIf,
});

export const rowsTask = (state: State, device: string): RowsTask => ({
  kind: 'rows',
  device,
  setting: settingOf(state),
  copies: state.settings.copies === 1 ? [1, 2] : [state.settings.copies],
});

export const explainTask = (state: State, device: string, width: string): ExplainTask => ({
  kind: 'explain',
  device,
  setting: settingOf(state),
  width,
  copies: state.settings.copies,
});

const jobOf = (name: string, scenario: Scenario): Job => ({
  id: name,
  name,
  origin: 'this view',
  swept: {},
  seed: 1,
  scenario,
});

/** What the view plays, as a scenario file would say it. */
const scenarioOf = (
  state: State,
  device: string,
  slots: Scenario['slots'],
  chain: NonNullable<Scenario['chain']>,
): Scenario => {
  const { engine, blockFrames, clockShare } = state.settings;
  const clockHz = state.catalogue.devices.find((entry) => entry.id === device)?.clockHz ?? null;
  return {
    device,
    engine,
    ...(blockFrames === null ? {} : { blockFrames }),
    ...(clockShare === 1 || clockHz === null ? {} : { clockHz: Math.round(clockHz * clockShare) }),
    chain,
    slots,
    audio: { signal: 'plucks' },
    durationSeconds: playSeconds,
  };
};

/** Every trained width of the model on one pedal; null where nothing can play. */
export const playTask = (
  state: State,
  device: string,
  widths: readonly WidthInfo[],
): PlayTask | null => {
  const entry = state.catalogue.devices.find(({ id }) => id === device);
  const trained = widths.filter((width) => !width.whatIf);
  if (entry?.hasChip !== true || trained.length === 0) return null;
  const { model, copies } = state.settings;
  return {
    kind: 'play',
    pedals: trained.map(({ label }) => {
      const slots = Array.from({ length: copies }, () => ({ model, width: label }));
      return { label, job: jobOf(label, scenarioOf(state, device, slots, 'serial')) };
    }),
  };
};

/** Both slots together; null until their widths are known. */
export const dualTask = (
  state: State,
  device: string,
  widths: readonly [string | null, string | null],
): PlayTask | null => {
  const entry = state.catalogue.devices.find(({ id }) => id === device);
  const [a, b] = widths;
  if (entry?.hasChip !== true || a === null || b === null) return null;
  const slots = [
    { name: 'A', model: state.dual.slots[0].model, width: a },
    { name: 'B', model: state.dual.slots[1].model, width: b },
  ];
  const job = jobOf('dual', scenarioOf(state, device, slots, state.dual.chain));
  return { kind: 'play', pedals: [{ label: 'dual', job }] };
};

export const timelineTask = (state: State): TimelineTask | null => {
  const { id, job } = state.scenario;
  const entry = state.catalogue.scenarios.find((scenario) => scenario.id === id);
  const chosen = entry?.jobs[job];
  return chosen === undefined ? null : { kind: 'timeline', job: chosen };
};
