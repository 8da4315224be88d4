/** Whether a row stays inside a margin, by its chance: the distribution is that of `study/predict/spread.ts`. */
import { ln } from '../../units/normal.ts';
import type { Interval } from '../predict/interval.ts';
import type { PredictRow, Verdict } from '../predict/row.ts';
import { chanceWithin, type Spread, sureFrom } from '../predict/spread.ts';
import { verdictOf } from '../predict/verdict.ts';

/** Whoever does not say is content with nine of ten. */
export const usualConfidence = 0.9;

/** The spread that an interval was made with. */
const spreadOf = ({ low, expected, high }: Interval): Spread => ({
  below: expected > low && low > 0 ? ln(expected / low) : 0,
  above: expected > 0 && high > expected ? ln(high / expected) : 0,
});

/** How likely the load of a row leaves `margin` free: what the row says, unless the margin is another. */
export const chanceInside = (row: PredictRow, margin: number): number => {
  if (row.load === null || row.verdict === 'wont-load') return 0;
  if (margin === row.margin && row.chance !== null) return row.chance;
  return chanceWithin(1 - margin, row.load.expected, spreadOf(row.load));
};

export const verdictInside = (row: PredictRow, margin: number): Verdict =>
  verdictOf({
    load: row.load?.expected ?? null,
    margin,
    memoryFits: row.verdict !== 'wont-load',
  });

export const isSure = (chance: number): boolean => chance >= sureFrom;

/** Halvings of the interval that is searched: beyond the digits of a chance. */
const halvings = 30;

/** The share of a limit that the expected cost may take, so that it is kept with this chance. */
export const expectedShare = (load: Interval, confidence: number): number => {
  const spread = spreadOf(load);
  let [inside, outside] = [0, 1];
  for (let i = 0; i < halvings; i++) {
    const middle = (inside + outside) / 2;
    if (chanceWithin(1, middle, spread) >= confidence) inside = middle;
    else outside = middle;
  }
  return inside;
};
