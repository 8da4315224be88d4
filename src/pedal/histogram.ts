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
  private counts = new Map<number, number>();
  private isExact = true;
  private total = 0;
  private largest = 0;

  add(value: number): void {
    this.total += 1;
    if (value > this.largest) this.largest = value;
    const key = this.isExact ? value : bucketOf(value);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (this.isExact && this.counts.size > exactValues) this.coarsen();
  }

  get count(): number {
    return this.total;
  }

  get mean(): number {
    if (this.total === 0) return 0;
    // In order of value, so that the order of arrival cannot change the last digit.
    const sorted = [...this.counts].sort((x, y) => x[0] - y[0]);
    return sorted.reduce((sum, [value, count]) => sum + value * count, 0) / this.total;
  }

  get max(): number {
    return this.largest;
  }

  get exact(): boolean {
    return this.isExact;
  }

  /** The smallest recorded values such that a share `at` of all values is not above each (nearest rank). */
  quantiles(at: readonly number[]): number[] {
    const sorted = [...this.counts].sort((x, y) => x[0] - y[0]);
    return at.map((share) => {
      const rank = Math.max(1, Math.ceil(share * this.total));
      let seen = 0;
      for (const [value, count] of sorted) {
        seen += count;
        if (seen >= rank) return value;
      }
      return 0;
    });
  }

  private coarsen(): void {
    const coarse = new Map<number, number>();
    for (const [value, count] of this.counts) {
      const key = bucketOf(value);
      coarse.set(key, (coarse.get(key) ?? 0) + count);
    }
    this.counts = coarse;
    this.isExact = false;
  }
}
