/** The one table of keys: events, footer, help and README come from it. */
import type { ScreenName } from './state.ts';

export type Command =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'open'
  | 'back'
  | 'next-screen'
  | 'previous-screen'
  | 'filter'
  | 'sort'
  | 'smaller-block'
  | 'larger-block'
  | 'slower-clock'
  | 'faster-clock'
  | 'engine'
  | 'pedal'
  | 'model'
  | 'what-if'
  | 'copies'
  | 'reset'
  | 'dual'
  | 'chain'
  | 'explain'
  | 'scenario'
  | 'worst'
  | 'pause'
  | 'retry'
  | 'export'
  | 'help'
  | 'quit';

export interface Binding {
  readonly command: Command;
  /** As `keyName` (keys of a terminal by name) gives them. */
  readonly keys: readonly string[];
  /** As the footer, the help and the README show them. */
  readonly shown: string;
  /** The footer's form, where it stands for a pair of keys. */
  readonly pair?: string;
  /** One or two words for the footer. */
  readonly label: string;
  /** Where a screen has a better word. */
  readonly labels?: Readonly<Partial<Record<ScreenName, string>>>;
  /** A sentence for the help and the README. */
  readonly help: string;
  /** Screens whose footer shows it; absent for all. It works where it means something. */
  readonly screens?: readonly ScreenName[];
  /** The footer drops the highest first; null for what only the help shows. */
  readonly rank: number | null;
}

const tables: readonly ScreenName[] = ['matrix', 'pedal'];

/** In the order of the footer. */
export const bindings: readonly Binding[] = [
  { command: 'up', keys: ['up', 'k'], shown: '↑ k', label: 'up', help: 'move up', rank: null },
  {
    command: 'down',
    keys: ['down', 'j'],
    shown: '↓ j',
    label: 'down',
    help: 'move down',
    pair: '↑↓',
    labels: {
      matrix: 'pedal',
      pedal: 'width',
      dual: 'slot',
      explain: 'scroll',
      scenario: 'by tenths',
    },
    rank: 4,
  },
  {
    command: 'left',
    keys: ['left', 'h'],
    shown: '← h',
    label: 'left',
    help: 'a narrower width; in a timeline the block before',
    rank: null,
  },
  {
    command: 'right',
    keys: ['right', 'l'],
    shown: '→ l',
    label: 'right',
    help: 'a wider width; in a timeline the next block',
    pair: '←→',
    labels: { matrix: 'width', dual: 'width', explain: 'width', scenario: 'block' },
    screens: ['matrix', 'dual', 'explain', 'scenario'],
    rank: 5,
  },
  {
    command: 'page-up',
    keys: ['pageup', 'C-b'],
    shown: 'PgUp',
    label: 'page up',
    help: 'a page up; in a timeline a tenth back',
    rank: null,
  },
  {
    command: 'page-down',
    keys: ['pagedown', 'C-f'],
    shown: 'PgDn',
    label: 'page down',
    help: 'a page down; in a timeline a tenth on',
    rank: null,
  },
  {
    command: 'first',
    keys: ['home', 'g'],
    shown: 'Home g',
    label: 'first',
    help: 'the first',
    rank: null,
  },
  {
    command: 'last',
    keys: ['end', 'G'],
    shown: 'End G',
    label: 'last',
    help: 'the last',
    rank: null,
  },
  {
    command: 'open',
    keys: ['return', 'linefeed'],
    shown: 'enter',
    label: 'open',
    help: 'open the selected pedal; in a list take what is selected',
    screens: ['matrix'],
    rank: 3,
  },
  {
    command: 'back',
    keys: ['escape', 'backspace'],
    shown: 'esc',
    label: 'back',
    help: 'back to the screen before; clears a filter; closes a list',
    screens: ['pedal', 'dual', 'explain', 'scenario'],
    rank: 2,
  },
  {
    command: 'filter',
    keys: ['/'],
    shown: '/',
    label: 'filter',
    help: 'show only pedals whose name, engine or verdict contains what you type',
    screens: ['matrix'],
    rank: 4,
  },
  {
    command: 'copies',
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    shown: '1..9',
    label: 'copies',
    help: 'how many copies run at once; 1 shows once and twice',
    screens: tables,
    rank: 5,
  },
  {
    command: 'smaller-block',
    keys: ['['],
    shown: '[',
    label: '',
    help: 'a smaller block',
    rank: null,
  },
  {
    command: 'larger-block',
    keys: [']'],
    shown: ']',
    pair: '[ ]',
    label: 'block',
    help: 'a larger block',
    screens: ['matrix', 'pedal', 'dual', 'explain'],
    rank: 6,
  },
  {
    command: 'model',
    keys: ['m'],
    shown: 'm',
    label: 'model',
    help: 'choose the model; in the dual view that of the selected slot',
    screens: ['matrix', 'pedal', 'dual', 'explain'],
    rank: 7,
  },
  {
    command: 'explain',
    keys: ['e'],
    shown: 'e',
    label: 'explain',
    help: 'where the cycles of the selected width go',
    screens: ['matrix', 'pedal', 'dual'],
    rank: 9,
  },
  {
    command: 'dual',
    keys: ['d'],
    shown: 'd',
    label: 'dual',
    help: 'two models on the selected pedal at once',
    screens: ['matrix', 'pedal', 'explain'],
    rank: 8,
  },
  {
    command: 'chain',
    keys: ['p'],
    shown: 'p',
    label: 'serial/parallel',
    help: 'in the dual view: serial, parallel or pipelined',
    screens: ['dual'],
    rank: 4,
  },
  {
    command: 'worst',
    keys: ['b'],
    shown: 'b',
    label: 'worst block',
    help: 'in a timeline: go to the worst block',
    screens: ['scenario'],
    rank: 3,
  },
  {
    command: 'scenario',
    keys: ['t'],
    shown: 't',
    label: 'timeline',
    help: 'the timeline of a scenario; there: choose another',
    rank: 10,
  },
  {
    command: 'sort',
    keys: ['s'],
    shown: 's',
    label: 'sort',
    help: 'sort by name, load, verdict or confidence',
    screens: ['matrix'],
    rank: 11,
  },
  {
    command: 'pedal',
    keys: ['o'],
    shown: 'o',
    label: 'pedal',
    help: 'choose another pedal',
    screens: ['pedal', 'dual', 'explain'],
    rank: 11,
  },
  {
    command: 'engine',
    keys: ['n'],
    shown: 'n',
    label: 'engine',
    help: 'choose the inference library; auto is what the pedal ships',
    screens: ['matrix', 'pedal', 'dual', 'explain'],
    rank: 12,
  },
  {
    command: 'slower-clock',
    keys: ['-'],
    shown: '-',
    label: '',
    help: 'a slower clock',
    rank: null,
  },
  {
    command: 'faster-clock',
    keys: ['+', '='],
    shown: '+',
    pair: '- +',
    label: 'clock',
    help: 'a faster clock',
    screens: ['matrix', 'pedal', 'dual', 'explain'],
    rank: 14,
  },
  {
    command: 'what-if',
    keys: ['w'],
    shown: 'w',
    label: 'what-if',
    help: 'also widths that the file was not trained for',
    screens: tables,
    rank: 13,
  },
  {
    command: 'reset',
    keys: ['0'],
    shown: '0',
    label: 'reset',
    help: "back to one copy, and to each pedal's own block, engine and clock",
    rank: 17,
  },
  {
    command: 'pause',
    keys: ['space'],
    shown: 'space',
    label: 'pause',
    help: 'stop the virtual pedals, and let them go on',
    screens: ['matrix', 'pedal', 'dual'],
    rank: 15,
  },
  {
    command: 'export',
    keys: ['x'],
    shown: 'x',
    label: 'export',
    help: 'write the view as JSON, SVG or text; the path is shown',
    rank: 16,
  },
  {
    command: 'next-screen',
    keys: ['tab'],
    shown: 'tab',
    label: 'next view',
    help: 'the next screen',
    rank: 12,
  },
  {
    command: 'previous-screen',
    keys: ['S-tab'],
    shown: 'shift-tab',
    label: 'view before',
    help: 'the screen before',
    rank: null,
  },
  {
    command: 'retry',
    keys: ['r'],
    shown: 'r',
    label: 'retry',
    help: 'ask again what failed',
    rank: null,
  },
  { command: 'help', keys: ['?'], shown: '?', label: 'help', help: 'this list', rank: 1 },
  { command: 'quit', keys: ['q', 'C-c'], shown: 'q', label: 'quit', help: 'leave', rank: 0 },
];

const byKey: ReadonlyMap<string, Command> = new Map(
  bindings.flatMap((binding) => binding.keys.map((key) => [key, binding.command] as const)),
);

export const commandOf = (key: string): Command | null => byKey.get(key) ?? null;

const arrows: readonly (readonly [string, string])[] = [
  ['↑', 'Up'],
  ['↓', 'Down'],
  ['←', 'Left'],
  ['→', 'Right'],
];

export const shownKey = ({ shown }: Pick<Binding, 'shown'>, ascii: boolean): string =>
  ascii ? arrows.reduce((text, [arrow, word]) => text.replace(arrow, word), shown) : shown;

/** Rows of a table in Markdown, for the README. */
export const keysMarkdown = (): string => {
  const rows = bindings.map(({ shown, help }) => [
    shown
      .split(' ')
      .map((key) => `\`${key}\``)
      .join(' '),
    help,
  ]);
  const widths = [0, 1].map((i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0), i === 0 ? 3 : 12),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [
    line(['key', 'what it does']),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map((row) => line(row)),
  ].join('\n');
};

/** While a list is open or a filter is typed, keys mean something else. */
export const modeHints: Readonly<Record<'filter' | 'picker' | 'help', readonly string[]>> = {
  filter: ['type to filter', 'enter keep', 'esc clear'],
  picker: ['type to narrow', 'enter take', 'esc close'],
  help: ['↓ more', 'esc close', 'q quit'],
};
