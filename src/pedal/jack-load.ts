import { type BlockRecord, responseOf } from './record.ts';

const rolled = 32;
const nearlyLate = 0.95;

/**
 * What JACK shows as its load: of 32 blocks the mean share of the period in which the graph ran, host included, or
 * the longest where that comes within a twentieth of the period; half of what was shown before stays
 * (jackaudio/jack2, common/JackEngineControl.cpp).
 */
export class JackLoad {
  /** From 0 to 1; null before the first 32 blocks. */
  shown: number | null = null;
  private readonly periodCycles: number;
  private blocks = 0;
  private sum = 0;
  private longest = 0;

  constructor(periodCycles: number) {
    this.periodCycles = periodCycles;
  }

  add(record: BlockRecord): void {
    const share = responseOf(record) / this.periodCycles;
    this.sum += share;
    this.longest = Math.max(this.longest, share);
    this.blocks += 1;
    if (this.blocks < rolled) return;
    const now = this.longest < nearlyLate ? this.sum / rolled : Math.min(1, this.longest);
    this.shown = (now + (this.shown ?? now)) / 2;
    this.blocks = 0;
    this.sum = 0;
    this.longest = 0;
  }
}
