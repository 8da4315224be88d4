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

/** A run longer than this hides no part worth speaking of behind its neighbours. */
const longRun = 4000;

/** Runs that stand for a stream of them. */
const mostRuns = 64;

type Board = InOrderCore | OutOfOrderCore;

class Walk {
  readonly board: Board;
  /** Instructions put on the board. */
  executed = 0;
  private readonly counters: Int32Array;
  /** Cycles and causes of iterations that were not executed. */
  private skippedCycles = 0;
  private readonly skippedCauses = new Float64Array(causeCount);

  constructor(prepared: Prepared, core: CoreParameters) {
    this.board = core.inOrder
      ? new InOrderCore(core, prepared.registerCount)
      : new OutOfOrderCore(core, prepared.registerCount);
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
    const progress: number[] = [];
    const horizon: number[] = [];
    const causes: number[][] = [];
    let settled = false;
    for (let i = 0; i < trips; i++) {
      this.counters[loop.loop] = i;
      this.nodes(body);
      const left = trips - 1 - i - tail;
      if (settled || left < 1 || trips < 6) continue;
      progress.push(this.board.progress + this.skippedCycles * this.board.progressPerCycle);
      horizon.push(this.cycles);
      causes.push(this.causes());
      const rhythm = this.rhythm(progress, horizon);
      if (rhythm === 0 || left < rhythm) continue;
      const times = Math.floor(left / rhythm);
      this.skip(horizon, causes, rhythm, times);
      i += times * rhythm;
      settled = true;
    }
  }

  /** The period after which iterations repeat exactly; 0 while they do not. */
  private rhythm(progress: readonly number[], horizon: readonly number[]): number {
    const n = progress.length;
    const step = (list: readonly number[], i: number): number =>
      (list[i] as number) - (list[i - 1] as number);
    for (let p = 1; p <= longestRhythm; p++) {
      const seen = (p <= 4 ? repeats : 2) * p;
      // The first step needs a mark before it.
      if (n < seen + 1) return 0;
      const advance = (horizon[n - 1] as number) - (horizon[n - 1 - p] as number);
      const entered = (progress[n - 1] as number) - (progress[n - 1 - p] as number);
      // Work enters as fast as it leaves: nothing piles up.
      if (entered !== advance * this.board.progressPerCycle) continue;
      let same = true;
      for (let i = n - 1; i > n - 1 - (seen - p) && same; i--) {
        same =
          step(progress, i) === step(progress, i - p) && step(horizon, i) === step(horizon, i - p);
      }
      if (same) return p;
    }
    return 0;
  }

  private skip(
    horizon: readonly number[],
    causes: readonly (readonly number[])[],
    rhythm: number,
    times: number,
  ): void {
    const n = horizon.length - 1;
    this.skippedCycles += ((horizon[n] as number) - (horizon[n - rhythm] as number)) * times;
    const now = causes[n] ?? [];
    const before = causes[n - rhythm] ?? [];
    for (let c = 0; c < causeCount; c++) {
      this.skippedCauses[c] =
        (this.skippedCauses[c] as number) + ((now[c] ?? 0) - (before[c] ?? 0)) * times;
    }
  }
}

/**
 * Cycles of one run among others of its kind. What overlaps with its neighbours is not charged twice:
 * a short template runs until the reorder window is full of it, and the mean of later runs counts.
 */
export const simulate = (prepared: Prepared, core: CoreParameters): Simulated => {
  const walk = new Walk(prepared, core);
  const start = walk.cycles;
  walk.nodes(prepared.body);
  const first = walk.cycles - start;
  if (first > longRun) return { cycles: first, causes: walk.causes() };
  const depth = core.inOrder ? 1 : core.window;
  const runs = Math.min(mostRuns, Math.ceil(depth / Math.max(1, walk.executed)));
  const repeat = (): void => {
    for (let i = 0; i < runs; i++) {
      walk.board.forgetStores();
      walk.nodes(prepared.body);
    }
  };
  // The first repetition fills the window, the second is measured.
  if (runs > 1) repeat();
  const middle = walk.cycles;
  const before = walk.causes();
  repeat();
  return {
    cycles: (walk.cycles - middle) / runs,
    causes: walk.causes().map((cycles, cause) => (cycles - (before[cause] ?? 0)) / runs),
  };
};
