/** Errors of many cases in a few numbers. */

export interface ErrorSummary {
  readonly n: number;
  readonly medianAbsErrorPercent: number | null;
  readonly p90AbsErrorPercent: number | null;
  readonly worstAbsErrorPercent: number | null;
  /** Shares of the cases, 0 to 1. */
  readonly within10Percent: number | null;
  readonly within25Percent: number | null;
}

/** Linear between neighbours; null where there is nothing. */
export const quantile = (values: readonly number[], share: number): number | null => {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const a = sorted[low] ?? 0;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? a;
  return a + (b - a) * (position - low);
};

export const summarize = (errorsPercent: readonly number[]): ErrorSummary => {
  const sizes = errorsPercent.map(Math.abs);
  const within = (limit: number): number | null =>
    sizes.length === 0 ? null : sizes.filter((e) => e <= limit).length / sizes.length;
  return {
    n: sizes.length,
    medianAbsErrorPercent: quantile(sizes, 0.5),
    p90AbsErrorPercent: quantile(sizes, 0.9),
    worstAbsErrorPercent: quantile(sizes, 1),
    within10Percent: within(10),
    within25Percent: within(25),
  };
};
