/** Lines of one zone by the time of their last touch, as intervals that were touched together. */

export interface Interval {
  low: number;
  /** Exclusive. */
  high: number;
  time: number;
}

/** Disjoint intervals, by line. */
export class Intervals {
  list: Interval[] = [];

  /** Index of the first that ends after `line`. */
  after(line: number): number {
    const { list } = this;
    let [from, to] = [0, list.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      // In the bounds of the list.
      if ((list[middle] as Interval).high > line) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** Index of the first that begins at `line` or after it, from `first` on. */
  private end(first: number, line: number): number {
    const { list } = this;
    let end = first;
    while (end < list.length && (list[end] as Interval).low < line) end++;
    return end;
  }

  /** The interval of just these lines. */
  exactly(low: number, high: number): Interval | null {
    const found = this.list[this.after(low)];
    return found !== undefined && found.low === low && found.high === high ? found : null;
  }

  /** Those that have any of the lines from `low` to `high`. */
  within(low: number, high: number): readonly Interval[] {
    const first = this.after(low);
    return this.list.slice(first, this.end(first, high));
  }

  private replace(low: number, high: number, made: Interval | null): void {
    const { list } = this;
    const first = this.after(low);
    const end = this.end(first, high);
    const [lowest, highest] = [list[first], list[end - 1]];
    const parts: Interval[] = [];
    if (end > first && lowest && lowest.low < low) parts.push({ ...lowest, high: low });
    if (made !== null) parts.push(made);
    if (end > first && highest && highest.high > high) parts.push({ ...highest, low: high });
    list.splice(first, end - first, ...parts);
  }

  /** Gives the lines from `low` to `high` (exclusive) one time. */
  paint(low: number, high: number, time: number): void {
    const same = this.exactly(low, high);
    if (same !== null) same.time = time;
    else this.replace(low, high, { low, high, time });
  }

  /** Forgets the lines from `low` to `high`. */
  remove(low: number, high: number): void {
    this.replace(low, high, null);
  }
}
