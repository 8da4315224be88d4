/** The next state after an event. Pure: no terminal, no clock, no worker. */
import type { ScreenAnswers, ScreenReport } from '../workers/screen/task.ts';
import { commandOf } from './keys.ts';
import { reducePicker } from './picker.ts';
import { actions } from './run-command.ts';
import { visibleDevices } from './select.ts';
import type { Catalogue, HelpMode, Known, State } from './state.ts';

/** What can happen to the screen. */
export type TuiEvent =
  /** More of what there is: engines and scenarios are read after the first paint. */
  | { readonly type: 'catalogue'; readonly catalogue: Partial<Catalogue> }
  /** `char` is what it types, where it types something. */
  | { readonly type: 'key'; readonly key: string; readonly char: string | null }
  /** A click on a column of the table; null where it is of no width. */
  | { readonly type: 'point'; readonly width: string | null }
  | { readonly type: 'waiting'; readonly id: string; readonly kind: keyof ScreenAnswers }
  | { readonly type: 'working'; readonly id: string }
  | { readonly type: 'answer'; readonly id: string; readonly value: unknown }
  | { readonly type: 'report'; readonly id: string; readonly report: ScreenReport }
  | { readonly type: 'failed'; readonly id: string; readonly reason: string }
  | { readonly type: 'silent'; readonly id: string; readonly seconds: number }
  | { readonly type: 'forgotten'; readonly ids: readonly string[] }
  /** `text` says where the view went, or why not. */
  | { readonly type: 'exported'; readonly text: string };

/** Loads kept for the graph: more than the widest screen shows. */
const historyLength = 512;

/** A change of what is known of a task; what was forgotten meanwhile stays so. */
const withKnown = (state: State, id: string, change: (known: Known) => Partial<Known>): State => {
  const before = state.known.get(id);
  if (before === undefined) return state;
  // A change keeps the kind, and the value that belongs to it.
  const known = { ...before, ...change(before) } as Known;
  return { ...state, known: new Map(state.known).set(id, known) };
};

const withReport = (known: Known, report: ScreenReport): Partial<Known> => {
  if (report.kind === 'progress') return { silentSeconds: 0, share: report.share };
  if (known.kind !== 'play') return known;
  const pedals = [...(known.value ?? []), ...report.pedals];
  // Later reports take the place of earlier ones.
  const value = [...new Map(pedals.map((pedal) => [pedal.label, pedal])).values()];
  const history: Record<string, readonly number[]> = { ...known.history };
  for (const { label, bins } of report.pedals) {
    history[label] = [...(history[label] ?? []), ...bins].slice(-historyLength);
  }
  return { silentSeconds: 0, value, history };
};

/** Of a question that was just asked. */
const asked = {
  status: 'waiting',
  silentSeconds: 0,
  share: null,
  reason: null,
  value: null,
} as const;

const isText = (char: string | null): char is string =>
  char !== null && char.length > 0 && char >= ' ' && char !== '\u007f';

const reduceFilter = (state: State, key: string, char: string | null): State => {
  const browse = { kind: 'browse' } as const;
  if (key === 'escape') return { ...state, mode: browse, filter: '' };
  if (key === 'return' || key === 'linefeed') {
    const visible = visibleDevices(state);
    const shown = visible.find((device) => device.id === state.device) ?? visible[0];
    return { ...state, mode: browse, device: shown?.id ?? null };
  }
  if (key === 'backspace') return { ...state, filter: state.filter.slice(0, -1) };
  if (key === 'up' || key === 'down') return actions[key]({ ...state, mode: browse }, key);
  return isText(char) ? { ...state, filter: (state.filter + char).slice(0, 40) } : state;
};

/** Lines that a key moves the help by; the view stops at its end. */
const lineSteps = { down: 1, j: 1, up: -1, k: -1, pagedown: 10, pageup: -10 };
const ends = { home: -1000, g: -1000, end: 1000, G: 1000, 'S-g': 1000 };
const helpSteps = new Map(Object.entries({ ...lineSteps, ...ends }));

const reduceHelp = (state: State, mode: HelpMode, key: string, char: string | null): State => {
  const help = (change: Partial<HelpMode>): State => ({ ...state, mode: { ...mode, ...change } });
  if (mode.typed !== null && key === 'backspace') return help({ typed: mode.typed.slice(0, -1) });
  if (mode.typed !== null && isText(char)) return help({ typed: mode.typed + char, top: 0 });
  if (key === '/') return help({ typed: '' });
  if (key === 'q') return { ...state, quit: 'asked' };
  const by = helpSteps.get(key);
  if (by === undefined) return { ...state, mode: { kind: 'browse' } };
  return help({ top: Math.max(0, mode.top + by) });
};

/** What a key does in each mode. */
const reduceKey = (state: State, key: string, char: string | null): State => {
  if (key === 'C-c') return { ...state, quit: 'interrupted' };
  switch (state.mode.kind) {
    case 'filter':
      return reduceFilter(state, key, char);
    case 'picker':
      return reducePicker(state, state.mode.picker, key, isText(char) ? char : null);
    case 'help':
      return reduceHelp(state, state.mode, key, char);
    case 'browse': {
      const command = commandOf(key);
      return command === null ? state : actions[command](state, key);
    }
    default:
      return state.mode satisfies never;
  }
};

export const reduce = (state: State, event: TuiEvent): State => {
  switch (event.type) {
    case 'catalogue':
      return { ...state, catalogue: { ...state.catalogue, ...event.catalogue } };
    case 'key':
      return reduceKey({ ...state, message: null }, event.key, event.char);
    case 'point': {
      const { width } = event;
      const isTable = state.screen === 'matrix' && state.mode.kind === 'browse';
      return width === null || !isTable ? state : { ...state, width };
    }
    case 'waiting': {
      const fresh = { kind: event.kind, ...asked, history: {} };
      return { ...state, known: new Map(state.known).set(event.id, fresh) };
    }
    case 'working':
      return withKnown(state, event.id, () => ({ status: 'working' }));
    case 'answer':
      return withKnown(state, event.id, ({ kind, value }) => {
        // A player that was stopped answers with nothing; what it reported stays.
        const answer = kind === 'play' ? value : event.value;
        return { status: 'ready', silentSeconds: 0, value: answer } as Partial<Known>;
      });
    case 'report':
      return withKnown(state, event.id, (known) => withReport(known, event.report));
    case 'failed': {
      const { reason } = event;
      return withKnown(state, event.id, () => ({ status: 'failed', silentSeconds: 0, reason }));
    }
    case 'silent':
      return withKnown(state, event.id, () => ({ silentSeconds: event.seconds }));
    case 'forgotten': {
      const known = new Map(state.known);
      for (const id of event.ids) known.delete(id);
      return { ...state, known };
    }
    case 'exported':
      return { ...state, exportAs: null, message: event.text };
    default:
      return event satisfies never;
  }
};
