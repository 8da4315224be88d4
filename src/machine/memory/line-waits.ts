/** What every step waits for caches of given sizes, from how far back its lines were touched last. */
import type { BlockRuns } from './block-runs.ts';
import type { Reuse } from './reuse.ts';
import {
  atAge,
  atDistance,
  atLines,
  atRun,
  atTogether,
  atWeight,
  recordWords,
} from './reuse-layout.ts';
import { atRunFlags, atRunKind, atRunStep, blockRunWords, isWriting } from './run-words.ts';

export interface Level {
  /** Lines of the first level that it holds. */
  readonly lines: number;
  readonly sets: number;
  /** Lines of the first level that come with one miss. */
  readonly together: number;
}

/** What a line of a server costs: the first ones of a run, and those fetched ahead. */
export type LineCost = Readonly<Record<'first' | 'streamed', number>>;

export interface Hierarchy {
  readonly levels: readonly Level[];
  /** The server behind all levels for each of `runKinds`; -1 where no cache is asked. */
  readonly last: readonly number[];
  /** For each server what its lines cost. */
  readonly costs: { readonly expected: readonly LineCost[]; readonly worst: readonly LineCost[] };
}

/** Cycles per block that steps wait for lines. */
export interface LineWaits {
  /** For each server: of each step, in the steady state. */
  readonly columns: readonly Float64Array[];
  /** Of each step, whatever serves it. */
  readonly steady: Float64Array;
  /** Of each step of a block whose inner caches others have used meanwhile; the outermost keeps its lines. */
  readonly cold: Float64Array;
}

/** Lines of a run that must miss before a prefetcher has understood it. */
const training = 2;

/**
 * The share of lines, last touched `distance` lines ago, that a level has dropped. Each piece of `together`
 * consecutive lines falls into a set or not, wherever it lies; the number of lines in a set is taken to
 * be uniform around its mean, with that variance.
 */
const dropped = ({ lines, sets }: Level, distance: number, together: number): number => {
  const ways = lines / sets;
  const mean = distance / sets;
  const spread = Math.max(0, 1 - together / sets) * mean;
  const share = 0.5 + (mean - ways - 0.5) / Math.sqrt(1 + 12 * spread);
  return Math.min(1, Math.max(0, share));
};

/** Adds up the misses of each step at each server: lines before anything is fetched ahead, and further ones. */
class MissCounts {
  readonly misses: Float64Array;
  private readonly runs: BlockRuns;
  private readonly records: Float64Array;
  private readonly hierarchy: Hierarchy;
  private readonly servers: number;
  private run = -1;
  private missed = 0;

  constructor(runs: BlockRuns, records: Float64Array, hierarchy: Hierarchy, steps: number) {
    this.runs = runs;
    this.records = records;
    this.hierarchy = hierarchy;
    this.servers = hierarchy.costs.expected.length;
    this.misses = new Float64Array(steps * this.servers * 2);
  }

  /**
   * The lines of the record at `r`, of which the first level misses a share.
   * @param since distinct lines touched since
   * @param evicted all levels but the outermost have lost them
   */
  add(r: number, share: number, since: number, evicted: boolean): void {
    const { records, misses, servers, hierarchy } = this;
    const { levels, last } = hierarchy;
    const { words } = this.runs;
    // A record and a run have all their words, every server its misses.
    const run = records[r + atRun] as number;
    const together = records[r + atTogether] as number;
    if (run !== this.run) {
      this.run = run;
      this.missed = 0;
    }
    const all = share * (records[r + atLines] as number);
    const trained = Math.min(this.missed + all, training) - this.missed;
    const at = run * blockRunWords;
    const writes = ((words[at + atRunFlags] as number) & isWriting) !== 0;
    const first = writes ? 0 : Math.max(0, trained);
    this.missed += all;
    const step = (words[at + atRunStep] as number) * servers * 2;
    const times = records[r + atWeight] as number;
    let left = share;
    for (let l = 1; l <= levels.length && left > 0; l++) {
      const level = levels[l];
      let beyond = 0;
      let server = last[words[at + atRunKind] as number] as number;
      if (level !== undefined) {
        const lost = evicted && l < levels.length - 1 ? 1 : dropped(level, since, together);
        beyond = Math.min(left, lost / level.together);
        server = l - 1;
      }
      const part = ((left - beyond) / share) * times;
      const index = step + server * 2;
      misses[index] = (misses[index] as number) + part * first;
      misses[index + 1] = (misses[index + 1] as number) + part * (all - first);
      left = beyond;
    }
  }

  wait(step: number, server: number, { first, streamed }: LineCost): number {
    const at = (step * this.servers + server) * 2;
    return (this.misses[at] as number) * first + (this.misses[at + 1] as number) * streamed;
  }
}

const waitsOf = (
  steady: MissCounts,
  cold: MissCounts | null,
  { expected, worst }: Hierarchy['costs'],
  steps: number,
): LineWaits => {
  const columns = expected.map(() => new Float64Array(steps));
  const steadySum = new Float64Array(steps);
  const coldSum = cold === null ? steadySum : new Float64Array(steps);
  columns.forEach((column, server) => {
    // Every server has its costs, every step its sums.
    const [cost, worstCost] = [expected[server] as LineCost, worst[server] as LineCost];
    for (let step = 0; step < steps; step++) {
      const wait = steady.wait(step, server, cost);
      column[step] = wait;
      steadySum[step] = (steadySum[step] as number) + wait;
      if (cold === null) continue;
      coldSum[step] = (coldSum[step] as number) + cold.wait(step, server, worstCost);
    }
  });
  return { columns, steady: steadySum, cold: coldSum };
};

/**
 * @param others of each age: lines that the other programs touch in so many blocks; -1 in this block
 * @param both also of a cold block, which is the steady state's where not asked for
 */
export const lineWaitsOf = (
  runs: BlockRuns,
  { records, recordCount }: Reuse,
  hierarchy: Hierarchy,
  others: Float64Array,
  steps: number,
  both: boolean,
): LineWaits => {
  const steady = new MissCounts(runs, records, hierarchy, steps);
  const cold = both ? new MissCounts(runs, records, hierarchy, steps) : null;
  const inner = hierarchy.levels[0] as Level; // nothing is asked of no caches
  for (let r = 0; r < recordCount * recordWords; r += recordWords) {
    // A record has all its words.
    const around = others[records[r + atAge] as number] as number;
    const before = around >= 0;
    const since = (records[r + atDistance] as number) + (before ? around : 0);
    const share = dropped(inner, since, records[r + atTogether] as number);
    if (share > 0) steady.add(r, share, since, false);
    if (before) cold?.add(r, 1, since, true);
    else if (share > 0) cold?.add(r, share, since, false);
  }
  return waitsOf(steady, cold, hierarchy.costs, steps);
};
