/**
 * Lines by the time of their last touch, and the squares of the lengths of the pieces in which they lie, in
 * binary indexed trees (Fenwick, "A new data structure for cumulative frequency tables", 1994).
 */
import { roomFor } from '../lists';

let lineTree = new StaticArray<f64>(1 << 10);
let squareTree = new StaticArray<f64>(1 << 10);
let length: i32 = 0;
let allLines: f64 = 0;
let allSquares: f64 = 0;

/** What `since` found. */
export let lines: f64 = 0;
export let squares: f64 = 0;

/** Empty again; times are from 0 to this, exclusive. */
export function clear(times: i32): void {
  length = times + 1;
  lineTree = roomFor(lineTree, length);
  squareTree = roomFor(squareTree, length);
  memory.fill(changetype<usize>(lineTree), 0, (<usize>length) << 3);
  memory.fill(changetype<usize>(squareTree), 0, (<usize>length) << 3);
  allLines = 0;
  allSquares = 0;
}

export function add(time: i32, more: f64, moreSquares: f64): void {
  allLines += more;
  allSquares += moreSquares;
  for (let i = time + 1; i < length; i += i & -i) {
    lineTree[i] += more;
    squareTree[i] += moreSquares;
  }
}

/** Sets `lines` and `squares` to those of this time and later. */
export function since(time: i32): void {
  lines = allLines;
  squares = allSquares;
  for (let i = time; i > 0; i -= i & -i) {
    lines -= lineTree[i];
    squares -= squareTree[i];
  }
}
