/** What the state means: which pedals are shown, which is selected, what is known of it. Pure. */

import { confidences, type PredictRow, verdicts, type WidthInfo } from '../study/predict/row.ts';
import { remember } from '../units/remember.ts';
import type { ScreenAnswers, ScreenTask } from '../workers/screen/task.ts';
import type { DeviceEntry, Known, State } from './state.ts';
import { playTask, rowsTask, widthsTask } from './tasks.ts';

export type KnownOf<K extends keyof ScreenAnswers> = Extract<Known, { kind: K }>;

/** The same task has the same key, whoever asks. */
export const keyOf = (task: ScreenTask): string => JSON.stringify(task);

export const knownOf = <K extends keyof ScreenAnswers>(
  state: State,
  task: Extract<ScreenTask, { kind: K }>,
): KnownOf<K> | null => {
  const known = state.known.get(keyOf(task));
  return known?.kind === task.kind ? (known as KnownOf<K>) : null;
};

export const widthsOfModel = (state: State, model: string): readonly WidthInfo[] =>
  knownOf<'widths'>(state, widthsTask(state, model))?.value ?? [];

export const widthsNow = (state: State): readonly WidthInfo[] =>
  widthsOfModel(state, state.settings.model);

/** The selected width, else the widest; null until the widths are known. */
export const selectedWidth = (state: State): WidthInfo | null => {
  const widths = widthsNow(state);
  return widths.find((width) => width.label === state.width) ?? widths.at(-1) ?? null;
};

/** Copies that a row of the table shows: one answers for two as well, because that is asked next. */
export const shownCopies = (state: State): readonly number[] =>
  state.settings.copies === 1 ? [1, 2] : [state.settings.copies];

export const rowsOf = (state: State, device: string): readonly PredictRow[] =>
  knownOf<'rows'>(state, rowsTask(state, device))?.value ?? [];

export const rowAt = (
  state: State,
  device: string,
  width: string,
  copies: number = state.settings.copies,
): PredictRow | null =>
  rowsOf(state, device).find((row) => row.width.label === width && row.copies === copies) ?? null;

export const pedalReportOf = (
  state: State,
  device: string,
  width: string,
): ScreenAnswers['play'][number] | null => {
  const task = playTask(state, device, widthsNow(state));
  if (task === null) return null;
  return knownOf<'play'>(state, task)?.value?.find((pedal) => pedal.label === width) ?? null;
};

const matches = (state: State, device: DeviceEntry): boolean => {
  const wanted = state.filter.trim().toLowerCase();
  if (wanted === '') return true;
  const words = [device.id, device.name];
  for (const row of rowsOf(state, device.id)) words.push(row.engine ?? '', row.verdict);
  return words.some((word) => word.toLowerCase().includes(wanted));
};

/** Lower comes first; what is not known yet comes last. */
const sortValue = (state: State, device: DeviceEntry): number => {
  const width = selectedWidth(state);
  const row = width === null ? null : rowAt(state, device.id, width.label);
  if (row === null) return Number.POSITIVE_INFINITY;
  switch (state.sort) {
    case 'name':
      return 0;
    case 'load':
      return row.load?.expected ?? Number.MAX_VALUE;
    case 'verdict':
      return verdicts.indexOf(row.verdict);
    case 'confidence':
      return confidences.indexOf(row.confidence);
    default:
      return state.sort satisfies never;
  }
};

/** Pedals first, then boards to build them from, then chips that stand for others. */
const tiers: readonly string[] = [
  'linux-pedal',
  'dsp-pedal',
  'budget-multifx',
  'mcu',
  'linux-sbc',
  'computer',
  'host',
  'class',
];

/** Those of which no chip is known have verdicts and no numbers: they come last. */
const groupOf = ({ hasChip, tier }: DeviceEntry): number => {
  const at = tiers.indexOf(tier);
  return (hasChip ? 0 : tiers.length + 1) + (at < 0 ? tiers.length : at);
};

const byName = (a: DeviceEntry, b: DeviceEntry): number =>
  groupOf(a) - groupOf(b) || (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);

const visibleDevicesOf = (state: State): readonly DeviceEntry[] => {
  const shown = state.catalogue.devices.filter((device) => matches(state, device)).sort(byName);
  if (state.sort === 'name') return shown;
  const values = new Map(shown.map((device) => [device.id, sortValue(state, device)]));
  const placeOf = (device: DeviceEntry): number => values.get(device.id) ?? 0;
  return shown.sort((a, b) =>
    placeOf(a) === placeOf(b) ? byName(a, b) : placeOf(a) < placeOf(b) ? -1 : 1,
  );
};

/** A state never changes: what follows from it is worked out once. */
const remembered = new WeakMap<State, readonly DeviceEntry[]>();

export const visibleDevices = (state: State): readonly DeviceEntry[] =>
  remember(remembered, state, visibleDevicesOf);

/** The selected pedal, whether the filter shows it or not; in the matrix only one that is shown. */
export const selectedDevice = (state: State): DeviceEntry | null => {
  const chosen = state.catalogue.devices.find((device) => device.id === state.device) ?? null;
  if (state.screen !== 'matrix' && chosen !== null) return chosen;
  const visible = visibleDevices(state);
  return visible.find((device) => device.id === state.device) ?? visible[0] ?? null;
};
