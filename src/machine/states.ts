/** What an in-order core has still to do after each iteration of a loop: two iterations that leave the same go on alike. */
import type { InOrderCore } from './in-order.ts';

/** Iterations after which a state may come again. */
const longestPeriod = 8;

export class States {
  private readonly lists: Float64Array[] = [];
  private readonly lengths: number[] = [];
  private count = 0;

  clear(): void {
    this.count = 0;
  }

  /** Adds the state of a board with so many registers; how many iterations ago it was the same, 0: not lately. */
  add(board: InOrderCore, registers: number): number {
    const place = this.count % (longestPeriod + 1);
    const needed = board.mostState(registers);
    let list = this.lists[place];
    if (list === undefined || list.length < needed) {
      list = new Float64Array(needed * 2);
      this.lists[place] = list;
    }
    const length = board.state(list, registers);
    this.lengths[place] = length;
    let period = 0;
    for (let back = 1; back <= longestPeriod && back <= this.count && period === 0; back++) {
      const other = (this.count - back) % (longestPeriod + 1);
      if (this.lengths[other] !== length) continue;
      // Filled when it was added.
      const before = this.lists[other] as Float64Array;
      let i = 0;
      while (i < length && before[i] === list[i]) i++;
      if (i === length) period = back;
    }
    this.count++;
    return period;
  }
}
