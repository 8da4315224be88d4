/** A verdict with how sure it is, and a load with its interval: the same words in every report. */

import type { PredictRow } from '../../study/predict/row.ts';
import type { Interval } from '../../units/range.ts';
import { percent } from '../text/number.ts';

/** What of a row its words hang on. */
export interface Judged extends Pick<PredictRow, 'verdict' | 'chance' | 'sure'> {
  readonly load: Pick<Interval, 'low' | 'expected' | 'high'> | null;
}

/** Below this chance that it fits, `over` is as sure as `fits` is from 1 - this on. */
const noChance = 0.05;

/** `tight` says by itself that it could go either way. */
export const isSettled = ({ verdict, chance, sure }: Omit<Judged, 'load'>): boolean =>
  verdict === 'fits' ? sure : verdict !== 'over' || chance === null || chance <= noChance;

/** 'fits', or 'fits?' where the verdict leans on the expected value alone. */
export const verdictWord = (row: Omit<Judged, 'load'>): string =>
  isSettled(row) ? row.verdict : `${row.verdict}?`;

/** '36-55', where nine of ten such predictions hold the truth; '7.1-8.4' below a tenth; '' without a load. */
export const intervalText = ({ load }: Pick<Judged, 'load'>): string => {
  if (load === null) return '';
  const plain = (share: number): string => percent(share).replace('%', '');
  return `${plain(load.low)}-${plain(load.high)}`;
};

/** '44% (36-55)'. */
export const loadWithInterval = (row: Pick<Judged, 'load'>): string =>
  row.load === null ? '' : `${percent(row.load.expected)} (${intervalText(row)})`;

/** '44% (36-55) fits?', or the verdict alone. */
export const rowVerdict = (row: Judged): string =>
  [loadWithInterval(row), verdictWord(row)].filter((part) => part !== '').join(' ');
