/** A state as the lines of a screen, each exactly as wide as the screen. Pure. */
import type { State } from '../state.ts';
import { dualBody } from './dual.ts';
import { explainBody } from './explain.ts';
import { footerLineCount, footerLines, settingsLine, tabsLine } from './frame.ts';
import { finish, type Line, span, type View } from './line.ts';
import { matrixBody } from './matrix.ts';
import { helpBody, pickerBody } from './overlay.ts';
import { pedalBody } from './pedal.ts';
import { scenarioBody } from './scenario.ts';

export type { View } from './line.ts';

export const smallest = { cols: 60, rows: 15 } as const;

const bodies = {
  matrix: matrixBody,
  pedal: pedalBody,
  dual: dualBody,
  explain: explainBody,
  scenario: scenarioBody,
} as const;

const bodyOf = (state: State, view: View, rows: number): Line[] => {
  const { mode } = state;
  if (mode.kind === 'help') return helpBody(mode.top, view, rows);
  if (mode.kind === 'picker') return pickerBody(mode.picker, rows);
  return bodies[state.screen](state, view, rows);
};

const tooSmall = ({ cols, rows }: View): Line[] => [
  [span('Pedalbench waits:', 'bold')],
  [span(`${cols}x${rows} is too small.`)],
  [span(`It needs ${smallest.cols}x${smallest.rows}.`)],
  [span('q quits', 'dim')],
];

export const renderView = (state: State, view: View): string[] => {
  const small = view.cols < smallest.cols || view.rows < smallest.rows;
  const lines = small ? tooSmall(view) : framed(state, view);
  return Array.from({ length: view.rows }, (_, i) => finish(lines[i] ?? [], view));
};

const framed = (state: State, view: View): Line[] => {
  const top = [tabsLine(state, view), settingsLine(state)];
  const footer = footerLines(state, view);
  const message: Line[] = state.message === null ? [] : [[span(`  ${state.message}`, 'yellow')]];
  const rows = view.rows - top.length - footerLineCount(view) - message.length;
  const body = bodyOf(state, view, rows).slice(0, rows);
  const filler = Array.from({ length: rows - body.length }, (): Line => []);
  return [...top, ...body, ...filler, ...message, ...footer];
};
