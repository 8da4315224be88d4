/** One core of the virtual pedal: when it is free, how fast it is, and what takes it away. */
import type { Burst, BurstStream } from './disturbance.ts';

/** In one piece of work; what meets more is not going to end. */
const mostBursts = 1 << 17;
/** Minutes of any clock: later than any block is due. */
const endlessCycles = 2 ** 40;

export class VirtualCore {
  /** When the work given so far ends, in cycles of the reference clock. */
  freeAt = 0;
  /** Cycles of the reference clock that one cycle of this core lasts. */
  scale = 1;
  /** Time in use since the governor last looked. */
  busy = 0;
  /** Of the last run: what interrupts took, and what the host's own work took. */
  stolenByInterrupts = 0;
  stolenByGraph = 0;
  private readonly streams: readonly BurstStream[];
  /** Bursts leave no time: work that was begun does not end. */
  private stalled = false;

  constructor(streams: readonly BurstStream[]) {
    this.streams = streams;
  }

  /**
   * Runs `cycles` of this core from `start` on (not before it is free) and returns when they end.
   * A burst that is under way or comes meanwhile delays the end by its length.
   */
  run(start: number, cycles: number): number {
    const length = this.scale === 1 ? cycles : Math.ceil(cycles * this.scale);
    let finish = start + length;
    this.stolenByInterrupts = 0;
    this.stolenByGraph = 0;
    if (cycles > 0 && this.streams.length > 0) finish = this.delay(start, finish);
    this.freeAt = finish;
    this.busy += finish - start;
    return finish;
  }

  private delay(start: number, undisturbed: number): number {
    // What waits behind it starts when it would have ended: later than any block is due.
    if (this.stalled) return undisturbed;
    let finish = undisturbed;
    for (let met = 0; !this.stalled; met += 1) {
      this.stalled = met === mostBursts || finish - undisturbed > endlessCycles;
      let next: BurstStream | null = null;
      for (const stream of this.streams) {
        // Bursts that ended before hit an idle core.
        while (stream.end <= start) stream.advance();
        if (stream.start < finish && (next === null || stream.start < next.start)) next = stream;
      }
      if (next === null) return finish;
      const stolen = next.end - Math.max(next.start, start);
      finish += stolen;
      if (next.burst.kind === 'graph') this.stolenByGraph += stolen;
      else this.stolenByInterrupts += stolen;
      next.advance();
    }
    this.stolenByInterrupts = endlessCycles;
    return undisturbed + endlessCycles;
  }
}

/** Whether a burst takes cores away, in contrast to making their work slower. */
export const takesCore = ({ kind }: Burst): boolean => kind === 'interrupt' || kind === 'graph';
