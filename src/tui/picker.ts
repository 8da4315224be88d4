/** Lists to choose from: models, engines, pedals, scenarios, formats. Typing narrows them. Pure. */
import { sweptText } from '../report/run-text.ts';
import { selectedDevice } from './select.ts';
import type { ExportFormat, Picker, RigSlot, State } from './state.ts';
import { exportFormats, irTaps, slotOf, withSlot } from './state.ts';

type Choice = Picker['choices'][number];

/** One kind of list: what is in it, what is chosen already, and what taking one does. */
interface PickerKind {
  readonly choices: (state: State) => readonly Choice[];
  readonly current: (state: State) => string | null;
  /** Files that may be typed. */
  readonly files?: RegExp;
  readonly take: (state: State, value: string) => Partial<State>;
}

const exportTexts: Readonly<Record<ExportFormat, string>> = {
  json: 'JSON: the data behind the view',
  svg: 'SVG: a chart of it',
  text: 'text: the screen as it is',
  scenario: 'scenario: what plays here, for pedalbench run',
};

const modelChoices = ({ catalogue }: State): readonly Choice[] =>
  catalogue.models.map(({ id, shown }) => ({
    value: id,
    text: id === shown || shown.endsWith(`${id}.nam`) ? id : `${id}  ${shown}`,
  }));

const irMark = 'ir ';

/** What may stand in a slot: models, files of impulse responses, built-in ones. */
const slotChoices = (state: State): readonly Choice[] => [
  ...modelChoices(state),
  ...state.catalogue.sounds.map((file) => ({ value: irMark + file, text: `IR ${file}` })),
  ...irTaps.map((taps) => ({ value: irMark + taps, text: `IR of ${taps} taps, built in` })),
];

const slotFrom = (value: string): RigSlot => {
  if (!value.startsWith(irMark)) return slotOf(value);
  const ir = value.slice(irMark.length);
  return { ir: irTaps.find((taps) => String(taps) === ir) ?? ir };
};

const currentSlot = ({ rig: { slots, focus } }: State): string | null => {
  const slot = slots[focus];
  return slot === undefined ? null : 'model' in slot ? slot.model : irMark + slot.ir;
};

const slots = { choices: slotChoices, current: currentSlot, files: /\.(?:nam|wav)$/i };

const kinds: Readonly<Record<Picker['what'], PickerKind>> = {
  model: {
    choices: modelChoices,
    current: ({ settings }) => settings.model,
    files: /\.nam$/,
    take: ({ rig, settings }, model) => {
      const slots = rig.slots.map((slot) => ('model' in slot ? slotOf(model) : slot));
      return { width: null, settings: { ...settings, model }, rig: { ...rig, slots } };
    },
  },
  slot: { ...slots, take: ({ rig }, value) => ({ rig: withSlot(rig, slotFrom(value)) }) },
  added: {
    ...slots,
    take: ({ rig }, value) => {
      const own = rig.slots.slice(rig.focus, rig.focus + 1);
      return { rig: { ...withSlot(rig, ...own, slotFrom(value)), focus: rig.focus + 1 } };
    },
  },
  engine: {
    choices: ({ catalogue }) => [
      { value: 'auto', text: 'auto  what each pedal ships' },
      ...catalogue.engines.map((id) => ({ value: id, text: id })),
    ],
    current: ({ settings }) => settings.engine,
    take: ({ settings }, engine) => ({ settings: { ...settings, engine } }),
  },
  pedal: {
    choices: ({ catalogue }) =>
      catalogue.devices.map(({ id, name }) => ({ value: id, text: `${name}  ${id}` })),
    current: (state) => selectedDevice(state)?.id ?? null,
    take: (_, device) => ({ device }),
  },
  // The runs of a sweep are choices of their own.
  scenario: {
    choices: ({ catalogue }) =>
      catalogue.scenarios.flatMap(({ id, title, jobs }) =>
        jobs.map((job, i) => ({ value: `${i} ${id}`, text: `${id}  ${sweptText(job) || title}` })),
      ),
    current: ({ scenario: { job, id } }) => (id === null ? null : `${job} ${id}`),
    take: (_, value) => {
      const at = value.indexOf(' ');
      const scenario = { id: value.slice(at + 1), job: Number(value.slice(0, at)), block: null };
      return { scenario };
    },
  },
  export: {
    choices: () => exportFormats.map((value) => ({ value, text: exportTexts[value] })),
    current: () => null,
    take: (_, value) => ({ exportAs: exportFormats.find((format) => format === value) ?? null }),
  },
};

export const openPicker = (state: State, what: Picker['what']): State => {
  const { choices: choicesOf, current } = kinds[what];
  const choices = choicesOf(state);
  const chosen = choices.findIndex(({ value }) => value === current(state));
  const picker = { what, choices, selected: Math.max(0, chosen), typed: '' };
  return { ...state, mode: { kind: 'picker', picker } };
};

/** The choices that contain what was typed; a file that is typed is one, too. */
export const narrowed = ({ what, choices, typed }: Picker): readonly Choice[] => [
  ...choices.filter(({ text }) => text.toLowerCase().includes(typed.toLowerCase())),
  ...(kinds[what].files?.test(typed)
    ? [{ value: (typed.endsWith('.nam') ? '' : irMark) + typed, text: `open ${typed}` }]
    : []),
];

const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -10, pagedown: 10 };

export const reducePicker = (
  state: State,
  picker: Picker,
  key: string,
  char: string | null,
): State => {
  const list = narrowed(picker);
  const withPicker = (change: Partial<Picker>): State => {
    return { ...state, mode: { kind: 'picker', picker: { ...picker, ...change } } };
  };
  const selected = Math.min(picker.selected, Math.max(0, list.length - 1));
  if (key === 'escape') return { ...state, mode: { kind: 'browse' } };
  if (key === 'return' || key === 'linefeed') {
    const chosen = list[selected];
    if (chosen === undefined) return state;
    return { ...state, mode: { kind: 'browse' }, ...kinds[picker.what].take(state, chosen.value) };
  }
  const step = steps[key];
  if (step !== undefined) {
    return withPicker({ selected: Math.max(0, Math.min(list.length - 1, selected + step)) });
  }
  if (key === 'backspace') return withPicker({ typed: picker.typed.slice(0, -1), selected: 0 });
  if (char === null) return state;
  return withPicker({ typed: (picker.typed + char).slice(0, 200), selected: 0 });
};
