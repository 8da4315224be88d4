/** Lines of one buffer, or of one ring, with the time of their last touch: as segments that were touched together. */
import { roomForNumbers, roomForWords } from '../lists';

const firstCapacity: i32 = 8;

/** Lists with one entry a segment, by line; segments are disjoint. */
export class Segments {
  count: i32 = 0;
  low: StaticArray<f64> = new StaticArray<f64>(firstCapacity);
  /** Exclusive. */
  high: StaticArray<f64> = new StaticArray<f64>(firstCapacity);
  time: StaticArray<i32> = new StaticArray<i32>(firstCapacity);

  clear(): void {
    this.count = 0;
  }

  /** The first segment that ends after `line`. */
  after(line: f64): i32 {
    let from: i32 = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.high[middle] > line) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  is(segment: i32, low: f64, high: f64): bool {
    return segment < this.count && this.low[segment] === low && this.high[segment] === high;
  }

  private set(segment: i32, low: f64, high: f64, time: i32): void {
    this.low[segment] = low;
    this.high[segment] = high;
    this.time[segment] = time;
  }

  private reserve(count: i32): void {
    this.low = roomForNumbers(this.low, count);
    this.high = roomForNumbers(this.high, count);
    this.time = roomForWords(this.time, count);
  }

  append(low: f64, high: f64, time: i32): void {
    this.reserve(this.count + 1);
    this.set(this.count, low, high, time);
    this.count++;
  }

  /** Turns round the order of the segments from `first` on. */
  reverse(first: i32): void {
    let last = this.count - 1;
    for (let i = first; i < last; i++) {
      const low = this.low[i];
      const high = this.high[i];
      const time = this.time[i];
      this.set(i, this.low[last], this.high[last], this.time[last]);
      this.set(last, low, high, time);
      last--;
    }
  }

  /** Places for `count` segments instead of those from `first` to `end` (exclusive). */
  private replace(first: i32, end: i32, count: i32): void {
    const before = this.count;
    this.count = before + count - (end - first);
    this.reserve(this.count);
    const to = <usize>(first + count);
    const from = <usize>end;
    const moved = <usize>(before - end);
    const low = changetype<usize>(this.low);
    const high = changetype<usize>(this.high);
    const time = changetype<usize>(this.time);
    memory.copy(low + (to << 3), low + (from << 3), moved << 3);
    memory.copy(high + (to << 3), high + (from << 3), moved << 3);
    memory.copy(time + (to << 2), time + (from << 2), moved << 2);
  }

  /** Gives the lines from `low` to `high` (exclusive) one time. */
  paint(low: f64, high: f64, time: i32): void {
    const first = this.after(low);
    if (this.is(first, low, high)) {
      this.time[first] = time;
      return;
    }
    let end = first;
    while (end < this.count && this.low[end] < high) end++;
    if (end === first) {
      this.replace(first, first, 1);
      this.set(first, low, high, time);
      return;
    }
    const lowest = this.low[first];
    const lowestTime = this.time[first];
    const highest = this.high[end - 1];
    const highestTime = this.time[end - 1];
    const left = lowest < low;
    const right = highest > high;
    this.replace(first, end, 1 + <i32>left + <i32>right);
    let at = first;
    if (left) this.set(at++, lowest, low, lowestTime);
    this.set(at++, low, high, time);
    if (right) this.set(at, high, highest, highestTime);
  }

  /** Forgets the lines from `low` to `high`. */
  remove(low: f64, high: f64): void {
    this.paint(low, high, 0);
    const here = this.after(low);
    this.replace(here, here + 1, 0);
  }
}
