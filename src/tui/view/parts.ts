/** Small pieces that several screens share. */
import type { Ink } from '../../report/text/style.ts';
import { wrap } from '../../report/text/wrap.ts';
import type { PedalReport } from '../../workers/screen/task.ts';
import type { Known } from '../state.ts';
import { graphLines } from './graph.ts';
import { type Line, span, type View } from './line.ts';
import { loadText } from './numbers.ts';

/** The first of `shown` places so that `at` is among them, in the middle where there is room. */
export const windowStart = (at: number, count: number, shown: number): number =>
  Math.max(0, Math.min(count - shown, Math.max(0, at) - Math.floor(shown / 2)));

export const textLine = (text: string, ink?: Ink): Line => [span(`  ${text}`, ink)];

export const commaLine = (parts: readonly Line[]): Line =>
  parts.flatMap((part, i) => (i === 0 ? part : [span(', '), ...part]));

/** How far a question is, in a word or two. */
export const statusWords = (known: Known | null): string => {
  if (known === null || known.status === 'waiting') return 'waiting';
  if (known.status === 'failed') return 'failed';
  if (known.silentSeconds > 0) return `no answer for ${Math.round(known.silentSeconds)} s`;
  if (known.status === 'working') {
    return known.share === null ? 'working' : `working, ${Math.round(known.share * 100)}%`;
  }
  return '';
};

/** The same for a whole screen: what failed says why. */
export const statusLines = (known: Known | null, view: View): Line[] => {
  const words = statusWords(known);
  if (known?.status === 'failed') {
    return wrapped(`${known.reason ?? 'It failed.'} (r asks again)`, view, 'red');
  }
  return words === '' ? [] : [textLine(words, known?.silentSeconds ? 'yellow' : 'dim')];
};

export const wrapped = (text: string, view: View, ink?: Ink): Line[] =>
  wrap(text, Math.max(20, view.cols - 4)).map((line) => textLine(line, ink));

/** '75.2 s' */
export const playedText = ({ seconds }: PedalReport): string => `${seconds.toFixed(1)} s`;

/** 'p99 38%, worst block 41%' of what has been played. */
export const worstText = ({ p99, max }: NonNullable<PedalReport['load']>): string =>
  `p99 ${loadText(p99)}, worst block ${loadText(max)}`;

/** The loads that a virtual pedal has reported, as high as there is room; nothing below three lines. */
export const playGraph = (
  known: Extract<Known, { kind: 'play' }> | null,
  label: string,
  title: Line,
  view: View,
  rows: number,
  margin: number,
): Line[] => {
  if (rows < 3) return [];
  const values = known?.history[label] ?? [];
  const size = { columns: view.cols - 1, rows: rows - 1, ascii: view.ascii, margin };
  return [title, ...graphLines(values, size)];
};
