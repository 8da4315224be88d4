/** What tells two sounds apart in numbers. */

export const rmsOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / Math.max(1, samples.length));

/** NAM's error-to-signal ratio: sum((y - z)^2) / sum(y^2), `reference` being y. Null for silence. */
export const esrOf = (reference: Float32Array, other: Float32Array): number | null => {
  let error = 0;
  let signal = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const y = reference[i] ?? 0;
    error += (y - (other[i] ?? 0)) ** 2;
    signal += y * y;
  }
  return signal === 0 ? null : error / signal;
};

export const differenceOf = (a: Float32Array, b: Float32Array): Float32Array =>
  a.map((value, i) => value - (b[i] ?? 0));

export const peakOf = (samples: Float32Array): number =>
  samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** In how many of such tests who only guesses between two gets `right` of `trials`, or more: 0 to 1. */
export const guessedShare = (right: number, trials: number): number => {
  let ways = 1;
  let sum = 0;
  for (let k = trials; k >= right; k -= 1) {
    sum += ways;
    ways = (ways * k) / (trials - k + 1);
  }
  return sum / 2 ** trials;
};
