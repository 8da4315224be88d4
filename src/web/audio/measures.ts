/**
 * What tells two sounds apart in numbers. Plain loops: half a minute is a million samples, for which the methods of
 * arrays with their callbacks take five times as long.
 */

/** By sound: it is asked again whenever another one is chosen. */
const known = new WeakMap<Float32Array, number>();

export const rmsOf = (samples: Float32Array): number => {
  const before = known.get(samples);
  if (before !== undefined) return before;
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += (samples[i] ?? 0) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  known.set(samples, rms);
  return rms;
};

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

export const differenceOf = (a: Float32Array, b: Float32Array): Float32Array => {
  const difference = new Float32Array(a.length);
  for (let i = 0; i < a.length; i += 1) difference[i] = (a[i] ?? 0) - (b[i] ?? 0);
  return difference;
};

export const peakOf = (samples: Float32Array): number => {
  let most = 0;
  for (let i = 0; i < samples.length; i += 1) most = Math.max(most, Math.abs(samples[i] ?? 0));
  return most;
};

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
