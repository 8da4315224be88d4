/**
 * Policies of a governor that changes a model's width by itself. Each sees the load of every block
 * and says which way to go; the pedal does the change, as an event in a scenario would.
 */

export type Wish = 'narrower' | 'wider' | 'stay';

export interface WidthPolicy {
  /** After every block; `late` for an xrun. */
  observe(load: number, late: boolean): Wish;
  /** The width has changed: what was seen before no longer counts. */
  changed(): void;
}

export interface ThresholdSettings {
  /** Narrower when the mean load of a window is above it, or a block was late. */
  readonly upper: number;
  /** Wider when it stays below it for `holdBlocks`. The gap to `upper` is the hysteresis. */
  readonly lower: number;
  readonly windowBlocks: number;
  readonly holdBlocks: number;
}

/** Means over consecutive windows against two limits. */
export class ThresholdPolicy implements WidthPolicy {
  private readonly settings: ThresholdSettings;
  private sum = 0;
  private seen = 0;
  private calmBlocks = 0;

  constructor(settings: ThresholdSettings) {
    this.settings = settings;
  }

  observe(load: number, late: boolean): Wish {
    const { upper, lower, windowBlocks, holdBlocks } = this.settings;
    if (late) return 'narrower';
    this.sum += load;
    this.seen += 1;
    if (this.seen < windowBlocks) return 'stay';
    const mean = this.sum / this.seen;
    this.sum = 0;
    this.seen = 0;
    if (mean > upper) return 'narrower';
    this.calmBlocks = mean < lower ? this.calmBlocks + windowBlocks : 0;
    return this.calmBlocks >= holdBlocks ? 'wider' : 'stay';
  }

  changed(): void {
    this.sum = 0;
    this.seen = 0;
    this.calmBlocks = 0;
  }
}

/** The highest load of the last blocks, which falls slowly: quick to slim, slow to widen. */
class PeakPolicy implements WidthPolicy {
  private readonly settings: ThresholdSettings;
  private peak = 0;
  private calmBlocks = 0;

  constructor(settings: ThresholdSettings) {
    this.settings = settings;
  }

  observe(load: number, late: boolean): Wish {
    const { upper, lower, windowBlocks, holdBlocks } = this.settings;
    // Falls to about a third within a window.
    this.peak = Math.max(load, this.peak - this.peak / windowBlocks);
    if (late || this.peak > upper) return 'narrower';
    this.calmBlocks = this.peak < lower ? this.calmBlocks + 1 : 0;
    return this.calmBlocks >= holdBlocks ? 'wider' : 'stay';
  }

  changed(): void {
    this.peak = 0;
    this.calmBlocks = 0;
  }
}

/** The policies by name; a new one is a class and a line here. */
export const widthPolicies = {
  threshold: (settings: ThresholdSettings): WidthPolicy => new ThresholdPolicy(settings),
  peak: (settings: ThresholdSettings): WidthPolicy => new PeakPolicy(settings),
} as const;
export type WidthPolicyName = keyof typeof widthPolicies;
