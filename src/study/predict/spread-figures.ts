/** What predictions are off by. Written by tools/generate-spread.ts; the two estimates are its, too. */
import type { SpreadFigures } from './spread.ts';

export const spreadFigures: SpreadFigures = {
  cornerShare: {
    value: 0.333,
    low: 0.2,
    high: 0.6,
    kind: 'estimate',
    source:
      'a corner has every figure at its cruel end; of nine that err independently and alike, the sum of squares reaches a third',
  },
  waits: {
    value: 1,
    low: 0.5,
    high: 2,
    kind: 'estimate',
    source:
      'low and high of the latencies and of the shares that prefetching leaves visible, in the profiles',
  },
  residuals: {
    validated: {
      value: 0.143,
      low: 0.136,
      high: 0.153,
      kind: 'fitted',
      source:
        '23 cases of data/measurements.json, every core counting the same: 1.95 deviations hold nine of ten with the own core left out; low and high: one core left out',
    },
    fitted: {
      value: 0.212,
      low: 0.186,
      high: 0.227,
      kind: 'fitted',
      source: 'root mean square of validated and estimated',
    },
    estimated: {
      value: 0.264,
      low: 0.225,
      high: 0.282,
      kind: 'fitted',
      source:
        '23 cases of data/measurements.json, every core counting the same: 1.71 deviations hold nine of ten with the own core left out; low and high: one core left out',
    },
  },
};
