/**
 * A distribution of non-negative numbers in bounded memory. Exact while there are few different
 * values; above that, buckets of a 2,048th of their size, and the percentiles say so.
 */

const exactValues = 65_536;
const mantissaBits = 11;

/** The lower edge of the bucket that holds a value. Halving and doubling are exact on every host. */
const bucketOf = (value: number): number => {
  if (value <= 0) return 0;
  let step = 1;
  while (value >= step * 2 ** (mantissaBits + 1)) step *= 2;
  while (value < step * 2 ** mantissaBits) step /= 2;
  return Math.floor(value / step) * step;
};

export class Histogram {
  count = 0;
  max = 0;
  /** False once values are kept as the edges of their buckets. */
  exact = true;
  private counts = new Map<number, number>();
  /** Null where a value came since they were last asked for. */
  private inOrder: readonly [value: number, count: number][] | null = null;

  add(value: number): void {
    this.inOrder = null;
    this.count += 1;
    if (value > this.max) this.max = value;
    const key = this.exact ? value : bucketOf(value);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (this.exact && this.counts.size > exactValues) this.coarsen();
  }

  get mean(): number {
    // In order of value, so that the order of arrival cannot change the last digit.
    const sum = this.sorted().reduce((total, [value, count]) => total + value * count, 0);
    return this.count === 0 ? 0 : sum / this.count;
  }

  /** The smallest recorded values such that a share `at` of all values is not above each (nearest rank). */
  quantiles(at: readonly number[]): number[] {
    const sorted = this.sorted();
    return at.map((share) => {
      const rank = Math.max(1, Math.ceil(share * this.count));
      let seen = 0;
      const found = sorted.find(([, count]) => {
        seen += count;
        return seen >= rank;
      });
      return found?.[0] ?? 0;
    });
  }

  private sorted(): readonly [value: number, count: number][] {
    this.inOrder ??= [...this.counts].sort((x, y) => x[0] - y[0]);
    return this.inOrder;
  }

  private coarsen(): void {
    const coarse = new Map<number, number>();
    for (const [value, count] of this.counts) {
      const key = bucketOf(value);
      coarse.set(key, (coarse.get(key) ?? 0) + count);
    }
    this.counts = coarse;
    this.exact = false;
  }
}
