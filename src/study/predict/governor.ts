/** A device whose governor leaves the clock below its top, at the clock that it settles at, as `run` plays it. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import { isGovernor, settledClocks } from '../../pedal/clock-control.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { type CostedPoint, costPoint, type Point, type Refused } from '../cost/cost-point.ts';

/** The chip at the clock that its governor gives to a block of so many cycles; null where that is the top. */
const settledChip = (chip: ChipProfile, cyclesPerBlock: number, periodSeconds: number) => {
  const governor = chip.dvfs?.governor.value;
  if (chip.dvfs === null || governor === undefined || !isGovernor(governor)) return null;
  const cluster = audioClusterOf(chip);
  const maxClockHz = cluster.clockHz.value;
  const minClockHz = Math.min(maxClockHz, chip.dvfs.minClockHz.value);
  const { lowestHz, meanHz } = settledClocks(
    { governor, minClockHz, maxClockHz, rampSeconds: 0 },
    (hz) => (cyclesPerBlock / hz + chip.host.secondsPerBlock.value) / periodSeconds,
  );
  if (lowestHz >= maxClockHz) return null;
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
