/** How far back lines were touched last, as lists with one entry for lines of a run that were touched together. */

export interface ReuseRecords {
  /** Index of the touch; entries of one touch follow each other. */
  readonly touch: Int32Array;
  readonly lines: Float64Array;
  /** Executions per block. */
  readonly weight: Float64Array;
  /** Distinct lines of this program that were touched since, these included. */
  readonly distance: Float64Array;
  /** Consecutive lines of which that distance is made up, on average. */
  readonly together: Float64Array;
  /** Blocks since then; 0: in this block. */
  readonly blocks: Int32Array;
}

const listsFor = (count: number): ReuseRecords => ({
  touch: new Int32Array(count),
  lines: new Float64Array(count),
  weight: new Float64Array(count),
  distance: new Float64Array(count),
  together: new Float64Array(count),
  blocks: new Int32Array(count),
});

/** The lists that grow, of one program after another. */
let growing = listsFor(1 << 12);

const makeRoom = (): void => {
  const { touch, lines, weight, distance, together, blocks } = growing;
  growing = listsFor(touch.length * 2);
  growing.touch.set(touch);
  growing.lines.set(lines);
  growing.weight.set(weight);
  growing.distance.set(distance);
  growing.together.set(together);
  growing.blocks.set(blocks);
};

/** Gathers records; of one program at a time. */
export class Records {
  private count = 0;

  add(
    touch: number,
    lines: number,
    weight: number,
    distance: number,
    together: number,
    blocks: number,
  ): void {
    if (this.count === growing.touch.length) makeRoom();
    const at = this.count++;
    growing.touch[at] = touch;
    growing.lines[at] = lines;
    growing.weight[at] = weight;
    growing.distance[at] = distance;
    growing.together[at] = together;
    growing.blocks[at] = blocks;
  }

  done(): ReuseRecords {
    const { count } = this;
    const { touch, lines, weight, distance, together, blocks } = growing;
    return {
      touch: touch.slice(0, count),
      lines: lines.slice(0, count),
      weight: weight.slice(0, count),
      distance: distance.slice(0, count),
      together: together.slice(0, count),
      blocks: blocks.slice(0, count),
    };
  }
}
