/** Lines of one zone by the time of their last touch, as intervals that were touched together. */
import { roomFor } from '../lists';

const firstRoom: i32 = 8;

/** Lists with one entry an interval, by line; intervals are disjoint. */
export class Intervals {
  count: i32 = 0;
  low: StaticArray<f64> = new StaticArray<f64>(firstRoom);
  /** Exclusive. */
  high: StaticArray<f64> = new StaticArray<f64>(firstRoom);
  time: StaticArray<i32> = new StaticArray<i32>(firstRoom);

  /** The first that ends after `line`. */
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

  /** Whether the interval is of just these lines. */
  is(interval: i32, low: f64, high: f64): bool {
    return interval < this.count && this.low[interval] === low && this.high[interval] === high;
  }

  private set(interval: i32, low: f64, high: f64, time: i32): void {
    this.low[interval] = low;
    this.high[interval] = high;
    this.time[interval] = time;
  }

  private reserve(count: i32): void {
    this.low = roomFor(this.low, count);
    this.high = roomFor(this.high, count);
    this.time = roomFor(this.time, count);
  }

  append(low: f64, high: f64, time: i32): void {
    this.reserve(this.count + 1);
    this.set(this.count++, low, high, time);
  }

  /** Turns round the order of those from `first` on. */
  reverse(first: i32): void {
    for (let i = first, last = this.count - 1; i < last; i++, last--) {
      const low = this.low[i];
      const high = this.high[i];
      const time = this.time[i];
      this.set(i, this.low[last], this.high[last], this.time[last]);
      this.set(last, low, high, time);
    }
  }

  /** Gives the lines from `low` to `high` (exclusive) one time; none: forgets them. */
  private replace(low: f64, high: f64, time: i32, made: i32): void {
    const first = this.after(low);
    let end = first;
    while (end < this.count && this.low[end] < high) end++;
    let left: i32 = 0;
    let right: i32 = 0;
    let lowest: f64 = 0;
    let highest: f64 = 0;
    let before: i32 = 0;
    let behind: i32 = 0;
    if (end > first) {
      lowest = this.low[first];
      before = this.time[first];
      highest = this.high[end - 1];
      behind = this.time[end - 1];
      left = i32(lowest < low);
      right = i32(highest > high);
    }
    this.move(end, first + left + made + right);
    if (left) this.set(first, lowest, low, before);
    if (made) this.set(first + left, low, high, time);
    if (right) this.set(first + left + made, high, highest, behind);
  }

  /** What stood from `from` on stands from `to` on. */
  private move(from: i32, to: i32): void {
    const moved = <usize>(this.count - from);
    this.count += to - from;
    this.reserve(this.count);
    this.moveIn(changetype<usize>(this.low), from, to, moved, 3);
    this.moveIn(changetype<usize>(this.high), from, to, moved, 3);
    this.moveIn(changetype<usize>(this.time), from, to, moved, 2);
  }

  private moveIn(list: usize, from: i32, to: i32, count: usize, shift: usize): void {
    memory.copy(list + ((<usize>to) << shift), list + ((<usize>from) << shift), count << shift);
  }

  /** Gives the lines from `low` to `high` (exclusive) one time. */
  paint(low: f64, high: f64, time: i32): void {
    const same = this.after(low);
    if (this.is(same, low, high)) this.time[same] = time;
    else this.replace(low, high, time, 1);
  }

  /** Forgets the lines from `low` to `high`. */
  remove(low: f64, high: f64): void {
    this.replace(low, high, 0, 0);
  }
}
