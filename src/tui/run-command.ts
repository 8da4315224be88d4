/** What each command of the key table does to the state. Pure. */
import type { Timeline } from '../workers/screen/task.ts';
import type { Command } from './keys.ts';
import {
  knownOf,
  selectedDevice,
  selectedWidth,
  visibleDevices,
  widthsNow,
  widthsOfModel,
} from './select.ts';
import {
  chainNames,
  defaultSettings,
  type ScreenName,
  type Settings,
  type State,
  screenNames,
  sortNames,
} from './state.ts';
import { explainTask, timelineTask } from './tasks.ts';
import { dualWidths } from './wants.ts';

const blockSizes: readonly number[] = [16, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048];
const clockShares: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
const page = 10;

const clamp = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value));

const after = <T>(list: readonly T[], current: T): T =>
  list[(list.indexOf(current) + 1) % list.length] as T;

const set = (state: State, settings: Partial<Settings>): State => ({
  ...state,
  settings: { ...state.settings, ...settings },
});

const go = (state: State, screen: ScreenName): State =>
  screen === state.screen
    ? state
    : {
        ...state,
        screen,
        device: selectedDevice(state)?.id ?? null,
        before: [...state.before.filter((name) => name !== screen), state.screen].slice(-5),
        scenario:
          screen === 'scenario'
            ? { ...state.scenario, id: firstScenario(state), block: null }
            : state.scenario,
      };

/** One of the selected pedal, where there is one. */
const firstScenario = (state: State): string | null => {
  const sound = state.catalogue.scenarios.filter(
    ({ fault, jobs }) => fault === null && jobs.length > 0,
  );
  const device = selectedDevice(state)?.id;
  const own = sound.find(({ jobs }) => jobs.some(({ scenario }) => scenario.device === device));
  return (own ?? sound[0])?.id ?? null;
};

const timelineOf = (state: State): Timeline | null => {
  const task = timelineTask(state);
  return task === null ? null : (knownOf<'timeline'>(state, task)?.value ?? null);
};

/** The block under the cursor: where somebody moved to, else the worst. */
export const cursorBlock = (state: State, timeline: Timeline): number =>
  clamp(
    state.scenario.block ?? timeline.run.worstBlock?.block ?? 0,
    0,
    Math.max(0, timeline.load.length - 1),
  );

const moveBlock = (state: State, by: number): State => {
  const timeline = timelineOf(state);
  if (timeline === null) return state;
  const block = clamp(cursorBlock(state, timeline) + by, 0, timeline.load.length - 1);
  return { ...state, scenario: { ...state.scenario, block } };
};

const moveDevice = (state: State, by: number): State => {
  const visible = visibleDevices(state);
  const at = visible.findIndex((device) => device.id === selectedDevice(state)?.id);
  const next = visible[clamp(at + by, 0, visible.length - 1)];
  return next === undefined ? state : { ...state, device: next.id };
};

const moveWidth = (state: State, by: number): State => {
  const widths = widthsNow(state);
  const at = widths.findIndex((width) => width.label === selectedWidth(state)?.label);
  const next = widths[clamp(at + by, 0, widths.length - 1)];
  return next === undefined ? state : { ...state, width: next.label };
};

const moveSlotWidth = (state: State, by: number): State => {
  const { focus, slots } = state.dual;
  const widths = widthsOfModel(state, slots[focus].model).filter((width) => !width.whatIf);
  const at = widths.findIndex((width) => width.label === dualWidths(state)[focus]);
  const next = widths[clamp(at + by, 0, widths.length - 1)];
  if (next === undefined) return state;
  const changed = slots.map((slot, i) => (i === focus ? { ...slot, width: next.label } : slot));
  return { ...state, dual: { ...state.dual, slots: changed as never } };
};

const vertical = (state: State, by: number): State => {
  switch (state.screen) {
    case 'matrix':
      return moveDevice(state, by);
    case 'pedal':
      return moveWidth(state, by);
    case 'dual':
      return { ...state, dual: { ...state.dual, focus: by > 0 ? 1 : 0 } };
    case 'explain':
      return { ...state, explainTop: clamp(state.explainTop + by, 0, explainedLines(state)) };
    case 'scenario':
      return moveBlock(state, Math.sign(by) * tenthOf(state));
    default:
      return state.screen satisfies never;
  }
};

const horizontal = (state: State, by: number): State => {
  switch (state.screen) {
    case 'matrix':
    case 'pedal':
    case 'explain':
      return moveWidth(state, by);
    case 'dual':
      return moveSlotWidth(state, by);
    case 'scenario':
      return moveBlock(state, by);
    default:
      return state.screen satisfies never;
  }
};

/** How far there is something to scroll to. */
const explainedLines = (state: State): number => {
  const device = selectedDevice(state)?.id ?? null;
  const width = selectedWidth(state)?.label ?? null;
  if (device === null || width === null) return 0;
  const layers = knownOf<'explain'>(state, explainTask(state, device, width))?.value?.explanation
    .layers;
  return Math.max(0, (layers?.length ?? 0) - 1);
};

const tenthOf = (state: State): number =>
  Math.max(1, Math.floor((timelineOf(state)?.load.length ?? 10) / 10));

const stepBlock = (state: State, direction: 1 | -1): State => {
  const now = state.settings.blockFrames ?? selectedDevice(state)?.blockFrames ?? 64;
  const sizes = direction > 0 ? blockSizes : [...blockSizes].reverse();
  const next = sizes.find((size) => (size - now) * direction > 0);
  return next === undefined ? state : set(state, { blockFrames: next });
};

const stepClock = (state: State, by: number): State => {
  const at = clockShares.indexOf(state.settings.clockShare) + by;
  return set(state, { clockShare: clockShares[clamp(at, 0, clockShares.length - 1)] ?? 1 });
};

const far = Number.MAX_SAFE_INTEGER;

/** `key` is the one that was pressed: some commands have several that mean different numbers. */
export const runCommand = (state: State, command: Command, key: string): State => {
  switch (command) {
    case 'up':
      return vertical(state, -1);
    case 'down':
      return vertical(state, 1);
    case 'left':
      return horizontal(state, -1);
    case 'right':
      return horizontal(state, 1);
    case 'page-up':
      return vertical(state, -page);
    case 'page-down':
      return vertical(state, page);
    case 'first':
      return state.screen === 'scenario' ? moveBlock(state, -far) : vertical(state, -far);
    case 'last':
      return state.screen === 'scenario' ? moveBlock(state, far) : vertical(state, far);
    case 'open':
      return state.screen === 'matrix' ? go(state, 'pedal') : state;
    case 'back': {
      if (state.screen === 'matrix') return { ...state, filter: '' };
      const screen = state.before.at(-1) ?? 'matrix';
      return { ...state, screen, before: state.before.slice(0, -1) };
    }
    case 'next-screen':
      return go(state, after(screenNames, state.screen));
    case 'previous-screen':
      return go(state, after([...screenNames].reverse(), state.screen));
    case 'filter':
      return { ...go(state, 'matrix'), mode: { kind: 'filter' } };
    case 'sort':
      return { ...state, sort: after(sortNames, state.sort) };
    case 'smaller-block':
      return stepBlock(state, -1);
    case 'larger-block':
      return stepBlock(state, 1);
    case 'slower-clock':
      return stepClock(state, -1);
    case 'faster-clock':
      return stepClock(state, 1);
    case 'what-if':
      return set(state, { whatIf: !state.settings.whatIf });
    case 'copies':
      return set(state, { copies: Number(key) });
    case 'reset':
      return set(state, { ...defaultSettings, whatIf: state.settings.whatIf });
    case 'dual':
      return go(state, 'dual');
    case 'chain':
      return { ...state, dual: { ...state.dual, chain: after(chainNames, state.dual.chain) } };
    case 'explain':
      return { ...go(state, 'explain'), explainTop: 0 };
    case 'scenario':
      return go(state, 'scenario');
    case 'worst':
      return { ...state, scenario: { ...state.scenario, block: null } };
    case 'pause':
      return { ...state, paused: !state.paused };
    case 'retry':
      return {
        ...state,
        known: new Map([...state.known].filter(([, { status }]) => status !== 'failed')),
      };
    case 'help':
      return { ...state, mode: { kind: 'help', top: 0 } };
    case 'quit':
      return { ...state, quit: 'asked' };
    case 'model':
    case 'engine':
    case 'pedal':
    case 'export':
      // Lists: `openPicker` has taken them.
      return state;
    default:
      return command satisfies never;
  }
};
