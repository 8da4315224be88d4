/**
 * Logarithm, exponential and the normal distribution from additions, multiplications and divisions alone:
 * those of the host may differ in the last digit from version to version.
 */

// The constant is the same number everywhere; only the functions of Math may differ.
const ln2 = Math.LN2;

/** Natural logarithm of a positive number, by the series of the inverse hyperbolic tangent. */
export const ln = (x: number): number => {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let twos = 0;
  let m = x;
  for (; m > 1.5; m /= 2) twos += 1;
  for (; m < 0.75; m *= 2) twos -= 1;
  const t = (m - 1) / (m + 1);
  let [power, sum] = [t, 0];
  for (let n = 1; n < 30; n += 2) {
    sum += power / n;
    power *= t * t;
  }
  return 2 * sum + twos * ln2;
};

/** e^x, by halving until the series of seven terms is exact, and squaring back. */
export const exp = (x: number): number => {
  if (x > 700) return Number.POSITIVE_INFINITY;
  if (x < -700) return 0;
  const halvings = 10;
  const small = x / 2 ** halvings;
  let [term, sum] = [1, 1];
  for (let n = 1; n < 12; n++) {
    term *= small / n;
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum *= sum;
  return sum;
};

/** How many standard deviations to each side hold nine tenths of a normal distribution. */
export const ninetyPercent = 1.6448536269514722;

/** Share of a normal distribution below z (Abramowitz and Stegun 26.2.17, within 7.5e-8). */
export const normalShare = (z: number): number => {
  if (Number.isNaN(z)) return z;
  const a = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * a);
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = 0.3989422804014327 * exp((-a * a) / 2) * poly;
  return z >= 0 ? 1 - above : above;
};
