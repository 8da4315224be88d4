/** What an in-order core has still to do after each iteration of a loop: two iterations that leave the same go on alike. */
import { code } from './core';
import * as board from './in-order';

/** Iterations after which a state may come again, and one more. */
const kept: i32 = 9;

export class States {
  /** The last states, one after another, in so many places each. */
  private lists: StaticArray<i32> = new StaticArray<i32>(0);
  private places: i32 = 0;
  private lengths: StaticArray<i32> = new StaticArray<i32>(kept);
  private count: i32 = 0;
  /** The registers that the loop uses: from here on in the code, so many. */
  private list: i32 = 0;
  private used: i32 = 0;
  /** When the others are ready: the loop does not change that. */
  private others: i32 = 0;

  /** A loop begins; the registers that it uses are listed at `list`, their number first. */
  begin(list: i32): void {
    this.count = 0;
    this.list = list + 1;
    this.used = code[list];
    this.others = board.othersReady(this.list, this.used);
    this.places = board.mostState(this.used);
    const needed = this.places * kept;
    if (this.lists.length < needed) this.lists = new StaticArray<i32>(needed * 2);
  }

  /** Adds the state of the board; how many iterations ago it was the same, 0: not lately. */
  add(): i32 {
    const place = this.count % kept;
    const at = place * this.places;
    const length = board.state(this.lists, at, this.list, this.used, this.others);
    this.lengths[place] = length;
    let period: i32 = 0;
    for (let back: i32 = 1; back < kept && back <= this.count && period === 0; back++) {
      const other = (this.count - back) % kept;
      if (this.lengths[other] !== length) continue;
      const before = other * this.places;
      let i: i32 = 0;
      while (i < length && this.lists[before + i] === this.lists[at + i]) i++;
      if (i === length) period = back;
    }
    this.count++;
    return period;
  }
}
