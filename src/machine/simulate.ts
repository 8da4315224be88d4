/**
 * Walks a template's loop nest on a scoreboard. Where the iterations of a loop have settled into a
 * rhythm, the rest of them is added up instead of executed.
 */
import type { CoreParameters } from './core-parameters.ts';
import { InOrderCore } from './in-order.ts';
import { OutOfOrderCore } from './out-of-order.ts';
import {
  causeCount,
  type Prepared,
  type PreparedLoop,
  type PreparedNode,
  type PreparedOp,
} from './prepared.ts';

export interface Simulated {
  readonly cycles: number;
  /** Cycles by cause (`prepared.ts` names them); they add up to `cycles`. */
  readonly causes: readonly number[];
}

/** Iterations after which a rhythm may repeat, and how often it must before it is believed. */
const longestRhythm = 8;
const repeats = 3;
/** The last iterations of a loop are always executed, so that what follows meets a real state. */
const tail = 2;

/** Shorter loops are executed as they are. */
const shortLoop = 6;

/** Numbers in a mark: progress, cycles, completion, and the causes. */
const markSize = 3 + causeCount;

/** How far a number of the marks moved in the `period` iterations up to `index`. */
const advance = (marks: readonly number[], index: number, period: number, field: number): number =>
  (marks[index * markSize + field] as number) -
  (marks[(index - period) * markSize + field] as number);

/** A run longer than this hides no part worth speaking of behind its neighbours. */
const longRun = 4000;

/** Long chains leave the window in bursts; so many windows of work even them out. */
const measuredWindows = 4;
const mostRuns = 96;

type Board = InOrderCore | OutOfOrderCore;

const boards = new WeakMap<CoreParameters, Board>();

/** The board of a core, empty. One simulation at a time uses it: they never nest. */
const boardOf = (core: CoreParameters, registers: number): Board => {
  const known = boards.get(core);
  const board = known ?? (core.inOrder ? new InOrderCore(core) : new OutOfOrderCore(core));
  if (known === undefined) boards.set(core, board);
  board.reset(registers);
  return board;
};

class Walk {
  readonly board: Board;
  /** Instructions put on the board. */
  executed = 0;
  private readonly counters: Int32Array;
  /** Cycles and causes of iterations that were not executed. */
  private skippedCycles = 0;
  private readonly skippedCauses = new Float64Array(causeCount);

  constructor(prepared: Prepared, core: CoreParameters) {
    this.board = boardOf(core, prepared.registerCount);
    this.counters = new Int32Array(Math.max(1, prepared.loopCount));
  }

  get cycles(): number {
    return this.board.horizon + this.skippedCycles;
  }

  causes(): number[] {
    return Array.from(
      this.board.causes,
      (cycles, cause) => cycles + (this.skippedCauses[cause] as number),
    );
  }

  nodes(list: readonly PreparedNode[]): void {
    for (const node of list) {
      if (node.kind === 'loop') this.loop(node);
      else {
        this.executed++;
        this.board.execute(node, node.tracked ? this.address(node) : 0);
      }
    }
  }

  private address(op: PreparedOp): number {
    let address = op.offset;
    for (let i = 0; i < op.loops.length; i++) {
      // Loops and strides have the same length; counters one place per loop.
      address += (this.counters[op.loops[i] as number] as number) * (op.strides[i] as number);
    }
    return address;
  }

  private loop(loop: PreparedLoop): void {
    const { trips, body } = loop;
    const { board } = this;
    const marks: number[] = [];
    let settled = trips < shortLoop;
    for (let i = 0; i < trips; i++) {
      this.counters[loop.loop] = i;
      if (!settled) board.latest = 0;
      this.nodes(body);
      const left = trips - 1 - i - tail;
      if (settled || left < 1) continue;
      this.mark(marks);
      const rhythm = this.rhythm(marks);
      if (rhythm === 0 || left < rhythm) continue;
      const times = Math.floor(left / rhythm);
      this.skip(marks, rhythm, times);
      i += times * rhythm;
      settled = true;
    }
  }

  /** Appends where the board stands: entered, left, completed, and the cycles by cause. */
  private mark(marks: number[]): void {
    const { board } = this;
    marks.push(
      board.progress + this.skippedCycles * board.progressPerCycle,
      this.cycles,
      board.latest + this.skippedCycles,
    );
    for (let c = 0; c < causeCount; c++) {
      marks.push((board.causes[c] as number) + (this.skippedCauses[c] as number));
    }
  }

  /**
   * The period after which iterations repeat exactly; 0 while they do not. The rhythm must have lasted
   * as long as an instruction is in flight: until then a queue may still be filling.
   */
  private rhythm(marks: readonly number[]): number {
    const n = marks.length / markSize;
    const { board } = this;
    const inFlight = board.latest - board.progress / board.progressPerCycle;
    for (let p = 1; p <= longestRhythm; p++) {
      // The first step needs a mark before it.
      if (n < repeats * p + 1) return 0;
      // Work enters, leaves and completes at one speed: nothing piles up.
      const left = advance(marks, n - 1, p, 1);
      if (advance(marks, n - 1, p, 0) !== left * board.progressPerCycle) continue;
      if (!board.inOrder && advance(marks, n - 1, p, 2) !== left) continue;
      if (left <= 0) continue;
      const periods = Math.max(repeats, Math.ceil(inFlight / left) + 1);
      if (n < periods * p + 1) continue;
      let same = true;
      for (let i = n - 1; i > n - 1 - (periods - 1) * p && same; i--) {
        same =
          advance(marks, i, 1, 0) === advance(marks, i - p, 1, 0) &&
          advance(marks, i, 1, 1) === advance(marks, i - p, 1, 1);
      }
      if (same) return p;
    }
    return 0;
  }

  private skip(marks: readonly number[], rhythm: number, times: number): void {
    const n = marks.length / markSize - 1;
    this.skippedCycles += advance(marks, n, rhythm, 1) * times;
    for (let c = 0; c < causeCount; c++) {
      const cycles = advance(marks, n, rhythm, 3 + c) * times;
      this.skippedCauses[c] = (this.skippedCauses[c] as number) + cycles;
    }
  }
}

/**
 * Cycles of one run among others of its kind. What overlaps with its neighbours is not charged twice:
 * a short template runs until the reorder window is full of it, and the mean of later runs counts.
 */
const simulateAnew = (prepared: Prepared, core: CoreParameters): Simulated => {
  const walk = new Walk(prepared, core);
  const start = walk.cycles;
  walk.nodes(prepared.body);
  const first = walk.cycles - start;
  if (first > longRun) return { cycles: first, causes: walk.causes() };
  const depth = core.inOrder ? 0 : core.window;
  const each = Math.max(1, walk.executed);
  const repeat = (times: number): void => {
    for (let i = 0; i < times; i++) {
      walk.board.forgetStores();
      walk.nodes(prepared.body);
    }
  };
  if (each < depth) repeat(Math.min(mostRuns, Math.ceil(depth / each)));
  const middle = walk.cycles;
  const before = walk.causes();
  const runs = Math.max(1, Math.min(mostRuns, Math.ceil((measuredWindows * depth) / each)));
  repeat(runs);
  return {
    cycles: (walk.cycles - middle) / runs,
    causes: walk.causes().map((cycles, cause) => (cycles - (before[cause] ?? 0)) / runs),
  };
};

const simulated = new WeakMap<CoreParameters, WeakMap<Prepared, Simulated>>();

/** Memoised: templates that are prepared alike share it. */
export const simulate = (prepared: Prepared, core: CoreParameters): Simulated => {
  const memo = simulated.get(core) ?? new WeakMap<Prepared, Simulated>();
  simulated.set(core, memo);
  const known = memo.get(prepared);
  if (known) return known;
  const result = simulateAnew(prepared, core);
  memo.set(prepared, result);
  return result;
};
