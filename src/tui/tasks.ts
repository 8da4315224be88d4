/** The questions that belong to a state, each as a task for a worker. Pure. */
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
import type { DeviceEntry, RigSlot, ScenarioEntry, State } from './state.ts';

/** How long one run of a virtual pedal is: long enough for every disturbance of a profile to come by. */
const playSeconds = 60;

const settingOf = ({ settings: { copies: _, ...setting } }: State): ScreenSetting => setting;

/** Copies that a row of the table shows: one answers for two as well, because that is asked next. */
export const shownCopies = ({ settings: { copies } }: State): readonly number[] =>
  copies === 1 ? [1, 2] : [copies];

export const widthsTask = ({ settings }: State, model: string): WidthsTask => ({
  kind: 'widths',
  model,
  whatIf: settings.whatIf,
});

export const rowsTask = (state: State, device: string): RowsTask => ({
  kind: 'rows',
  device,
  setting: settingOf(state),
  copies: shownCopies(state),
});

export const explainTask = (state: State, device: string, width: string): ExplainTask => ({
  kind: 'explain',
  device,
  setting: settingOf(state),
  width,
  copies: state.settings.copies,
});

/** One pedal that plays, under a name of its own. */
const played = (label: string, scenario: Scenario): PlayTask['pedals'][number] => {
  const names = { id: label, name: label, origin: 'this view' };
  return { label, job: { ...names, swept: {}, seed: 1, scenario } };
};

/** Null without a chip: nothing can play on it. */
const playable = ({ catalogue }: State, device: string): DeviceEntry | null =>
  catalogue.devices.find(({ id, plays }) => id === device && plays) ?? null;

/** What the view plays, as a scenario file would say it. */
const scenarioOf = (
  state: State,
  { id, clockHz }: DeviceEntry,
  slots: Scenario['slots'],
  chain: NonNullable<Scenario['chain']>,
): Scenario => {
  const { engine, blockFrames, clockShare } = state.settings;
  return {
    device: id,
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
  const entry = playable(state, device);
  const trained = widths.filter((width) => !width.whatIf);
  if (entry === null || trained.length === 0) return null;
  const { model, copies } = state.settings;
  return {
    kind: 'play',
    goesOn: true,
    pedals: trained.map(({ label }) => {
      const slots = Array.from({ length: copies }, () => ({ model, width: label }));
      return played(label, scenarioOf(state, entry, slots, 'serial'));
    }),
  };
};

const rigSlot = (slot: RigSlot, i: number, width: string | null): Scenario['slots'][number] => {
  const name = String.fromCharCode(65 + i);
  if ('model' in slot) return { name, model: slot.model, ...(width === null ? {} : { width }) };
  return { name, ir: typeof slot.ir === 'number' ? { taps: slot.ir } : { file: slot.ir } };
};

/** All slots together; null until their widths are known. */
export const rigTask = (
  state: State,
  device: string,
  widths: readonly (string | null)[],
): PlayTask | null => {
  const { slots, chain } = state.rig;
  const entry = playable(state, device);
  const isOpen = slots.some((slot, i) => 'model' in slot && (widths[i] ?? null) === null);
  if (entry === null || isOpen) return null;
  const named = slots.map((slot, i) => rigSlot(slot, i, widths[i] ?? null));
  const pedal = played('rig', scenarioOf(state, entry, named, chain));
  return { kind: 'play', goesOn: true, pedals: [pedal] };
};

export const scenarioEntry = ({ catalogue, scenario }: State): ScenarioEntry | undefined =>
  catalogue.scenarios.find(({ id }) => id === scenario.id);

export const timelineTask = (state: State): TimelineTask | null => {
  const job = scenarioEntry(state)?.jobs[state.scenario.job];
  return job === undefined ? null : { kind: 'timeline', job };
};
