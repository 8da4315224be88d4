/**
 * Walks a template's loop nest on a scoreboard. Where the iterations of a loop have settled into a
 * rhythm, the rest of them is added up instead of executed.
 */
import type { CoreParameters } from './core-parameters.ts';
import { InOrderCore } from './in-order.ts';
import { Marks } from './marks.ts';
import { OutOfOrderCore } from './out-of-order.ts';
import {
  atBody,
  atBodyEnd,
  atLoop,
  atLoopTracked,
  atNext,
  atTrips,
  causeCount,
  loopMark,
  type Prepared,
} from './prepared.ts';
import { States } from './states.ts';

export interface Simulated {
  readonly cycles: number;
  /** Cycles by cause (`prepared.ts` names them); they add up to `cycles`. */
  readonly causes: readonly number[];
}

/** Iterations after which a rhythm may repeat, and how often it must before it is believed. */
const longestRhythm = 8;
const repeats = 3;
/** The last iterations of a loop are executed where what follows may meet their stores. */
const tail = 2;

/** Shorter loops are executed as they are. */
const shortLoop = 6;

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

/** Marks and states by the depth of the loop. Walks never nest, so they share them. */
const marksByDepth: Marks[] = [];
const statesByDepth: States[] = [];

const at = <T>(list: T[], depth: number, make: () => T): T => {
  while (list.length <= depth) list.push(make());
  // Filled up to here.
  return list[depth] as T;
};

class Walk {
  readonly board: Board;
  private readonly code: Int32Array;
  private readonly registers: number;
  private readonly counters: Int32Array;
  /** Cycles and causes of iterations that were not executed. */
  private skippedCycles = 0;
  private readonly skippedCauses = new Float64Array(causeCount);
  private depth = 0;

  constructor(prepared: Prepared, core: CoreParameters) {
    this.board = boardOf(core, prepared.registerCount);
    this.code = prepared.code;
    this.registers = prepared.registerCount;
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

  /** One run of the whole template. */
  all(): void {
    this.nodes(0, this.code.length);
  }

  private nodes(from: number, end: number): void {
    const { board, code, counters } = this;
    let at = from;
    while (at < end) {
      if (code[at] === loopMark) {
        this.loop(at);
        at = code[at + atNext] as number;
      } else at = board.run(code, at, end, counters);
    }
  }

  /** Of one run, as soon as runs follow each other in a rhythm; null after so many that do not. */
  settle(mostRuns: number): Simulated | null {
    const marks = at(marksByDepth, 0, () => new Marks());
    marks.clear();
    this.depth = 1;
    for (let i = 0; i < mostRuns; i++) {
      this.board.latest = 0;
      this.again();
      this.mark(marks);
      const period = this.rhythm(marks);
      if (period === 0) continue;
      const causes = Array.from(
        { length: causeCount },
        (_, cause) => marks.causeAdvanced(period, cause) / period,
      );
      return { cycles: marks.advanced(period) / period, causes };
    }
    return null;
  }

  /** Of one run, on average over so many. */
  mean(runs: number): Simulated {
    const start = this.cycles;
    const before = this.causes();
    for (let i = 0; i < runs; i++) this.again();
    return {
      cycles: (this.cycles - start) / runs,
      causes: this.causes().map((cycles, cause) => (cycles - (before[cause] ?? 0)) / runs),
    };
  }

  private again(): void {
    this.board.forgetStores();
    this.all();
  }

  private loop(start: number): void {
    const { board, code, depth, registers } = this;
    // A loop has all its words; its registers are listed after its body.
    const trips = code[start + atTrips] as number;
    const counter = code[start + atLoop] as number;
    const end = code[start + atBodyEnd] as number;
    // An in-order core has no more state than fits a list; a window of hundreds of instructions does.
    const exact = board.inOrder && code[start + atLoopTracked] === 0;
    let settled = trips < (exact ? 3 : shortLoop);
    const marks = at(marksByDepth, depth, () => new Marks());
    marks.clear();
    const states = at(statesByDepth, depth, () => new States());
    if (exact && !settled) states.begin(board, code, end, registers);
    this.depth = depth + 1;
    const kept = exact ? 0 : tail;
    for (let i = 0; i < trips; i++) {
      this.counters[counter] = i;
      if (!settled) board.latest = 0;
      this.nodes(start + atBody, end);
      const left = trips - 1 - i - kept;
      if (settled || left < 1) continue;
      this.mark(marks);
      const rhythm = exact ? states.add() : this.rhythm(marks);
      if (rhythm === 0 || left < rhythm) continue;
      const times = Math.floor(left / rhythm);
      this.skip(marks, rhythm, times);
      i += times * rhythm;
      settled = true;
    }
    this.depth = depth;
  }

  /** Adds where the board stands: entered, left, completed, and the cycles by cause. */
  private mark(marks: Marks): void {
    const { board, skippedCycles } = this;
    marks.add(
      board.progress + skippedCycles * board.progressPerCycle,
      this.cycles,
      board.latest + skippedCycles,
    );
    for (let c = 0; c < causeCount; c++) {
      marks.setCause(c, (board.causes[c] as number) + (this.skippedCauses[c] as number));
    }
  }

  /**
   * The period after which iterations repeat exactly; 0 while they do not. The rhythm must have lasted
   * as long as an instruction is in flight: until then a queue may still be filling.
   */
  private rhythm(marks: Marks): number {
    const { board } = this;
    const perCycle = board.progressPerCycle;
    const inFlight = board.latest - board.progress / perCycle;
    for (let period = 1; period <= longestRhythm; period++) {
      // The first step needs a mark before it.
      if (marks.count < repeats * period + 1) return 0;
      const cycles = marks.advanced(period);
      if (cycles <= 0 || !marks.inPace(period, cycles, perCycle, !board.inOrder)) continue;
      const periods = Math.max(repeats, Math.ceil(inFlight / cycles) + 1);
      if (marks.count < periods * period + 1) continue;
      if (marks.repeats(period, periods)) return period;
    }
    return 0;
  }

  private skip(marks: Marks, period: number, times: number): void {
    this.skippedCycles += marks.advanced(period) * times;
    for (let c = 0; c < causeCount; c++) {
      const cycles = marks.causeAdvanced(period, c) * times;
      this.skippedCauses[c] = (this.skippedCauses[c] as number) + cycles;
    }
  }
}

/**
 * Cycles of one run among others of its kind. What overlaps with its neighbours is not charged twice:
 * a short template runs until the reorder window is full of it and its runs have settled into a rhythm;
 * of those that do not, the mean of later runs counts.
 */
const simulateAnew = (prepared: Prepared, core: CoreParameters): Simulated => {
  const walk = new Walk(prepared, core);
  const start = walk.cycles;
  walk.all();
  const first = walk.cycles - start;
  if (first > longRun) return { cycles: first, causes: walk.causes() };
  const depth = core.inOrder ? 0 : core.window;
  const each = Math.max(1, walk.board.executed);
  const runs = Math.max(1, Math.min(mostRuns, Math.ceil((measuredWindows * depth) / each)));
  if (each < depth) {
    const settled = walk.settle(Math.min(mostRuns, Math.ceil(depth / each)) + runs);
    if (settled !== null) return settled;
  }
  return walk.mean(runs);
};

const simulated = new WeakMap<CoreParameters, WeakMap<Prepared, Simulated>>();

/** Memoised: templates that are spelled alike share it. */
export const simulate = (prepared: Prepared, core: CoreParameters): Simulated => {
  const memo = simulated.get(core) ?? new WeakMap<Prepared, Simulated>();
  simulated.set(core, memo);
  const known = memo.get(prepared);
  if (known) return known;
  const result = simulateAnew(prepared, core);
  memo.set(prepared, result);
  return result;
};
