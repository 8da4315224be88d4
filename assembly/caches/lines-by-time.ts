/**
 * Lines by the time of their last touch, and the squares of the lengths of the pieces in which they lie, in
 * binary indexed trees (Fenwick, "A new data structure for cumulative frequency tables", 1994).
 */
import { roomForNumbers } from '../lists';

let lineTree = new StaticArray<f64>(1 << 12);
let squareTree = new StaticArray<f64>(1 << 12);
let length: i32 = 0;
let allLines: f64 = 0;
let allSquares: f64 = 0;

/** What `since` found. */
export let linesSince: f64 = 0;
export let squaresSince: f64 = 0;

/** Begins anew, with so many times. */
export function clearTimes(times: i32): void {
  length = times + 1;
  lineTree = roomForNumbers(lineTree, length);
  squareTree = roomForNumbers(squareTree, length);
  memory.fill(changetype<usize>(lineTree), 0, (<usize>length) << 3);
  memory.fill(changetype<usize>(squareTree), 0, (<usize>length) << 3);
  allLines = 0;
  allSquares = 0;
}

export function addAt(time: i32, lines: f64, squares: f64): void {
  allLines += lines;
  allSquares += squares;
  for (let i = time + 1; i < length; i += i & -i) {
    lineTree[i] += lines;
    squareTree[i] += squares;
  }
}

/** Sets `linesSince` and `squaresSince` to those of this time and later. */
export function since(time: i32): void {
  let lines = allLines;
  let squares = allSquares;
  for (let i = time; i > 0; i -= i & -i) {
    lines -= lineTree[i];
    squares -= squareTree[i];
  }
  linesSince = lines;
  squaresSince = squares;
}
