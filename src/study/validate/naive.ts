/** The model that everybody starts with: multiply-accumulates times a constant. It is here to be beaten. */

export interface NaiveCase {
  readonly macsPerSample: number;
  readonly cyclesPerSample: number;
}

/**
 * Cycles per multiply-accumulate, one number over all cases: the one that makes the squared errors of
 * the logarithms least, which is their geometric mean.
 */
export const fitNaive = (cases: readonly NaiveCase[]): number => {
  if (cases.length === 0) return Number.NaN;
  const logs = cases.map((c) => Math.log(c.cyclesPerSample / c.macsPerSample));
  return Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
};

export const predictNaive = (macsPerSample: number, cyclesPerMac: number): number =>
  macsPerSample * cyclesPerMac;
