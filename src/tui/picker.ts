/** Lists to choose from: models, engines, pedals, scenarios, formats. Typing narrows them. Pure. */
import { printable } from '../report/text/text-width.ts';
import type { Command } from './keys.ts';
import { selectedDevice } from './select.ts';
import { type ExportFormat, exportFormats, type Picker, type State } from './state.ts';

type Choice = Picker['choices'][number];

const exportTexts: Readonly<Record<ExportFormat, string>> = {
  json: 'JSON: the data behind the view',
  svg: 'SVG: a chart of it',
  text: 'text: the screen as it is',
};

/** The sweeps of a scenario are choices of their own. */
const scenarioChoices = (state: State): readonly Choice[] =>
  state.catalogue.scenarios.flatMap(({ id, title, jobs, fault }) =>
    fault !== null || jobs.length === 0
      ? []
      : jobs.map((job, i) => {
          const swept = Object.entries(job.swept)
            .map(
              ([path, value]) =>
                `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
            )
            .join(' ');
          return { value: `${i} ${id}`, text: [id, swept === '' ? title : swept].join('  ') };
        }),
  );

const choicesFor = (state: State, what: Picker['what']): readonly Choice[] => {
  const { catalogue } = state;
  switch (what) {
    case 'model':
      return catalogue.models.map(({ id, shown }) => ({
        value: id,
        text: id === shown || shown.endsWith(`${id}.nam`) ? id : `${id}  ${shown}`,
      }));
    case 'engine':
      return [
        { value: 'auto', text: 'auto  what each pedal ships' },
        ...catalogue.engines.map((id) => ({ value: id, text: id })),
      ];
    case 'pedal':
      return catalogue.devices.map(({ id, name }) => ({ value: id, text: `${name}  ${id}` }));
    case 'scenario':
      return scenarioChoices(state);
    case 'export':
      return exportFormats.map((value) => ({ value, text: exportTexts[value] }));
    default:
      return what satisfies never;
  }
};

const titles: Readonly<Record<Picker['what'], string>> = {
  model: 'model',
  engine: 'engine',
  pedal: 'pedal',
  scenario: 'scenario',
  export: 'export as',
};

const currentValue = (state: State, what: Picker['what']): string | null => {
  switch (what) {
    case 'model':
      return state.screen === 'dual'
        ? state.dual.slots[state.dual.focus].model
        : state.settings.model;
    case 'engine':
      return state.settings.engine;
    case 'pedal':
      return selectedDevice(state)?.id ?? null;
    case 'scenario':
      return state.scenario.id === null ? null : `${state.scenario.job} ${state.scenario.id}`;
    case 'export':
      return null;
    default:
      return what satisfies never;
  }
};

const openedBy = (state: State, command: Command): Picker['what'] | null => {
  if (command === 'model' || command === 'engine' || command === 'pedal' || command === 'export')
    return command;
  // On its own screen the key chooses another scenario.
  const inTimeline = state.screen === 'scenario';
  return inTimeline && (command === 'scenario' || command === 'open') ? 'scenario' : null;
};

/** Null where the command opens no list. */
export const openPicker = (state: State, command: Command): State | null => {
  const what = openedBy(state, command);
  if (what === null) return null;
  const choices = choicesFor(state, what).map(({ value, text }) => ({
    value,
    text: printable(text),
  }));
  const current = choices.findIndex(({ value }) => value === currentValue(state, what));
  const picker: Picker = {
    what,
    title: titles[what],
    choices,
    selected: Math.max(0, current),
    typed: '',
  };
  return { ...state, mode: { kind: 'picker', picker } };
};

/** The choices that contain what was typed. */
export const narrowed = ({ choices, typed }: Picker): readonly Choice[] =>
  choices.filter(({ text }) => text.toLowerCase().includes(typed.toLowerCase()));

const take = (state: State, picker: Picker, value: string): State => {
  const next: State = { ...state, mode: { kind: 'browse' } };
  switch (picker.what) {
    case 'model': {
      if (state.screen !== 'dual') {
        return {
          ...next,
          width: null,
          explainTop: 0,
          settings: { ...state.settings, model: value },
          dual: {
            ...state.dual,
            slots: state.dual.slots.map(() => ({ model: value, width: null })) as never,
          },
        };
      }
      const slots = [...state.dual.slots] as [State['dual']['slots'][0], State['dual']['slots'][1]];
      slots[state.dual.focus] = { model: value, width: null };
      return { ...next, dual: { ...state.dual, slots } };
    }
    case 'engine':
      return { ...next, settings: { ...state.settings, engine: value } };
    case 'pedal':
      return { ...next, device: value, explainTop: 0 };
    case 'scenario': {
      const at = value.indexOf(' ');
      const scenario = { id: value.slice(at + 1), job: Number(value.slice(0, at)), block: null };
      return { ...next, scenario };
    }
    case 'export':
      return { ...next, exportAs: value as ExportFormat };
    default:
      return picker.what satisfies never;
  }
};

const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -10, pagedown: 10 };

export const reducePicker = (
  state: State,
  picker: Picker,
  key: string,
  char: string | null,
): State => {
  const list = narrowed(picker);
  const withPicker = (change: Partial<Picker>): State => ({
    ...state,
    mode: { kind: 'picker', picker: { ...picker, ...change } },
  });
  const selected = Math.min(picker.selected, Math.max(0, list.length - 1));
  if (key === 'escape') return { ...state, mode: { kind: 'browse' } };
  if (key === 'return' || key === 'linefeed') {
    const chosen = list[selected];
    return chosen === undefined ? state : take(state, picker, chosen.value);
  }
  const step = steps[key];
  if (step !== undefined) {
    return withPicker({ selected: Math.max(0, Math.min(list.length - 1, selected + step)) });
  }
  if (key === 'backspace') return withPicker({ typed: picker.typed.slice(0, -1), selected: 0 });
  return char === null
    ? state
    : withPicker({ typed: (picker.typed + char).slice(0, 40), selected: 0 });
};
