/** Where a board stood after each iteration of a loop. */
import { causeCount } from './prepared.ts';

/** What a walk knows of its board between two instructions, the cycles of skipped iterations included. */
export interface Standing {
  /** Work that has entered, in the board's units. */
  readonly progress: number;
  /** Cycles in which work has left. */
  readonly cycles: number;
  /** The last completion. */
  readonly latest: number;
  readonly causes: Float64Array;
}

const firstCapacity = 16;

export class Marks {
  count = 0;
  private progress: Float64Array = new Float64Array(firstCapacity);
  private cycles: Float64Array = new Float64Array(firstCapacity);
  private latest: Float64Array = new Float64Array(firstCapacity);
  private causes: Float64Array = new Float64Array(firstCapacity * causeCount);

  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    const longer = (from: Float64Array): Float64Array => {
      const to = new Float64Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.progress = longer(this.progress);
    this.cycles = longer(this.cycles);
    this.latest = longer(this.latest);
    this.causes = longer(this.causes);
  }

  add(progress: number, cycles: number, latest: number): void {
    if (this.count === this.progress.length) this.grow();
    this.progress[this.count] = progress;
    this.cycles[this.count] = cycles;
    this.latest[this.count] = latest;
    this.count++;
  }

  /** Of the mark that was added last. */
  setCause(cause: number, cycles: number): void {
    this.causes[(this.count - 1) * causeCount + cause] = cycles;
  }

  /** How far the last `period` iterations went, in cycles. */
  advanced(period: number): number {
    const last = this.count - 1;
    return (this.cycles[last] as number) - (this.cycles[last - period] as number);
  }

  causeAdvanced(period: number, cause: number): number {
    const at = (this.count - 1) * causeCount + cause;
    return (this.causes[at] as number) - (this.causes[at - period * causeCount] as number);
  }

  /** Whether work entered, left and (where it may pile up) completed at one speed: so many cycles a period. */
  inPace(period: number, cycles: number, perCycle: number, pilesUp: boolean): boolean {
    const last = this.count - 1;
    const before = last - period;
    return (
      (this.progress[last] as number) - (this.progress[before] as number) === cycles * perCycle &&
      (!pilesUp || (this.latest[last] as number) - (this.latest[before] as number) === cycles)
    );
  }

  /** Whether each of the last iterations went as far as the one a period before it, for so many periods. */
  repeats(period: number, periods: number): boolean {
    const { progress, cycles } = this;
    const last = this.count - 1;
    for (let i = last; i > last - (periods - 1) * period; i--) {
      const before = i - period;
      // In the bounds of what was added, for callers that have so many marks and one more.
      if (
        (progress[i] as number) - (progress[i - 1] as number) !==
          (progress[before] as number) - (progress[before - 1] as number) ||
        (cycles[i] as number) - (cycles[i - 1] as number) !==
          (cycles[before] as number) - (cycles[before - 1] as number)
      ) {
        return false;
      }
    }
    return true;
  }
}
