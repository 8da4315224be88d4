/** What each command of the key table does to the state. Pure. */
import type { Timeline } from '../workers/screen/task.ts';
import type { Command } from './keys.ts';
import { openPicker } from './picker.ts';
import * as select from './select.ts';
import type { ScenarioEntry, ScreenName, Settings, State } from './state.ts';
import { chainNames, defaultSettings, irTaps, screenNames, sortNames, withSlot } from './state.ts';
import { timelineTask } from './tasks.ts';

const blockSizes: readonly number[] = [16, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048];
const clockShares: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
const page = 10;
/** As many as a screen of 60x15 shows with what they take together. */
const mostSlots = 6;
const far = Number.MAX_SAFE_INTEGER;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** What stands so many places on; the ends stop it. */
const moved = <T>(list: readonly T[], from: T | null, by: number): T | null =>
  list[clamp((from === null ? -1 : list.indexOf(from)) + by, 0, list.length - 1)] ?? null;

/** Round and round. */
const after = <T>(list: readonly T[], current: T): T =>
  list[(list.indexOf(current) + 1) % list.length] ?? current;

const set = (state: State, settings: Partial<Settings>): State => ({
  ...state,
  settings: { ...state.settings, ...settings },
});

/** The first run of the selected pedal; those of others are there when asked for. */
const ownScenario = (state: State): State['scenario'] => {
  const device = select.selectedDevice(state)?.id;
  const runOf = (jobs: ScenarioEntry['jobs']) =>
    jobs.findIndex((j) => j.scenario.device === device);
  const runs = state.catalogue.scenarios.map(({ id, jobs }) => ({ id, job: runOf(jobs) }));
  return { ...(runs.find(({ job }) => job >= 0) ?? { id: null, job: 0 }), block: null };
};

const go = (state: State, screen: ScreenName): State => {
  if (screen === state.screen) return state;
  const device = select.selectedDevice(state)?.id ?? null;
  const before = [...state.before.filter((name) => name !== screen), state.screen].slice(-5);
  const there = { ...state, screen, device, before };
  return screen === 'scenario' ? { ...there, scenario: ownScenario(state) } : there;
};

const goBack = (state: State): State =>
  state.screen === 'matrix'
    ? { ...state, filter: '' }
    : { ...state, screen: state.before.at(-1) ?? 'matrix', before: state.before.slice(0, -1) };

export const timelineOf = (state: State): Timeline | null =>
  select.knownOf(state, timelineTask(state))?.value ?? null;

/** The block under the cursor: where somebody moved to, else the worst. */
export const cursorBlock = ({ scenario }: State, { run, load }: Timeline): number =>
  clamp(scenario.block ?? run.worstBlock?.block ?? 0, 0, Math.max(0, load.length - 1));

const moveBlock = (state: State, by: number): State => {
  const timeline = timelineOf(state);
  if (timeline === null) return state;
  const block = clamp(cursorBlock(state, timeline) + by, 0, timeline.load.length - 1);
  return { ...state, scenario: { ...state.scenario, block } };
};

const moveDevice = (state: State, by: number): State => ({
  ...state,
  device: moved(select.visibleDevices(state), select.selectedDevice(state), by)?.id ?? state.device,
});

const moveWidth = (state: State, by: number): State => ({
  ...state,
  width: moved(select.widthsNow(state), select.selectedWidth(state), by)?.label ?? state.width,
});

const moveSlotWidth = (state: State, by: number): State => {
  const { rig } = state;
  const slot = rig.slots[rig.focus];
  if (slot === undefined || ('ir' in slot && typeof slot.ir === 'string')) return state;
  if ('ir' in slot) {
    const ir = moved(irTaps, Number(slot.ir), by) ?? slot.ir;
    return { ...state, rig: withSlot(rig, { ir }) };
  }
  const labels = select.trainedLabels(state, slot.model);
  const width = moved(labels, select.rigWidths(state)[rig.focus] ?? null, by);
  return width === null ? state : { ...state, rig: withSlot(rig, { ...slot, width }) };
};

const moveLine = (state: State, by: number): State => {
  const at = clamp(state.explain.at + by, 0, Math.max(0, select.treeLines(state).length - 1));
  return { ...state, explain: { ...state.explain, at } };
};

/** Opens what is under the cursor, or closes it. */
const toggleLine = (state: State): State => {
  const line = select.treeLines(state)[state.explain.at];
  if (line === undefined || line.node.children.length === 0) return state;
  const open = new Set(state.explain.open);
  if (!open.delete(line.path)) open.add(line.path);
  return { ...state, explain: { ...state.explain, open } };
};

type Moves = Readonly<Record<ScreenName, (state: State, by: number) => State>>;

const vertical: Moves = {
  matrix: moveDevice,
  pedal: moveWidth,
  rig: (state, by) => {
    const focus = clamp(state.rig.focus + by, 0, state.rig.slots.length - 1);
    return { ...state, rig: { ...state.rig, focus } };
  },
  explain: moveLine,
  scenario: (state, by) => {
    const tenth = Math.max(1, Math.floor((timelineOf(state)?.load.length ?? 10) / 10));
    return moveBlock(state, Math.sign(by) * tenth);
  },
};

const horizontal: Moves = {
  matrix: moveWidth,
  pedal: moveWidth,
  rig: moveSlotWidth,
  explain: moveWidth,
  scenario: moveBlock,
};

const toEnd: Moves = { ...vertical, scenario: moveBlock };

const stepBlock = (state: State, direction: 1 | -1): State => {
  const now = state.settings.blockFrames ?? select.selectedDevice(state)?.blockFrames ?? 64;
  const sizes = direction > 0 ? blockSizes : [...blockSizes].reverse();
  const next = sizes.find((size) => (size - now) * direction > 0);
  return next === undefined ? state : set(state, { blockFrames: next });
};

const stepClock = (state: State, by: number): State =>
  set(state, { clockShare: moved(clockShares, state.settings.clockShare, by) ?? 1 });

const openScenario = (state: State): State =>
  state.screen === 'scenario' ? openPicker(state, 'scenario') : go(state, 'scenario');

/** `key` is the one that was pressed: those of `copies` mean different numbers. */
export const actions: Readonly<Record<Command, (state: State, key: string) => State>> = {
  up: (state) => vertical[state.screen](state, -1),
  down: (state) => vertical[state.screen](state, 1),
  left: (state) => horizontal[state.screen](state, -1),
  right: (state) => horizontal[state.screen](state, 1),
  'page-up': (state) => vertical[state.screen](state, -page),
  'page-down': (state) => vertical[state.screen](state, page),
  first: (state) => toEnd[state.screen](state, -far),
  last: (state) => toEnd[state.screen](state, far),
  open: (state) => {
    if (state.screen === 'matrix') return go(state, 'pedal');
    if (state.screen === 'explain') return toggleLine(state);
    if (state.screen === 'rig') return openPicker(state, 'slot');
    return state.screen === 'scenario' ? openScenario(state) : state;
  },
  back: goBack,
  'next-screen': (state) => go(state, after(screenNames, state.screen)),
  'previous-screen': (state) => go(state, after([...screenNames].reverse(), state.screen)),
  filter: (state) => ({ ...go(state, 'matrix'), mode: { kind: 'filter' } }),
  sort: (state) => ({ ...state, sort: after(sortNames, state.sort) }),
  'smaller-block': (state) => stepBlock(state, -1),
  'larger-block': (state) => stepBlock(state, 1),
  'slower-clock': (state) => stepClock(state, -1),
  'faster-clock': (state) => stepClock(state, 1),
  'what-if': (state) => set(state, { whatIf: !state.settings.whatIf }),
  copies: (state, key) => set(state, { copies: Number(key) }),
  reset: (state) => set(state, { ...defaultSettings, whatIf: state.settings.whatIf }),
  model: (state) => openPicker(state, state.screen === 'rig' ? 'slot' : 'model'),
  add: (state) =>
    state.screen === 'rig' && state.rig.slots.length < mostSlots
      ? openPicker(state, 'added')
      : state,
  remove: (state) => {
    const rest = withSlot(state.rig);
    if (state.screen !== 'rig' || rest.slots.length === 0) return state;
    return { ...state, rig: { ...rest, focus: Math.min(rest.focus, rest.slots.length - 1) } };
  },
  engine: (state) => openPicker(state, 'engine'),
  pedal: (state) => openPicker(state, 'pedal'),
  export: (state) => openPicker(state, 'export'),
  rig: (state) => go(state, 'rig'),
  chain: (state) => {
    const { rig } = state;
    return { ...state, rig: { ...rig, chain: after(chainNames, rig.chain) } };
  },
  explain: (state) => ({ ...go(state, 'explain'), explain: { ...state.explain, at: 0 } }),
  scenario: openScenario,
  worst: (state) => ({ ...state, scenario: { ...state.scenario, block: null } }),
  pause: (state) => ({ ...state, paused: !state.paused }),
  retry: (state) => {
    const known = [...state.known].filter(([, { status }]) => status !== 'failed');
    return { ...state, known: new Map(known) };
  },
  help: (state) => ({ ...state, mode: { kind: 'help', top: 0, typed: null } }),
  quit: (state) => ({ ...state, quit: 'asked' }),
};
