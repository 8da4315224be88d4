/**
 * Policies of a governor that changes a model's width by itself. Each sees the load of every block
 * and says which way to go; the pedal does the change, as an event in a scenario would.
 */

export interface WidthPolicy {
  /** After every block; `late` for an xrun. */
  observe(load: number, late: boolean): 'narrower' | 'wider' | 'stay';
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

type MakePolicy = (settings: ThresholdSettings) => WidthPolicy;

/** Means over consecutive windows against two limits. */
const threshold: MakePolicy = ({ upper, lower, windowBlocks, holdBlocks }) => {
  let [sum, seen, calmBlocks] = [0, 0, 0];
  return {
    observe: (load, late) => {
      if (late) return 'narrower';
      sum += load;
      seen += 1;
      if (seen < windowBlocks) return 'stay';
      const mean = sum / seen;
      [sum, seen] = [0, 0];
      if (mean > upper) return 'narrower';
      calmBlocks = mean < lower ? calmBlocks + windowBlocks : 0;
      return calmBlocks >= holdBlocks ? 'wider' : 'stay';
    },
    changed: () => {
      [sum, seen, calmBlocks] = [0, 0, 0];
    },
  };
};

/** The highest load of the last blocks, which falls slowly: quick to slim, slow to widen. */
const peak: MakePolicy = ({ upper, lower, windowBlocks, holdBlocks }) => {
  let [highest, calmBlocks] = [0, 0];
  return {
    observe: (load, late) => {
      // Falls to about a third within a window.
      highest = Math.max(load, highest - highest / windowBlocks);
      if (late || highest > upper) return 'narrower';
      calmBlocks = highest < lower ? calmBlocks + 1 : 0;
      return calmBlocks >= holdBlocks ? 'wider' : 'stay';
    },
    changed: () => {
      [highest, calmBlocks] = [0, 0];
    },
  };
};

/** The policies by name; a new one is a function and its name here. */
export const widthPolicies = { threshold, peak } as const;
