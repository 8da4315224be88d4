/** What a key does in each mode. Pure. */
import { commandOf } from './keys.ts';
import { reducePicker } from './picker.ts';
import { actions } from './run-command.ts';
import { visibleDevices } from './select.ts';
import type { State } from './state.ts';

const isText = (char: string | null): char is string =>
  char !== null && char.length > 0 && char >= ' ' && char !== '\u007f';

const reduceFilter = (state: State, key: string, char: string | null): State => {
  const browse = { kind: 'browse' } as const;
  if (key === 'escape') return { ...state, mode: browse, filter: '' };
  if (key === 'return' || key === 'linefeed') {
    const [first] = visibleDevices(state);
    const shown = visibleDevices(state).some((device) => device.id === state.device);
    return { ...state, mode: browse, device: shown ? state.device : (first?.id ?? null) };
  }
  if (key === 'backspace') return { ...state, filter: state.filter.slice(0, -1) };
  if (key === 'up' || key === 'down') return actions[key]({ ...state, mode: browse }, key);
  return isText(char) ? { ...state, filter: (state.filter + char).slice(0, 40) } : state;
};

const far = 1000;
/** Lines that a key moves the help by; the view stops at its end. */
const helpSteps: Readonly<Record<string, number>> = {
  down: 1,
  j: 1,
  up: -1,
  k: -1,
  pagedown: 10,
  pageup: -10,
  home: -far,
  g: -far,
  end: far,
  G: far,
  'S-g': far,
};

export const reduceKey = (state: State, key: string, char: string | null): State => {
  if (key === 'C-c') return { ...state, quit: 'interrupted' };
  switch (state.mode.kind) {
    case 'filter':
      return reduceFilter(state, key, char);
    case 'picker':
      return reducePicker(state, state.mode.picker, key, isText(char) ? char : null);
    case 'help': {
      const by = helpSteps[key];
      if (by !== undefined) {
        return { ...state, mode: { kind: 'help', top: Math.max(0, state.mode.top + by) } };
      }
      if (key === 'q') return { ...state, quit: 'asked' };
      return { ...state, mode: { kind: 'browse' } };
    }
    case 'browse': {
      const command = commandOf(key);
      return command === null ? state : actions[command](state, key);
    }
    default:
      return state.mode satisfies never;
  }
};
