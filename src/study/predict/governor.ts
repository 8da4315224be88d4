/** A device whose governor leaves the clock below its top, at the clock that it settles at, as `run` plays it. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import { isGovernor, settledClocks } from '../../pedal/clock-control.ts';
import { exp, ln } from '../../units/normal.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { type CostedPoint, costPoint, type Point, type Refused } from '../cost/cost-point.ts';
import { loadOf, timeBudgetOf } from '../cost/time-budget.ts';
import type { Spread } from './spread.ts';

/** The clocks that the governor gives, where the audio core is busy for such a share of the time; null where it gives the top. */
const clocksAt = (chip: ChipProfile, busyAt: (hz: number) => number) => {
  const governor = chip.dvfs?.governor.value;
  if (chip.dvfs === null || governor === undefined || !isGovernor(governor)) return null;
  const maxClockHz = audioClusterOf(chip).clockHz.value;
  const minClockHz = Math.min(maxClockHz, chip.dvfs.minClockHz.value);
  const clocks = settledClocks({ governor, minClockHz, maxClockHz, rampSeconds: 0 }, busyAt);
  return clocks.lowestHz < maxClockHz ? { ...clocks, governor } : null;
};

/** How much quicker the clock is where a load reaches `share` of the time than that of the row: a governor may follow it. */
export const clockLeft = (chip: ChipProfile, clockHz: number, share: number): number =>
  (clocksAt(chip, () => share)?.meanHz ?? audioClusterOf(chip).clockHz.value) / clockHz;

/** The chip at the clock that its governor gives to a block of so many cycles; null where that is the top. */
const settledChip = (chip: ChipProfile, cyclesPerBlock: number, periodSeconds: number) => {
  const clocks = clocksAt(
    chip,
    (hz) => (cyclesPerBlock / hz + chip.host.secondsPerBlock.value) / periodSeconds,
  );
  if (clocks === null) return null;
  const { lowestHz, meanHz, governor } = clocks;
  const cluster = audioClusterOf(chip);
  const clockHz = {
    value: meanHz,
    low: lowestHz,
    high: meanHz,
    kind: 'estimate',
    source: `what the governor ${governor} settles at under this load`,
    note: `the governor ${governor} follows the load`,
  } as const;
  const clusters = chip.clusters.map((c) => (c === cluster ? { ...c, clockHz } : c));
  return { ...chip, clusters };
};

/** A load's spread where the clock follows what the cycles are: more of them are no higher load below the top. */
export const followedSpread = (
  chip: ChipProfile,
  cycles: number,
  { blockFrames, sampleRateHz }: { readonly blockFrames: number; readonly sampleRateHz: number },
  { below, above }: Spread,
): Spread => {
  const loadAt = (share: number): number => {
    const much = cycles * share;
    const at = settledChip(chip, much, blockFrames / sampleRateHz) ?? chip;
    const range = { best: much, expected: much, worst: much };
    return loadOf(range, timeBudgetOf(at, blockFrames, sampleRateHz)).expected;
  };
  const apart = (low: number, high: number): number => Math.max(0, ln(loadAt(high) / loadAt(low)));
  return { below: apart(exp(-below), 1), above: apart(1, exp(above)) };
};

/** Costed anew where the clock is below its top: waits for memory are other cycles then. */
export const costSettled = (
  cache: CostCache,
  point: Point,
  sampleRateHz: number,
): { readonly costed: CostedPoint | Refused; readonly chip: ChipProfile } => {
  const costed = costPoint(cache, point);
  const period = point.blockFrames / sampleRateHz;
  const chip = costed.engine && settledChip(point.chip, costed.cost.total.expected, period);
  if (chip === null) return { costed, chip: point.chip };
  return { costed: costPoint(cache, { ...point, chip }), chip };
};
