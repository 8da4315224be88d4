/** What the view of a state needs from workers, most urgent first. Pure. */
import type { ScreenTask } from '../workers/screen/task.ts';
import * as select from './select.ts';
import type { ScreenName, State } from './state.ts';
import { playTask, rowsTask, timelineTask, widthsTask } from './tasks.ts';

/** With more widths than this, only the pedal that is looked at plays. */
const widthsForAllToPlay = 4;

/** The pedal that is looked at, then the others as they are shown. */
const inOrderOfInterest = (state: State): readonly string[] => {
  const selected = select.selectedDevice(state);
  const devices = [...(selected ? [selected] : []), ...select.visibleDevices(state)];
  return [...new Set(devices.map(({ id }) => id))];
};

const widthsWanted = (state: State): ScreenTask => widthsTask(state, state.settings.model);
const rowsWanted = (state: State): ScreenTask[] =>
  inOrderOfInterest(state).map((id) => rowsTask(state, id));

/** Null for what cannot be asked yet. */
const wants: Readonly<Record<ScreenName, (state: State) => readonly (ScreenTask | null)[]>> = {
  matrix: (state) => {
    const widths = select.widthsNow(state);
    const pedals =
      widths.length > widthsForAllToPlay
        ? [select.playTaskNow(state)]
        : inOrderOfInterest(state).map((id) => playTask(state, id, widths));
    return [widthsWanted(state), ...rowsWanted(state), ...pedals];
  },
  pedal: (state) => {
    const [first = null, ...others] = rowsWanted(state);
    return [widthsWanted(state), first, select.playTaskNow(state), ...others];
  },
  dual: (state) => [
    ...state.dual.slots.map(({ model }) => widthsTask(state, model)),
    select.playTaskNow(state),
    widthsWanted(state),
  ],
  explain: (state) => {
    const [first = null] = rowsWanted(state);
    return [widthsWanted(state), select.explainTaskNow(state), first];
  },
  scenario: (state) => [timelineTask(state)],
};

export const wantsOf = (state: State): readonly ScreenTask[] =>
  wants[state.screen](state).filter((task) => task !== null);
