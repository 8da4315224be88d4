/** Small pieces that several screens share. */

import type { Ink } from '../../report/text/style.ts';
import { wrap } from '../../report/text/wrap.ts';
import type { Known } from '../state.ts';
import { type Line, span, type View } from './line.ts';

/** The first of `shown` places so that `at` is among them, in the middle where there is room. */
export const windowStart = (at: number, count: number, shown: number): number =>
  Math.max(0, Math.min(count - shown, Math.max(0, at) - Math.floor(shown / 2)));

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
  return words === '' ? [] : [[span(`  ${words}`, known?.silentSeconds ? 'yellow' : 'dim')]];
};

export const wrapped = (text: string, view: View, ink?: Ink): Line[] =>
  wrap(text, Math.max(20, view.cols - 4)).map((line) => [span(`  ${line}`, ink)]);
