/**
 * Walks a template's loop nest on a scoreboard. Where the iterations of a loop have settled into a
 * rhythm, the rest of them is added up instead of executed.
 */
import * as op from '../../src/machine/pipeline/code-layout';
import { causes, clearCauses } from './causes';
import { code, codeLength, counters, historyBranches, inOrder, width } from './core';
import * as InOrder from './in-order';
import { Marks } from './marks';
import * as OutOfOrder from './out-of-order';
import { States } from './states';
import { clearStores } from './stores';

/** The last iterations of a loop are executed where what follows may meet their stores. */
const tail: i32 = 2;
/** Shorter loops are executed as they are. */
const shortLoop: i32 = 6;
const shortExactLoop: i32 = 3;

/** Cycles and causes of iterations that were not executed. */
let skipped: f64 = 0;
const skippedCauses = new StaticArray<f64>(op.causeCount);

/** By the depth of the loop. Walks never nest, so they share them. */
const marksByDepth: Marks[] = [new Marks()];
const statesByDepth: States[] = [new States()];
let depth: i32 = 1;

/** Back to the start, for the core and the code at hand. */
export function start(): void {
  if (inOrder) InOrder.reset();
  else OutOfOrder.reset();
  clearStores();
  clearCauses();
  skipped = 0;
  for (let c = 0; c < op.causeCount; c++) skippedCauses[c] = 0;
  depth = 1;
}

export function executed(): i32 {
  return inOrder ? InOrder.executed : OutOfOrder.executed;
}

/** So far, skipped iterations included. */
export function cycles(): f64 {
  return <f64>(inOrder ? InOrder.cycle : OutOfOrder.retire) + skipped;
}

export function cyclesOf(cause: i32): f64 {
  return <f64>causes[cause] + skippedCauses[cause];
}

/** Units of progress in a cycle. */
function perCycle(): f64 {
  return inOrder ? 1 : <f64>width;
}

function progress(): f64 {
  return inOrder ? <f64>InOrder.cycle : OutOfOrder.progress();
}

/** In order, nothing piles up behind the issue. */
function latest(): f64 {
  return <f64>(inOrder ? 0 : OutOfOrder.latest);
}

/** Adds where the board stands: entered, left, completed, and the cycles by cause. */
function mark(marks: Marks): void {
  marks.add(
    progress() + skipped * perCycle(),
    (inOrder ? progress() : OutOfOrder.fetchProgress()) + skipped,
    cycles(),
    latest() + skipped,
  );
  for (let c = 0; c < op.causeCount; c++) marks.setCause(c, cyclesOf(c));
}

function rhythm(marks: Marks): i32 {
  return marks.rhythm(perCycle(), latest() - progress() / perCycle(), !inOrder);
}

function skip(marks: Marks, period: i32, times: i32): void {
  skipped += marks.advanced(period) * <f64>times;
  for (let c = 0; c < op.causeCount; c++) {
    skippedCauses[c] += marks.causeAdvanced(period, c) * <f64>times;
  }
}

function nodes(from: i32, end: i32): void {
  let at = from;
  while (at < end) {
    if (code[at] === op.loopMark) {
      loop(at);
      at = code[at + op.atNext];
    } else if (inOrder) at = InOrder.run(at, end);
    else at = OutOfOrder.run(at, end);
  }
}

function loop(first: i32): void {
  const trips = code[first + op.atTrips];
  const counter = code[first + op.atLoop];
  const end = code[first + op.atBodyEnd];
  // An in-order core has no more state than fits a list; a window of hundreds of instructions does.
  const exact = inOrder && code[first + op.atLoopTracked] === 0;
  const short = exact ? shortExactLoop : shortLoop;
  let settled = short > trips;
  const level = depth++;
  if (marksByDepth.length <= level) {
    marksByDepth.push(new Marks());
    statesByDepth.push(new States());
  }
  const marks = marksByDepth[level];
  const states = statesByDepth[level];
  marks.clear();
  if (exact && !settled) states.begin(end);
  const kept = exact ? 0 : tail;
  for (let i = 0; i < trips; i++) {
    counters[counter] = i;
    if (!settled) OutOfOrder.forgetLatest();
    nodes(first + op.atBody, end);
    const left = trips - 1 - i - kept;
    if (settled || left < 1) continue;
    mark(marks);
    const period = exact ? states.add() : rhythm(marks);
    if (period === 0 || left < period) continue;
    const times = left / period;
    skip(marks, period, times);
    i += times * period;
    settled = true;
  }
  // The history of a predictor holds so many branches: the end of a longer loop comes as a surprise.
  if (!inOrder && trips * code[first + op.atLoopBranches] > historyBranches) OutOfOrder.surprise();
  depth = level;
}

/** One run of the whole template; loads do not meet the stores of the run before. */
export function again(): void {
  clearStores();
  nodes(0, codeLength);
}

/**
 * Runs until runs follow each other in a rhythm.
 * @returns after how many runs it repeats; 0 after so many that do not
 */
export function settle(mostRuns: i32): i32 {
  const marks = marksByDepth[0];
  marks.clear();
  for (let i = 0; i < mostRuns; i++) {
    OutOfOrder.forgetLatest();
    again();
    mark(marks);
    const period = rhythm(marks);
    if (period !== 0) return period;
  }
  return 0;
}

/** What one run of those that `settle` found to repeat takes. */
export function settledCycles(period: i32): f64 {
  return marksByDepth[0].advanced(period) / <f64>period;
}

export function settledCause(period: i32, cause: i32): f64 {
  return marksByDepth[0].causeAdvanced(period, cause) / <f64>period;
}
