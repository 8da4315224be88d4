/** What a test may demand of one prediction, and the words for it. Pure. */
import type { PredictRow } from '../predict/row.ts';
import { numberText } from './growth.ts';
import { subjectText } from './message.ts';

export interface Requirement {
  /** 'to fit', 'to cost at most 1000 cycles/sample'. */
  readonly demand: string;
  /** Null where it cannot be said: that is neither a pass nor a failure. */
  holds(row: PredictRow): boolean | null;
}

export const percentText = (share: number): string =>
  `${numberText(Number((share * 100).toFixed(2)))} %`;

/** A verdict of `fits`: in memory, and with the headroom that the device needs. */
export const toFit: Requirement = {
  demand: 'to fit',
  holds: (row) => (row.verdict === 'unknown' ? null : row.verdict === 'fits'),
};

/** The same, and with a chance of 95 % or more. */
export const toFitSurely: Requirement = {
  demand: 'to fit surely',
  holds: (row) => (row.verdict === 'unknown' ? null : row.verdict === 'fits' && row.sure),
};

const unlessUnknown = (
  actual: number | null | undefined,
  holds: (actual: number) => boolean,
): boolean | null => (actual == null || Number.isNaN(actual) ? null : holds(actual));

/** Expected cycles per sample of all copies together; the limit itself is allowed. */
export const toCostAtMost = (cycles: number): Requirement => ({
  demand: `to cost at most ${numberText(cycles)} cycles/sample`,
  holds: (row) => unlessUnknown(row.cyclesPerSample?.expected, (actual) => actual <= cycles),
});

/** 1 - expected load; the limit itself is allowed. */
export const toKeepHeadroom = (share: number): Requirement => ({
  demand: `to keep a headroom of ${percentText(share)}`,
  holds: ({ headroom }) => unlessUnknown(headroom, (actual) => actual >= share),
});

export const subjectOf = ({ width, ...row }: PredictRow): string =>
  subjectText({ ...row, width: width.label, whatIf: width.whatIf });

/** Cycles, load and headroom as lines; what is not known is left out. */
export const figuresOf = (row: PredictRow): readonly string[] => {
  const lines = [`verdict: ${row.verdict}`];
  if (row.cyclesPerSample !== null) {
    const { best, expected, worst } = row.cyclesPerSample;
    const budget =
      row.budgetCyclesPerSample === null ? '' : ` of ${numberText(row.budgetCyclesPerSample)}`;
    lines.push(
      `cycles/sample: ${numberText(expected)}${budget} (best ${numberText(best)}, worst ${numberText(worst)})`,
    );
  }
  if (row.load !== null && row.headroom !== null) {
    const margin = row.margin === null ? '' : `, the device needs ${percentText(row.margin)}`;
    lines.push(
      `load: ${percentText(row.load.expected)}, headroom ${percentText(row.headroom)}${margin}`,
    );
  }
  if (row.verdict === 'unknown' || row.verdict === 'wont-load' || row.cyclesPerSample === null) {
    lines.push(...row.reasons);
  }
  return lines;
};
