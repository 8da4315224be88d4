/**
 * Lines by the time of their last touch, and the squares of the lengths of the pieces in which they lie, in
 * binary indexed trees (Fenwick, "A new data structure for cumulative frequency tables", 1994).
 */
export class LinesByTime {
  private readonly lineTree: Float64Array;
  private readonly squareTree: Float64Array;
  private allLines = 0;
  private allSquares = 0;
  /** What `since` found. */
  lines = 0;
  squares = 0;

  /** @param times times are from 0 to this, exclusive */
  constructor(times: number) {
    this.lineTree = new Float64Array(times + 1);
    this.squareTree = new Float64Array(times + 1);
  }

  add(time: number, lines: number, squares: number): void {
    const { lineTree, squareTree } = this;
    this.allLines += lines;
    this.allSquares += squares;
    for (let i = time + 1; i < lineTree.length; i += i & -i) {
      // In the bounds of both.
      lineTree[i] = (lineTree[i] as number) + lines;
      squareTree[i] = (squareTree[i] as number) + squares;
    }
  }

  /** Sets `lines` and `squares` to those of this time and later. */
  since(time: number): void {
    let { allLines: lines, allSquares: squares } = this;
    for (let i = time; i > 0; i -= i & -i) {
      lines -= this.lineTree[i] as number;
      squares -= this.squareTree[i] as number;
    }
    this.lines = lines;
    this.squares = squares;
  }
}
