/** A verdict with how sure it is, and a load with its interval: the same words in every report. */
import type { PredictRow } from '../../study/predict/row.ts';
import { percent } from '../text/number.ts';

/** Below this chance that it fits, `over` is as sure as `fits` is from 1 - this on. */
const noChance = 0.05;

/** `tight` says by itself that it could go either way. */
const isSettled = ({ verdict, chance, sure }: PredictRow): boolean =>
  verdict === 'fits' ? sure : verdict !== 'over' || chance === null || chance <= noChance;

/** 'fits', or 'fits?' where the verdict leans on the expected value alone. */
export const verdictWord = (row: PredictRow): string =>
  isSettled(row) ? row.verdict : `${row.verdict}?`;

/** '36-55', where nine of ten such predictions hold the truth; '7.1-8.4' below a tenth; '' without a load. */
export const intervalText = ({ load }: PredictRow): string => {
  if (load === null) return '';
  const plain = (share: number): string => percent(share).replace('%', '');
  return `${plain(load.low)}-${plain(load.high)}`;
};

/** '44% (36-55)'. */
export const loadWithInterval = (row: PredictRow): string =>
  row.load === null ? '' : `${percent(row.load.expected)} (${intervalText(row)})`;

/** '44% (36-55) fits?', or the verdict alone. */
export const rowVerdict = (row: PredictRow): string =>
  [loadWithInterval(row), verdictWord(row)].filter((part) => part !== '').join(' ');
