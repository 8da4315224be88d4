/** How the page says a verdict: a glyph, a word and a tone, the same everywhere. */
import { percent } from '../report/text/number.ts';
import type { PredictRow } from '../study/predict/row.ts';

export type Tone = 'good' | 'likely' | 'near' | 'bad' | 'muted';

export interface Said {
  readonly glyph: string;
  readonly word: string;
  readonly tone: Tone;
}

export const isSure = (row: PredictRow): boolean => row.verdict === 'fits' && row.sure === true;

export const said = (row: PredictRow): Said => {
  switch (row.verdict) {
    case 'fits':
      return row.sure === false
        ? { glyph: '◐', word: 'fits?', tone: 'likely' }
        : { glyph: '●', word: 'fits', tone: 'good' };
    case 'tight':
      return { glyph: '▲', word: 'tight', tone: 'near' };
    case 'over':
      return { glyph: '✕', word: 'over', tone: 'bad' };
    case 'wont-load':
      return { glyph: '✕', word: 'too large', tone: 'bad' };
    case 'unknown':
      return { glyph: '?', word: 'unknown', tone: 'muted' };
    default:
      return row.verdict satisfies never;
  }
};

/** '44% (36-55)'. */
export const loadText = ({ load }: PredictRow): string => {
  if (load === null) return '';
  const { low, high, expected } = load;
  return `${percent(expected)} (${percent(low).replace('%', '')}-${percent(high).replace('%', '')})`;
};
