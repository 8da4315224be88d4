/** What the view of a state needs from workers, most urgent first. Pure. */
import type { ScreenTask } from '../workers/screen/task.ts';
import {
  selectedDevice,
  selectedWidth,
  visibleDevices,
  widthsNow,
  widthsOfModel,
} from './select.ts';
import type { State } from './state.ts';
import { dualTask, explainTask, playTask, rowsTask, timelineTask, widthsTask } from './tasks.ts';

/** With more widths than this, only the pedal that is looked at plays. */
const widthsForAllToPlay = 4;

/** The selected width of a slot of the dual view, else its widest. */
export const dualWidths = (state: State): readonly [string | null, string | null] => {
  const widthOf = (slot: 0 | 1): string | null => {
    const { model, width } = state.dual.slots[slot];
    const widths = widthsOfModel(state, model).filter((w) => !w.whatIf);
    return (widths.find((w) => w.label === width) ?? widths.at(-1))?.label ?? null;
  };
  return [widthOf(0), widthOf(1)];
};

const present = <T>(list: readonly (T | null)[]): T[] => list.filter((item) => item !== null);

/** The pedal that is looked at, then the others as they are shown. */
const inOrderOfInterest = (state: State): readonly string[] => {
  const selected = selectedDevice(state)?.id;
  const visible = visibleDevices(state).map((device) => device.id);
  return selected === undefined ? visible : [selected, ...visible.filter((id) => id !== selected)];
};

export const wantsOf = (state: State): readonly ScreenTask[] => {
  const { settings, screen, dual } = state;
  const device = selectedDevice(state)?.id ?? null;
  const widths = widthsNow(state);
  const own = widthsTask(state, settings.model);
  const play = device === null ? null : playTask(state, device, widths);
  const others = inOrderOfInterest(state).map((id) => rowsTask(state, id));
  switch (screen) {
    case 'matrix': {
      const pedals =
        widths.length > widthsForAllToPlay
          ? [play]
          : inOrderOfInterest(state).map((id) => playTask(state, id, widths));
      return [own, ...others, ...present(pedals)];
    }
    case 'pedal':
      return [own, ...others.slice(0, 1), ...present([play]), ...others.slice(1)];
    case 'dual':
      return [
        ...dual.slots.map((slot) => widthsTask(state, slot.model)),
        ...present([device === null ? null : dualTask(state, device, dualWidths(state))]),
        own,
      ];
    case 'explain': {
      const width = selectedWidth(state)?.label ?? null;
      return [
        own,
        ...present([device === null || width === null ? null : explainTask(state, device, width)]),
        ...others.slice(0, 1),
      ];
    }
    case 'scenario':
      return present([timelineTask(state)]);
    default:
      return screen satisfies never;
  }
};
