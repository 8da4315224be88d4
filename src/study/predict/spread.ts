/**
 * How far a prediction may lie from the truth: ln(truth / expected) is taken as normal around 0, with a width
 * of its own to each side. Three things add up as squares do, because they err independently:
 * the figures of the core (their corners, scaled down: figures do not all err at once), waiting for memory,
 * and what predictions of that confidence have been off by. A load adds the clock and what the device keeps.
 * Pure; the constants are in `spread-figures.json`, which `tools/generate-spread.ts` makes.
 */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import type { BlockCost } from '../../machine/cost.ts';
import { type Figure, rangeOfSupply } from '../../units/figure.ts';
import { exp, ln, ninetyPercent, normalShare } from '../../units/normal.ts';
import type { Interval, Range } from '../../units/range.ts';
import type { Confidence } from './row.ts';
import data from './spread-figures.json' with { type: 'json' };

/** In natural logarithms. Nine of ten lie from `below` under the expected value to `above` over it. */
export interface Spread {
  readonly below: number;
  readonly above: number;
}

export type CostedConfidence = Exclude<Confidence, 'evidence'>;

export interface SpreadFigures {
  /** The share of a corner that the figures behind it reach together, nine times of ten. */
  readonly cornerShare: Figure;
  /** What waiting for memory may take of what is expected. */
  readonly waits: Figure;
  /** By how much predictions of each confidence miss: half of the width that holds nine of ten, in ln. */
  readonly residuals: Readonly<Record<CostedConfidence, Figure>>;
}

/** What predictions are off by. */
export const spreadFigures: SpreadFigures = data as SpreadFigures;

/** What of a cost the spread hangs on. */
export interface CostCorners {
  /** In the steady state. */
  readonly warm: Range;
  /** Of it, expected cycles of waiting for memory. */
  readonly waits: number;
}

export const cornersOf = ({ warm, summary }: Pick<BlockCost, 'warm' | 'summary'>): CostCorners => ({
  warm,
  waits: Object.values(summary.memory).reduce((sum, cycles) => sum + cycles, 0),
});

const root = (...widths: readonly number[]): number =>
  Math.sqrt(widths.reduce((sum, width) => sum + width * width, 0));

/** ln(a / b), 0 where one of them is nothing. */
const logRatio = (a: number, b: number): number => (a > 0 && b > 0 ? Math.abs(ln(a / b)) : 0);

/** What the figures alone leave open. */
export const figureSpread = (
  { warm, waits }: CostCorners,
  figures: Pick<SpreadFigures, 'cornerShare' | 'waits'>,
): Spread => {
  const share = figures.cornerShare.value;
  const { low = 1, high = 1 } = figures.waits;
  const waiting = warm.expected > 0 ? waits / warm.expected : 0;
  return {
    below: root(share * logRatio(warm.expected, warm.best), logRatio(1 + waiting * (low - 1), 1)),
    above: root(share * logRatio(warm.worst, warm.expected), logRatio(1 + waiting * (high - 1), 1)),
  };
};

export const withResiduals = (own: Spread, halfWidth: number): Spread => ({
  below: root(own.below, halfWidth),
  above: root(own.above, halfWidth),
});

/** Of cycles. */
export const spreadOfCost = (
  cost: Pick<BlockCost, 'warm' | 'summary'>,
  confidence: CostedConfidence,
  figures: SpreadFigures,
): Spread =>
  withResiduals(figureSpread(cornersOf(cost), figures), figures.residuals[confidence].value);

/** Of a load: that of its cycles, with the clock's and with that of the share and the time that the device keeps. */
export const spreadOfLoad = (
  cycles: Spread,
  chip: ChipProfile,
  blockFrames: number,
  sampleRateHz: number,
): Spread => {
  const period = blockFrames / sampleRateHz;
  const { reserveShare, secondsPerBlock } = chip.host;
  const left = (figure: Figure, of: number): Range => ({
    best: Math.max(1e-9, of - (figure.low ?? figure.value)),
    expected: Math.max(1e-9, of - figure.value),
    worst: Math.max(1e-9, of - (figure.high ?? figure.value)),
  });
  const supplies = [
    rangeOfSupply(audioClusterOf(chip).clockHz),
    left(reserveShare, 1),
    left(secondsPerBlock, period),
  ];
  return {
    below: root(cycles.below, ...supplies.map((s) => logRatio(s.best, s.expected))),
    above: root(cycles.above, ...supplies.map((s) => logRatio(s.expected, s.worst))),
  };
};

/** Six digits: more would say nothing. */
const rounded = (value: number): number => Number(value.toPrecision(6));

/** Where nine of ten such predictions hold the truth; never without the expected value itself. */
export const intervalOf = (
  expected: number,
  { below, above }: Spread,
): { readonly low: number; readonly high: number } => ({
  low: Math.min(expected, rounded(expected * exp(-below))),
  high: Math.max(expected, rounded(expected * exp(above))),
});

/** The range with its interval; its corners are never inside of that. */
export const withInterval = (range: Range, spread: Spread): Interval => {
  const { best, expected, worst } = range;
  const { low, high } = intervalOf(expected, spread);
  return { best: Math.min(best, low), low, expected, high, worst: Math.max(worst, high) };
};

/** From here on a verdict is sure. */
export const sureFrom = 0.95;

/** How likely the truth is no more than `limit`, from 0 to 1, in thousandths. Falls as `expected` grows. */
export const chanceWithin = (limit: number, expected: number, { below, above }: Spread): number => {
  if (expected <= 0) return limit >= 0 ? 1 : 0;
  if (limit <= 0) return 0;
  const off = ln(limit / expected);
  const width = off < 0 ? below : above;
  if (width === 0) return off < 0 ? 0 : 1;
  return Math.round(1000 * normalShare((ninetyPercent * off) / width)) / 1000;
};
