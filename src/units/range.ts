/** A number with its uncertainty. Invariant: best <= expected <= worst (in cost: best is cheapest). */
export interface Range {
  readonly best: number;
  readonly expected: number;
  readonly worst: number;
}

/** best <= low <= expected <= high <= worst; nine of ten predictions hold the truth between low and high. */
export interface Interval extends Range {
  readonly low: number;
  readonly high: number;
}

export type Corner = keyof Range;

/** A number for each corner. */
export const atCorners = (of: (corner: Corner) => number): Range => {
  return { best: of('best'), expected: of('expected'), worst: of('worst') };
};

export const exactly = (value: number): Range => ({ best: value, expected: value, worst: value });

export const addRanges = (a: Range, b: Range): Range => ({
  best: a.best + b.best,
  expected: a.expected + b.expected,
  worst: a.worst + b.worst,
});

export const scaleRange = (a: Range, factor: number): Range => ({
  best: a.best * factor,
  expected: a.expected * factor,
  worst: a.worst * factor,
});
