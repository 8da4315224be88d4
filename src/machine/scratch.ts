/** Memory for numbers that nobody keeps: a matrix costs thousands of blocks, and allocating is dearer than adding. */

/** Gives so many zeros. */
export type Zeros = (count: number) => Float64Array;

export const fresh: Zeros = (count) => new Float64Array(count);

/** Hands out one piece of memory again and again: what `zeros` gave is lost with the next `reset`. */
export class Scratch {
  private memory = new Float64Array(1 << 15);
  private used = 0;

  reset(): void {
    this.used = 0;
  }

  readonly zeros: Zeros = (count) => {
    if (this.used + count > this.memory.length) {
      // What was given stays valid: its own views hold the old memory.
      this.memory = new Float64Array(Math.max(count, this.memory.length * 2));
      this.used = 0;
    }
    const given = this.memory.subarray(this.used, this.used + count);
    this.used += count;
    return given.fill(0);
  };
}
