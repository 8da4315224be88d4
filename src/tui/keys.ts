/** The one table of keys: events, footer, help and README come from it. */
import type { ScreenName } from './state.ts';

/** Of each command: its keys as `terminal.onKey` names them, as they are shown, and a sentence. In the order of the footer. */
const keyTable = {
  up: ['up k', '↑ k', 'move up'],
  down: ['down j', '↓ j', 'move down'],
  left: ['left h', '← h', 'a narrower width; in a timeline the block before'],
  right: ['right l', '→ l', 'a wider width; in a timeline the next block'],
  'page-up': ['pageup C-b', 'PgUp', 'a page up; in a timeline a tenth back'],
  'page-down': ['pagedown C-f', 'PgDn', 'a page down; in a timeline a tenth on'],
  first: ['home g', 'Home g', 'the first'],
  last: ['end G', 'End G', 'the last'],
  open: [
    'return linefeed',
    'enter',
    'open the selected pedal or part; in a list take what is selected',
  ],
  back: ['escape backspace', 'esc', 'back to the screen before; clears a filter; closes a list'],
  filter: ['/', '/', 'show only pedals whose name, engine or verdict contains what you type'],
  copies: ['1 2 3 4 5 6 7 8 9', '1..9', 'how many copies run at once; 1 shows once and twice'],
  'smaller-block': ['[', '[', 'a smaller block'],
  'larger-block': [']', ']', 'a larger block'],
  model: ['m', 'm', 'choose the model; in the rig view what is in the selected slot'],
  explain: ['e', 'e', 'where the cycles of the selected width go'],
  rig: ['d', 'd', 'a rig: models and impulse responses on the selected pedal at once'],
  add: ['a', 'a', 'in the rig view: add a model or an impulse response after the slot'],
  remove: ['delete', 'Del', 'in the rig view: take the slot out'],
  chain: ['p', 'p', 'in the rig view: serial, parallel or pipelined'],
  worst: ['b', 'b', 'in a timeline: go to the worst block'],
  scenario: ['t', 't', 'the timeline of a scenario; there: choose another'],
  sort: ['s', 's', 'sort by name, load, verdict or confidence'],
  pedal: ['o', 'o', 'choose another pedal'],
  engine: ['n', 'n', 'choose the inference library; auto is what the pedal ships'],
  'slower-clock': ['-', '-', 'a slower clock'],
  'faster-clock': ['+ =', '+', 'a faster clock'],
  'what-if': ['w', 'w', 'also widths that the file was not trained for'],
  reset: ['0', '0', "back to one copy, and to each pedal's own block, engine and clock"],
  pause: ['space', 'space', 'stop the virtual pedals, and let them go on'],
  export: ['x', 'x', 'write the view as JSON, SVG, text or a scenario; the path is shown'],
  'next-screen': ['tab', 'tab', 'the next screen'],
  'previous-screen': ['S-tab', 'shift-tab', 'the screen before'],
  retry: ['r', 'r', 'ask again what failed'],
  help: ['?', '?', 'this list'],
  quit: ['q C-c', 'q', 'leave'],
} as const;

export type Command = keyof typeof keyTable;

/** What the footer says of a command; what has no hint stands in the help only. */
export interface Hint {
  /** The footer drops the highest first. */
  readonly rank: number;
  /** One or two words, and a better one for some screens. */
  readonly label: string;
  readonly labels?: Readonly<Partial<Record<ScreenName, string>>>;
  /** Where it stands for a pair of keys. */
  readonly pair?: string;
  /** Screens whose footer shows it. It works where it means something. @default all */
  readonly screens?: readonly ScreenName[];
}

const tables: readonly ScreenName[] = ['matrix', 'pedal'];
const predictions: readonly ScreenName[] = [...tables, 'rig', 'explain'];

const hints: Readonly<Partial<Record<Command, Hint>>> = {
  down: {
    rank: 4,
    label: 'by tenths',
    pair: '↑↓',
    labels: { matrix: 'pedal', pedal: 'width', rig: 'slot', explain: 'part' },
  },
  right: {
    rank: 5,
    label: 'width',
    pair: '←→',
    labels: { scenario: 'block', rig: 'width, taps' },
    screens: ['matrix', 'rig', 'explain', 'scenario'],
  },
  open: { rank: 3, label: 'open', screens: ['matrix', 'explain'] },
  back: { rank: 2, label: 'back', screens: ['pedal', 'rig', 'explain', 'scenario'] },
  filter: { rank: 4, label: 'filter', screens: ['matrix'] },
  copies: { rank: 5, label: 'copies', screens: tables },
  'larger-block': { rank: 6, label: 'block', pair: '[ ]', screens: predictions },
  model: { rank: 7, label: 'model', screens: predictions },
  explain: { rank: 9, label: 'explain', screens: ['matrix', 'pedal', 'rig'] },
  rig: { rank: 8, label: 'rig', screens: ['matrix', 'pedal', 'explain'] },
  chain: { rank: 4, label: 'serial/parallel', screens: ['rig'] },
  add: { rank: 4, label: 'add', screens: ['rig'] },
  remove: { rank: 5, label: 'remove', screens: ['rig'] },
  worst: { rank: 3, label: 'worst block', screens: ['scenario'] },
  scenario: { rank: 10, label: 'timeline' },
  sort: { rank: 11, label: 'sort', screens: ['matrix'] },
  pedal: { rank: 11, label: 'pedal', screens: ['pedal', 'rig', 'explain'] },
  engine: { rank: 12, label: 'engine', screens: predictions },
  'faster-clock': { rank: 14, label: 'clock', pair: '- +', screens: predictions },
  'what-if': { rank: 13, label: 'what-if', screens: tables },
  reset: { rank: 17, label: 'reset' },
  pause: { rank: 15, label: 'pause', screens: ['matrix', 'pedal', 'rig'] },
  export: { rank: 16, label: 'export' },
  'next-screen': { rank: 12, label: 'next view' },
  help: { rank: 1, label: 'help' },
  quit: { rank: 0, label: 'quit' },
};

export interface Binding {
  readonly command: Command;
  readonly keys: readonly string[];
  readonly shown: string;
  readonly help: string;
  readonly hint: Hint | null;
}

export const bindings: readonly Binding[] = (Object.keys(keyTable) as Command[]).map((command) => {
  const [keys, shown, help] = keyTable[command];
  return { command, keys: keys.split(' '), shown, help, hint: hints[command] ?? null };
});

export const commandOf = (key: string): Command | null =>
  bindings.find(({ keys }) => keys.includes(key))?.command ?? null;

const arrows: Record<string, string> = { '↑': 'Up', '↓': 'Down', '←': 'Left', '→': 'Right' };

export const shownKey = (shown: string, ascii: boolean): string =>
  ascii ? shown.replace(/[↑↓←→]/g, (arrow) => arrows[arrow] ?? arrow) : shown;

/** While a list is open or a filter is typed, keys mean something else. */
export const modeHints: Readonly<Record<'filter' | 'picker' | 'help', readonly string[]>> = {
  filter: ['type to filter', 'enter keep', 'esc clear'],
  picker: ['type to narrow', 'enter take', 'esc close'],
  help: ['↓ more', '/ find', 'esc close', 'q quit'],
};
