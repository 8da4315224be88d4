/** How the page shows a verdict: a glyph and a tone beside the word of all reports. */
import { verdictWord } from '../report/predict/verdict-text.ts';
import type { PredictRow } from '../study/predict/row.ts';

export type Tone = 'good' | 'likely' | 'near' | 'bad' | 'muted';

export interface Said {
  readonly glyph: string;
  readonly word: string;
  readonly tone: Tone;
}

export const isSure = (row: PredictRow): boolean => row.verdict === 'fits' && row.sure;

const looks: Readonly<Record<PredictRow['verdict'], Omit<Said, 'word'>>> = {
  fits: { glyph: '●', tone: 'good' },
  tight: { glyph: '▲', tone: 'near' },
  over: { glyph: '✕', tone: 'bad' },
  'wont-load': { glyph: '✕', tone: 'bad' },
  unknown: { glyph: '?', tone: 'muted' },
};

export const said = (row: PredictRow): Said => ({
  ...(row.verdict === 'fits' && !row.sure ? { glyph: '◐', tone: 'likely' } : looks[row.verdict]),
  word: verdictWord(row),
});
