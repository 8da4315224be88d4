/** The cycles that a device leaves to models in one block, and the load that a number of cycles is of them. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import { rangeOfCost, rangeOfSupply } from '../../units/figure.ts';
import { atCorners, type Range } from '../../units/range.ts';

export interface TimeBudget {
  readonly periodSeconds: number;
  readonly clockHz: Range;
  /**
   * Cycles per block for models: clock x (period - the host's time per block) x (1 - reserve). best is
   * the most that there can be. At least one cycle, so that a load is always a number.
   */
  readonly cyclesPerBlock: Range;
  /** Cycles that documented disturbances take from the worst block: each strikes at least once. */
  readonly interferenceCycles: number;
}

export const timeBudgetOf = (chip: ChipProfile, frames: number, rateHz: number): TimeBudget => {
  const periodSeconds = frames / rateHz;
  const clockHz = rangeOfSupply(audioClusterOf(chip).clockHz);
  const reserve = rangeOfCost(chip.host.reserveShare);
  const host = rangeOfCost(chip.host.secondsPerBlock);
  const disturbedSeconds = chip.interference.reduce(
    (sum, { everySeconds, durationSeconds }) =>
      sum +
      (durationSeconds.high ?? durationSeconds.value) *
        Math.max(1, Math.ceil(periodSeconds / Math.max(everySeconds.value, 1e-9))),
    0,
  );
  return {
    periodSeconds,
    clockHz,
    cyclesPerBlock: atCorners((corner) =>
      Math.max(1, (periodSeconds - host[corner]) * clockHz[corner] * (1 - reserve[corner])),
    ),
    interferenceCycles: disturbedSeconds * clockHz.worst,
  };
};

/** Cycles per block as a share of the budget; the worst includes the disturbances. */
export const loadOf = (cyclesPerBlock: Range, budget: TimeBudget): Range =>
  atCorners(
    (corner) =>
      (cyclesPerBlock[corner] + (corner === 'worst' ? budget.interferenceCycles : 0)) /
      budget.cyclesPerBlock[corner],
  );
