/** Sums of what steps cost by the names that the steps bear: layers, kinds of work. */
import { memoize } from '../units/memoize.ts';

/** Neighbours mostly share their name: runs of one name, each with the step after its last. */
export interface RunLengthNames {
  readonly names: readonly string[];
  /** Index of `names`. */
  readonly name: readonly number[];
  readonly end: readonly number[];
}

export class RunLengthEncoder {
  private readonly indices = new Map<string, number>();
  private readonly name: number[] = [];
  private readonly end: number[] = [];
  private last: string | null = null;
  private steps = 0;

  /** The name of the next step. */
  add(name: string): void {
    this.steps++;
    if (name === this.last) {
      this.end[this.end.length - 1] = this.steps;
      return;
    }
    this.last = name;
    this.name.push(memoize(this.indices, name, () => this.indices.size));
    this.end.push(this.steps);
  }

  done(): RunLengthNames {
    return { names: [...this.indices.keys()], name: this.name, end: this.end };
  }
}

/** Adds up run by run, and the runs of a name in their order; names of which nothing is known have no sum. */
export class GroupedSums {
  private readonly indices = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly sums: number[] = [];
  /** Those with a sum, in the order in which they got it. */
  private readonly found: number[] = [];
  /** The run that goes on: its name and its sum. */
  private index = -1;
  private sum = 0;

  /** Adds one value a step; the last run of the values before goes on where the name is the same. */
  add({ names, name, end }: RunLengthNames, values: Float64Array): void {
    const indices = names.map((each) => this.indexOf(each));
    let step = 0;
    for (let run = 0; run < name.length; run++) {
      // Both lists have an entry for every run, and every name has an index.
      const index = indices[name[run] as number] as number;
      if (index !== this.index) {
        this.close();
        this.index = index;
      }
      const after = end[run] as number;
      let { sum } = this;
      for (; step < after; step++) sum += values[step] as number;
      this.sum = sum;
    }
  }

  private indexOf(name: string): number {
    return memoize(this.indices, name, () => {
      this.sums.push(0);
      return this.names.push(name) - 1;
    });
  }

  private close(): void {
    const { index, sum, sums } = this;
    if (sum === 0) return;
    if (sums[index] === 0) this.found.push(index);
    sums[index] = (sums[index] as number) + sum;
    this.sum = 0;
  }

  done(): Readonly<Record<string, number>> {
    this.close();
    const { names, sums } = this;
    return Object.fromEntries(this.found.map((index) => [names[index], sums[index]]));
  }
}
