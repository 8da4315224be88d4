/** What the state means: which pedals are shown, which is selected, what is known of it. Pure. */
import type { CycleNode } from '../study/explain/account.ts';
import { confidences, type PredictRow, verdicts, type WidthInfo } from '../study/predict/row.ts';
import { memoize } from '../units/memoize.ts';
import type { ExplainTask, PedalReport, PlayTask, ScreenTask } from '../workers/screen/task.ts';
import type { DeviceEntry, Known, ScreenName, SortName, State } from './state.ts';
import { explainTask, playTask, rigTask, rowsTask, timelineTask, widthsTask } from './tasks.ts';

/** The same task has the same key, whoever asks. */
export const keyOf = (task: ScreenTask): string => JSON.stringify(task);

/** What is known of a task; null where nobody asked, or where there is nothing to ask. */
export const knownOf = <T extends ScreenTask>(
  state: State,
  task: T | null,
): Extract<Known, { kind: T['kind'] }> | null => {
  const known = task === null ? undefined : state.known.get(keyOf(task));
  // A key holds the kind of its task.
  return (known as Extract<Known, { kind: T['kind'] }> | undefined) ?? null;
};

const widthsOfModel = (state: State, model: string): readonly WidthInfo[] =>
  knownOf(state, widthsTask(state, model))?.value ?? [];

export const widthsNow = (state: State): readonly WidthInfo[] =>
  widthsOfModel(state, state.settings.model);

/** The selected width, else the widest; null until the widths are known. */
export const selectedWidth = (state: State): WidthInfo | null => {
  const widths = widthsNow(state);
  return widths.find((width) => width.label === state.width) ?? widths.at(-1) ?? null;
};

export const rowsOf = (state: State, device: string): readonly PredictRow[] =>
  knownOf(state, rowsTask(state, device))?.value ?? [];

export const rowAt = (
  state: State,
  device: string,
  width: string,
  copies: number = state.settings.copies,
): PredictRow | null =>
  rowsOf(state, device).find((row) => row.width.label === width && row.copies === copies) ?? null;

/** What a virtual pedal reported last, and its loads so far. */
export interface Played {
  readonly report: PedalReport | null;
  readonly history: readonly number[];
}

export const playedOf = (state: State, device: string, width: string): Played => {
  const known = knownOf(state, playTask(state, device, widthsNow(state)));
  const report = known?.value?.find(({ label }) => label === width) ?? null;
  return { report, history: known?.history[width] ?? [] };
};

const matches = (state: State, device: DeviceEntry): boolean => {
  const wanted = state.filter.trim().toLowerCase();
  if (wanted === '') return true;
  const known = rowsOf(state, device.id).flatMap(({ engine, verdict }) => [engine ?? '', verdict]);
  return [device.id, device.name, ...known].some((word) => word.toLowerCase().includes(wanted));
};

/** Lower comes first. */
const sortValues: Readonly<Record<SortName, (row: PredictRow) => number>> = {
  name: () => 0,
  load: ({ load }) => load?.expected ?? Number.MAX_VALUE,
  verdict: ({ verdict }) => verdicts.indexOf(verdict),
  confidence: ({ confidence }) => confidences.indexOf(confidence),
};

/** What is not known yet comes last. */
const sortValue = (state: State, device: DeviceEntry): number => {
  const width = selectedWidth(state);
  const row = width === null ? null : rowAt(state, device.id, width.label);
  return row === null ? Number.POSITIVE_INFINITY : sortValues[state.sort](row);
};

/** Pedals first, then boards to build them from, then chips that stand for others. */
const tiers: readonly string[] = [
  ...['linux-pedal', 'dsp-pedal', 'budget-multifx', 'mcu'],
  ...['linux-sbc', 'computer', 'host', 'class'],
];

/** Those of which no chip is known have verdicts and no numbers: they come last. */
const groupOf = ({ plays, tier }: DeviceEntry): number => {
  const at = tiers.indexOf(tier);
  return (plays ? 0 : tiers.length + 1) + (at < 0 ? tiers.length : at);
};

const byName = (a: DeviceEntry, b: DeviceEntry): number =>
  groupOf(a) - groupOf(b) || (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);

const visibleDevicesOf = (state: State): readonly DeviceEntry[] => {
  const shown = state.catalogue.devices.filter((device) => matches(state, device)).sort(byName);
  if (state.sort === 'name') return shown;
  // The sort is stable: equal values stay by name.
  return shown
    .map((device) => ({ device, value: sortValue(state, device) }))
    .sort((a, b) => (a.value === b.value ? 0 : a.value < b.value ? -1 : 1))
    .map(({ device }) => device);
};

/** A state never changes: what follows from it is worked out once. */
const deviceCache = new WeakMap<State, readonly DeviceEntry[]>();

export const visibleDevices = (state: State): readonly DeviceEntry[] =>
  memoize(deviceCache, state, visibleDevicesOf);

/** The selected pedal, whether the filter shows it or not; in the matrix only one that is shown. */
export const selectedDevice = (state: State): DeviceEntry | null => {
  const chosen = state.catalogue.devices.find((device) => device.id === state.device) ?? null;
  if (state.screen !== 'matrix' && chosen !== null) return chosen;
  const visible = visibleDevices(state);
  return visible.find((device) => device.id === state.device) ?? visible[0] ?? null;
};

/** Of each slot of the rig: its selected width, else its widest; null where it is no model. */
export const rigWidths = (state: State): readonly (string | null)[] =>
  state.rig.slots.map((slot) => {
    const labels = 'model' in slot ? trainedLabels(state, slot.model) : [];
    return labels.find((label) => 'model' in slot && label === slot.width) ?? labels.at(-1) ?? null;
  });

export const trainedLabels = (state: State, model: string): readonly string[] =>
  widthsOfModel(state, model).flatMap(({ whatIf, label }) => (whatIf ? [] : [label]));

/** What plays on the selected pedal: its widths side by side, in the rig view all slots. */
export const playTaskNow = (state: State): PlayTask | null => {
  const device = selectedDevice(state);
  if (device === null) return null;
  return state.screen === 'rig'
    ? rigTask(state, device.id, rigWidths(state))
    : playTask(state, device.id, widthsNow(state));
};

/** A node of the tree of cycles as it stands in the list. */
export interface TreeLine {
  readonly node: CycleNode;
  /** Of its names: what is open is known by it, whatever pedal and width are looked at. */
  readonly path: string;
  readonly depth: number;
  readonly isOpen: boolean;
}

/** Layers in the order in which they run, what is open with what is below it. */
export const treeLines = (state: State): readonly TreeLine[] => {
  const below = ({ children }: CycleNode, depth: number, above: string): TreeLine[] =>
    children.flatMap((node) => {
      const path = `${above}/${node.name}`;
      const isOpen = state.explain.open.has(path);
      const line = { node, path, depth, isOpen };
      return [line, ...(isOpen ? below(node, depth + 1, path) : [])];
    });
  const tree = knownOf(state, explainTaskNow(state))?.value?.explanation.tree;
  return tree === undefined ? [] : below(tree, 0, '');
};

export const explainTaskNow = (state: State): ExplainTask | null => {
  const device = selectedDevice(state);
  const width = selectedWidth(state);
  return device && width && explainTask(state, device.id, width.label);
};

/** With more widths than this, only the pedal that is looked at plays. */
const widthsForAllToPlay = 4;

/** The pedal that is looked at, then the others as they are shown. */
const inOrderOfInterest = (state: State): readonly string[] => {
  const selected = selectedDevice(state);
  const devices = [...(selected ? [selected] : []), ...visibleDevices(state)];
  return [...new Set(devices.map(({ id }) => id))];
};

const widthsWanted = (state: State): ScreenTask => widthsTask(state, state.settings.model);
const rowsWanted = (state: State) => inOrderOfInterest(state).map((id) => rowsTask(state, id));

/** Null for what cannot be asked yet. */
const wants: Readonly<Record<ScreenName, (state: State) => readonly (ScreenTask | null)[]>> = {
  matrix: (state) => {
    const widths = widthsNow(state);
    const pedals =
      widths.length > widthsForAllToPlay
        ? [playTaskNow(state)]
        : inOrderOfInterest(state).map((id) => playTask(state, id, widths));
    return [widthsWanted(state), ...rowsWanted(state), ...pedals];
  },
  pedal: (state) => {
    const [first = null, ...others] = rowsWanted(state);
    return [widthsWanted(state), first, playTaskNow(state), ...others];
  },
  rig: (state) => [
    ...state.rig.slots.map((slot) => ('model' in slot ? widthsTask(state, slot.model) : null)),
    playTaskNow(state),
    widthsWanted(state),
  ],
  explain: (state) => {
    const [first = null] = rowsWanted(state);
    return [widthsWanted(state), explainTaskNow(state), first];
  },
  scenario: (state) => [timelineTask(state)],
};

export const wantsOf = (state: State): readonly ScreenTask[] =>
  wants[state.screen](state).filter((task) => task !== null);
