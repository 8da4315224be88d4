/** Sums of what steps cost by the names that the steps bear: layers, kinds of work. */

/** Neighbours mostly share their name: each name with the step after its last. */
export interface NameRuns {
  readonly names: readonly string[];
  readonly ends: readonly number[];
}

export const nameRunsOf = (nameOfEach: readonly string[]): NameRuns => {
  const names: string[] = [];
  const ends: number[] = [];
  nameOfEach.forEach((name, step) => {
    if (step === 0 || name !== names.at(-1)) {
      names.push(name);
      ends.push(step);
    }
    ends[ends.length - 1] = step + 1;
  });
  return { names, ends };
};

export class SumsByName {
  private readonly sums: Record<string, number> = {};
  private name = '';
  private sum = 0;

  /** Adds one value a step; the last run of the values before goes on where the name is the same. */
  add({ names, ends }: NameRuns, values: Float64Array): void {
    let step = 0;
    for (let run = 0; run < names.length; run++) {
      // Both lists have an entry for every run.
      const name = names[run] as string;
      const end = ends[run] as number;
      if (name !== this.name) {
        this.close();
        this.name = name;
      }
      let { sum } = this;
      for (; step < end; step++) sum += values[step] as number;
      this.sum = sum;
    }
  }

  private close(): void {
    if (this.sum !== 0) this.sums[this.name] = (this.sums[this.name] ?? 0) + this.sum;
    this.sum = 0;
  }

  done(): Readonly<Record<string, number>> {
    this.close();
    return this.sums;
  }
}
