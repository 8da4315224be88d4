/** A state as the lines of a screen, each exactly as wide as the screen. Pure. */
import { clipMiddle, padEnd, printable, widthOf, wrap } from '../../report/text/text-width.ts';
import { bindings, shownKey } from '../keys.ts';
import { narrowed } from '../picker.ts';
import type { HelpMode, Picker, State } from '../state.ts';
import { explainBody } from './explain.ts';
import { footerLineCount, footerLines, settingsLine, tabsLine } from './frame.ts';
import { boxed, cell, finish, type Line, listLine, span, type View } from './line.ts';
import { matrixBody } from './matrix.ts';
import { textLine, windowStart, wrapped } from './parts.ts';
import { pedalBody } from './pedal.ts';
import { rigBody } from './rig.ts';
import { scenarioBody } from './scenario.ts';

export const smallest = { cols: 60, rows: 15 } as const;

const bodies = {
  matrix: matrixBody,
  pedal: pedalBody,
  rig: rigBody,
  explain: explainBody,
  scenario: scenarioBody,
} as const;

const pickerTitles: Readonly<Record<Picker['what'], string>> = {
  ...{ model: 'choose the model', engine: 'choose the engine', pedal: 'choose the pedal' },
  ...{ slot: 'choose what stands in the slot', added: 'choose what to add after the slot' },
  ...{ scenario: 'choose the scenario', export: 'export as' },
};

/** What stands after two spaces begins in one column, early enough to be read. */
const aligned = (choices: Picker['choices'], columns: number): readonly string[] => {
  const cut = choices.map(({ text }) => printable(text).split('  '));
  const widest = (at: number): number =>
    Math.max(0, ...cut.map((each) => (each.length > 1 ? widthOf(each[at] ?? '') : 0)));
  const name = Math.min(widest(0), Math.max(24, columns - widest(1) - 2));
  return cut.map(([first = '', ...about]) =>
    about.length === 0 ? first : [padEnd(clipMiddle(first, name), name), ...about].join('  '),
  );
};

const pickerBody = (picker: Picker, rows: number, cols: number): Line[] => {
  const list = narrowed(picker);
  const selected = Math.min(picker.selected, Math.max(0, list.length - 1));
  const shown = Math.max(1, rows - 2);
  const from = windowStart(selected, list.length, shown);
  const texts = aligned(list, cols - 6);
  const columns = Math.min(cols - 4, Math.max(44, ...texts.map(widthOf)) + 3);
  const title: Line = [
    span(pickerTitles[picker.what], 'bold'),
    span(picker.typed === '' ? '' : `  ${picker.typed}_`, 'cyan'),
  ];
  const lines = texts
    .slice(from, from + shown)
    .map((text, i) => listLine(from + i === selected, [cell(text, columns - 2)]));
  const none = cell('  nothing contains that', columns, 'yellow');
  return boxed(title, lines.length === 0 ? [[none]] : lines, columns);
};

const helpWords: readonly string[] = [
  'A cell is the load of one audio core, after what the pedal keeps for itself, and where nine of ten such predictions lie: fits, tight (less headroom than the pedal needs), over, wont-load (memory), unknown; fits? is likely and not sure. 2x is the same for two at once. The chosen cell stands in [ ].',
  'block loads, p99, worst (the highest load of a block) and xruns (blocks that came late) are of the virtual pedal, which plays while you look.',
  'confid. is what a prediction rests on: validated (this core and engine were measured), fitted, estimated, evidence (what the product is known to run).',
];

const helpLines = ({ typed }: HelpMode, view: View): Line[] => {
  const wanted = (typed ?? '').toLowerCase();
  const keys = bindings.flatMap(({ shown, help }): Line[] => {
    const key = padEnd(shownKey(shown, view.ascii), 12);
    if (!(key + help).toLowerCase().includes(wanted)) return [];
    return wrap(help, view.cols - 15).map((text, i) => [
      span(`  ${i === 0 ? key : ' '.repeat(12)}`, 'cyan'),
      span(text),
    ]);
  });
  const title = textLine(typed === null ? 'help: every key' : `help: /${typed}_`, 'bold');
  return [title, ...keys, [], ...helpWords.flatMap((text) => wrapped(text, view, 'dim'))];
};

/** The help goes down to its last line and no further, so that the way back begins at once. */
export const withHelpOn = (state: State, view: View): State => {
  const { mode } = state;
  if (mode.kind !== 'help') return state;
  const end = helpLines(mode, view).length - (view.rows - 2 - footerLineCount(view));
  return { ...state, mode: { ...mode, top: Math.max(0, Math.min(mode.top, end)) } };
};

const bodyOf = (state: State, view: View, rows: number): Line[] => {
  const { mode } = state;
  if (mode.kind === 'help') return helpLines(mode, view).slice(mode.top);
  if (mode.kind === 'picker') return pickerBody(mode.picker, rows, view.cols);
  return bodies[state.screen](state, view, rows);
};

const tooSmall = ({ cols, rows }: View): Line[] => [
  [span('Pedalbench waits:', 'bold')],
  [span(`${cols}x${rows} is too small.`)],
  [span(`It needs ${smallest.cols}x${smallest.rows}.`)],
  [span('q quits', 'dim')],
];

export const renderView = (asked: State, view: View): string[] => {
  const state = withHelpOn(asked, view);
  const small = view.cols < smallest.cols || view.rows < smallest.rows;
  const lines = small ? tooSmall(view) : framed(state, view);
  return Array.from({ length: view.rows }, (_, i) => finish(lines[i] ?? [], view));
};

const framed = (state: State, view: View): Line[] => {
  const top = [tabsLine(state, view), settingsLine(state, view)];
  const footer = footerLines(state, view);
  const message: Line[] = state.message === null ? [] : [[span(`  ${state.message}`, 'yellow')]];
  const rows = view.rows - top.length - footerLineCount(view) - message.length;
  const body = bodyOf(state, view, rows).slice(0, rows);
  const filler = Array.from({ length: rows - body.length }, (): Line => []);
  return [...top, ...body, ...filler, ...message, ...footer];
};
