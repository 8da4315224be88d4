/** What an in-order core has still to do after each iteration of a loop: two iterations that leave the same go on alike. */
import type { InOrderCore } from './in-order.ts';

/** Iterations after which a state may come again. */
const longestPeriod = 8;

export class States {
  private readonly lists: Int32Array[] = [];
  private readonly lengths: number[] = [];
  private count = 0;
  private board: InOrderCore | null = null;
  private code: Int32Array = new Int32Array(0);
  /** The registers that the loop uses: from here on, so many. */
  private list = 0;
  private used = 0;
  /** When the others are ready: the loop does not change that. */
  private others = 0;

  /** A loop of `code` begins, of so many registers in all; those that it uses are listed at `list`. */
  begin(board: InOrderCore, code: Int32Array, list: number, registers: number): void {
    this.count = 0;
    this.board = board;
    this.code = code;
    this.list = list + 1;
    // The list begins with its length.
    this.used = code[list] as number;
    this.others = board.othersReady(code, this.list, this.used, registers);
  }

  /** Adds the state of the board; how many iterations ago it was the same, 0: not lately. */
  add(): number {
    const { board } = this;
    if (board === null) return 0;
    const place = this.count % (longestPeriod + 1);
    const needed = board.mostState(this.used);
    let list = this.lists[place];
    if (list === undefined || list.length < needed) {
      list = new Int32Array(needed * 2);
      this.lists[place] = list;
    }
    const length = board.state(list, this.code, this.list, this.used, this.others);
    this.lengths[place] = length;
    let period = 0;
    for (let back = 1; back <= longestPeriod && back <= this.count && period === 0; back++) {
      const other = (this.count - back) % (longestPeriod + 1);
      if (this.lengths[other] !== length) continue;
      // Filled when it was added.
      const before = this.lists[other] as Int32Array;
      let i = 0;
      while (i < length && before[i] === list[i]) i++;
      if (i === length) period = back;
    }
    this.count++;
    return period;
  }
}
