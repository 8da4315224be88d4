/**
 * Cycles of a template on a core with perfect caches. The host writes a core and a template where
 * `placeCore` and `placeCode` say, and reads `results`.
 */
import { causeCount } from '../../src/machine/pipeline/code-layout';
import { inOrder, window } from './core';
import * as walk from './walk';

export * from './core';

/** A run longer than this hides no part worth speaking of behind its neighbours. */
const longRun: f64 = 4000;

/** Long chains leave the window in bursts; so many windows of work even them out. */
const measuredWindows: i32 = 4;
const mostRuns: i32 = 96;

/** Cycles of one run, then by cause: they add up to the first. */
const found = new StaticArray<f64>(1 + causeCount);

export function results(): usize {
  return changetype<usize>(found);
}

/** Of one run, on average over so many. */
function mean(runs: i32): void {
  found[0] = walk.cycles();
  for (let c = 0; c < causeCount; c++) found[1 + c] = walk.cyclesOf(c);
  for (let i = 0; i < runs; i++) walk.again();
  found[0] = (walk.cycles() - found[0]) / <f64>runs;
  for (let c = 0; c < causeCount; c++) found[1 + c] = (walk.cyclesOf(c) - found[1 + c]) / <f64>runs;
}

/**
 * One run among others of its kind. What overlaps with its neighbours is not charged twice: a short
 * template runs until the reorder window is full of it and its runs have settled into a rhythm; of those
 * that do not, the mean of later runs counts.
 */
export function simulate(): void {
  walk.start();
  const from = walk.cycles();
  walk.again();
  const first = walk.cycles() - from;
  if (first > longRun) {
    found[0] = first;
    for (let c = 0; c < causeCount; c++) found[1 + c] = walk.cyclesOf(c);
    return;
  }
  const inFlight = inOrder ? 0 : window;
  const each = max(1, walk.executed());
  const runs = max(1, min(mostRuns, ceilOf(measuredWindows * inFlight, each)));
  if (each < inFlight) {
    const period = walk.settle(min(mostRuns, ceilOf(inFlight, each)) + runs);
    if (period > 0) {
      found[0] = walk.settledCycles(period);
      for (let c = 0; c < causeCount; c++) found[1 + c] = walk.settledCause(period, c);
      return;
    }
  }
  mean(runs);
}

function ceilOf(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}
