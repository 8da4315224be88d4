/** Where a board stood after each iteration of a loop. */
import { causeCount } from '../../src/machine/pipeline/code-layout';

/** Iterations after which a rhythm may repeat, and how often it must before it is believed. */
const longestRhythm: i32 = 8;
const repeats: i32 = 3;

const firstCapacity: i32 = 64;

function longer(from: StaticArray<f64>): StaticArray<f64> {
  const to = new StaticArray<f64>(from.length * 2);
  for (let i = 0; i < from.length; i++) to[i] = from[i];
  return to;
}

export class Marks {
  count: i32 = 0;
  /** Work that has entered, in the board's units. */
  private progress: StaticArray<f64> = new StaticArray<f64>(firstCapacity);
  /** Work that was fetched. */
  private fetched: StaticArray<f64> = new StaticArray<f64>(firstCapacity);
  /** Cycles in which work has left, those of skipped iterations included. */
  private cycles: StaticArray<f64> = new StaticArray<f64>(firstCapacity);
  /** The last completion. */
  private latest: StaticArray<f64> = new StaticArray<f64>(firstCapacity);
  private causes: StaticArray<f64> = new StaticArray<f64>(firstCapacity * causeCount);

  clear(): void {
    this.count = 0;
  }

  add(progress: f64, fetched: f64, cycles: f64, latest: f64): void {
    if (this.count === this.progress.length) {
      this.progress = longer(this.progress);
      this.fetched = longer(this.fetched);
      this.cycles = longer(this.cycles);
      this.latest = longer(this.latest);
      this.causes = longer(this.causes);
    }
    this.progress[this.count] = progress;
    this.fetched[this.count] = fetched;
    this.cycles[this.count] = cycles;
    this.latest[this.count] = latest;
    this.count++;
  }

  /** Of the mark that was added last. */
  setCause(cause: i32, cycles: f64): void {
    this.causes[(this.count - 1) * causeCount + cause] = cycles;
  }

  /** How far the last `period` iterations went, in cycles. */
  advanced(period: i32): f64 {
    return this.cycles[this.count - 1] - this.cycles[this.count - 1 - period];
  }

  causeAdvanced(period: i32, cause: i32): f64 {
    const at = (this.count - 1) * causeCount + cause;
    return this.causes[at] - this.causes[at - period * causeCount];
  }

  /** Whether work entered, left and (where it may pile up) completed at one speed: so many cycles a period. */
  private inPace(period: i32, cycles: f64, perCycle: f64, pilesUp: bool): bool {
    const last = this.count - 1;
    const before = last - period;
    return (
      this.progress[last] - this.progress[before] === cycles * perCycle &&
      this.fetched[last] - this.fetched[before] === cycles &&
      (!pilesUp || this.latest[last] - this.latest[before] === cycles)
    );
  }

  /** Whether each of the last iterations went as far as the one a period before it, for so many periods. */
  private repeated(period: i32, periods: i32): bool {
    const last = this.count - 1;
    for (let i = last; i > last - (periods - 1) * period; i--) {
      const before = i - period;
      if (
        this.progress[i] - this.progress[i - 1] !==
          this.progress[before] - this.progress[before - 1] ||
        this.cycles[i] - this.cycles[i - 1] !== this.cycles[before] - this.cycles[before - 1]
      ) {
        return false;
      }
    }
    return true;
  }

  /**
   * The period after which iterations repeat; 0 while they do not. The rhythm must have lasted as long as
   * an instruction is in flight: until then a queue may still be filling.
   */
  rhythm(perCycle: f64, inFlight: f64, pilesUp: bool): i32 {
    for (let period: i32 = 1; period <= longestRhythm; period++) {
      // The first step needs a mark before it.
      if (this.count < repeats * period + 1) return 0;
      const cycles = this.advanced(period);
      if (cycles <= 0 || !this.inPace(period, cycles, perCycle, pilesUp)) continue;
      const periods = max(repeats, <i32>Math.ceil(inFlight / cycles) + 1);
      if (this.count < periods * period + 1) continue;
      if (this.repeated(period, periods)) return period;
    }
    return 0;
  }
}
