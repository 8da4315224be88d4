/** The colour of a verdict. The word stands beside it everywhere. */
import type { Verdict } from '../../study/predict-row.ts';
import type { Tone } from '../chart/svg.ts';

export const verdictTones: Readonly<Record<Verdict, Tone>> = {
  fits: 'good',
  tight: 'near',
  over: 'bad',
  'wont-load': 'bad',
  unknown: 'muted',
};

export const percentText = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const cyclesText = (cycles: number): string => cycles.toFixed(1);
