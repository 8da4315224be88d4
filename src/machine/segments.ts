/** Lines of one buffer, or of one ring, with the time of their last touch: as segments that were touched together. */

export interface Piece {
  low: number;
  high: number;
  time: number;
}

export class Segments {
  /** By line, disjoint. */
  list: Piece[] = [];

  /** Index of the first segment that ends after `line`. */
  after(line: number): number {
    const { list } = this;
    let [from, to] = [0, list.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((list[middle] as Piece).high > line) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** Gives the lines from `low` to `high` (exclusive) one time. */
  paint(low: number, high: number, time: number): void {
    const { list } = this;
    const first = this.after(low);
    const here = list[first];
    if (here !== undefined && here.low === low && here.high === high) {
      here.time = time;
      return;
    }
    if (here === undefined || here.low >= high) {
      list.splice(first, 0, { low, high, time });
      return;
    }
    let end = first;
    const parts: Piece[] = [];
    for (let next = list[end]; next !== undefined && next.low < high; next = list[++end]) {
      if (next.low < low) parts.push({ low: next.low, high: low, time: next.time });
      if (next.high > high) parts.push({ low: high, high: next.high, time: next.time });
    }
    const at = parts[0] !== undefined && parts[0].high === low ? 1 : 0;
    parts.splice(at, 0, { low, high, time });
    list.splice(first, end - first, ...parts);
  }

  /** Forgets the lines from `low` to `high`. */
  remove(low: number, high: number): void {
    this.paint(low, high, 0);
    this.list.splice(this.after(low), 1);
  }
}
