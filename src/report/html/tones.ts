/** The colour of a verdict. The word stands beside it everywhere. */
import type { Verdict } from '../../study/predict/row.ts';
import type { Bar } from '../chart/bar-chart.ts';
import type { Tone } from '../chart/svg.ts';
import { grouped } from '../text/number.ts';

export const verdictTones: Readonly<Record<Verdict, Tone>> = {
  fits: 'good',
  tight: 'near',
  over: 'bad',
  'wont-load': 'bad',
  unknown: 'muted',
};

export const percentText = (share: number): string => `${(share * 100).toFixed(1)} %`;
/** Tenths where they tell something: 7.2, 250.6, 32,369. */
export const cyclesText = (cycles: number): string =>
  Math.abs(cycles) < 999.95
    ? cycles.toFixed(1)
    : `${cycles < 0 ? '-' : ''}${grouped(Math.abs(cycles))}`;

/** The thin line of a bar, from one load to another. */
export const spanOf = (low: number, high: number): NonNullable<Bar['span']> => ({
  low: low * 100,
  high: high * 100,
  lowText: percentText(low),
  highText: percentText(high),
});
