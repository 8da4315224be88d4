/**
 * What else happens on a device while it plays, as streams of bursts drawn from a seed. A stream
 * never depends on the schedule: the same seed disturbs every width at the same moments.
 */
import { Random } from '../units/random.ts';

/** Lengths in cycles of the reference clock; both ends included, drawn uniformly. */
export interface Burst {
  readonly name: string;
  /**
   * interrupt: takes the core away from the audio. graph: the host's own work, likewise.
   * memory: other traffic on the memory bus; waiting for memory takes `factor` times as long.
   * cache: somebody else fills the shared cache; work costs its worst case in place of the expected.
   */
  readonly kind: 'interrupt' | 'graph' | 'memory' | 'cache';
  /** The core that it takes away or slows; 'all' for memory and caches. */
  readonly core: number | 'all';
  /** From one start to the next. */
  readonly everyCycles: readonly [number, number];
  readonly lengthCycles: readonly [number, number];
  /** The first start; drawn from 0 to the longest interval where absent. */
  readonly firstAtCycle?: number;
  /** memory only. */
  readonly factor?: number;
}

export class BurstStream {
  readonly burst: Burst;
  /** The burst at hand: from `start` up to and without `end`. */
  start: number;
  end: number;
  private readonly random: Random;

  constructor(burst: Burst, seed: number, index: number) {
    this.burst = burst;
    this.random = new Random(seed, `burst ${index} ${burst.name}`);
    this.start = burst.firstAtCycle ?? this.random.integer(0, burst.everyCycles[1]);
    this.end = this.start + this.draw(burst.lengthCycles);
  }

  /** To the next burst. */
  advance(): void {
    // An interval of zero would never let time pass.
    this.start += Math.max(1, this.draw(this.burst.everyCycles));
    this.end = this.start + this.draw(this.burst.lengthCycles);
  }

  /** Whether a burst is under way. `cycle` must not fall from call to call. */
  activeAt(cycle: number): boolean {
    while (this.end <= cycle) this.advance();
    return this.start <= cycle;
  }

  private draw([least, most]: readonly [number, number]): number {
    return this.random.integer(least, most);
  }
}
