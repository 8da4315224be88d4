/** How a width stands against a limit, and what `predict` would say of a network that is in no file yet. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../../device/profile.ts';
import type { TanhKind } from '../../engine/engine.ts';
import type { Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { ln } from '../../units/normal.ts';
import type { Interval } from '../../units/range.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { clockLeft, costSettled } from '../predict/governor.ts';
import type { PredictRow } from '../predict/row.ts';
import { costedRow } from '../predict/row-of.ts';
import { chanceWithin, type Spread, sureFrom } from '../predict/spread.ts';
import { verdictOf } from '../predict/verdict.ts';
import type { Place } from './probes.ts';
import type { AdviseRequest } from './request.ts';

/** Whoever does not say is content with nine of ten. */
export const usualConfidence = 0.9;

/** The spread that an interval was made with. */
const spreadOf = ({ low, expected, high }: Interval): Spread => ({
  below: expected > low && low > 0 ? ln(expected / low) : 0,
  above: expected > 0 && high > expected ? ln(high / expected) : 0,
});

/** Of its cost: a load whose clock follows it says less. */
const spreadFor = (row: PredictRow, load: Interval, { dvfs }: ChipProfile): Spread =>
  spreadOf(dvfs === null ? load : (row.cyclesPerSample ?? load));

/** How likely the load of a row leaves `margin` free: what the row says, unless the margin is another. */
export const chanceInside = (row: PredictRow, margin: number, chip: ChipProfile): number => {
  if (row.load === null || row.clockHz === null || /^(wont-load|unknown)$/.test(row.verdict))
    return 0;
  if (margin === row.margin && row.chance !== null) return row.chance;
  const left = clockLeft(chip, row.clockHz, 1 - margin);
  return chanceWithin(1 - margin, row.load.expected / left, spreadFor(row, row.load, chip));
};

export const isSure = (chance: number): boolean => chance >= sureFrom;

/** The share of a limit that the expected cost may take, so that it is kept with this chance. */
const expectedShare = (spread: Spread, confidence: number): number => {
  let [inside, outside] = [0, 1];
  // 30 halvings are beyond the digits of a chance.
  for (let i = 0; i < 30; i++) {
    const middle = (inside + outside) / 2;
    if (chanceWithin(1, middle, spread) >= confidence) inside = middle;
    else outside = middle;
  }
  return inside;
};

/** How a network would be run. */
export interface Setting {
  /** An id, or 'auto'. */
  readonly engine: string;
  readonly blockFrames: number;
  readonly copies: number;
  readonly tanh?: TanhKind | undefined;
}

/** As it was asked for, in blocks of what the row has. */
export const settingOf = (
  { engine = 'auto', tanh }: AdviseRequest,
  { blockFrames, copies }: Pick<Setting, 'blockFrames' | 'copies'>,
): Setting => ({ engine, blockFrames, copies, tanh });

export const placeOf = (request: AdviseRequest, chip: ChipProfile, setting: Setting): Place => ({
  ...setting,
  chip,
  core: request.coreOf(audioClusterOf(chip).coreId),
  engines: request.engines,
  rates: resampledBy(chip, ratesOf(request.model, chip.audio.sampleRateHz.value)),
  parallel: false,
  corners: 'expected',
});

/** A load with its verdict, as a row of `predict` has it, held to the margin and the chance that were asked for. */
export interface Standing
  extends Pick<PredictRow, 'engine' | 'blockFrames' | 'copies' | 'verdict' | 'confidence'> {
  readonly cyclesPerSample: number;
  readonly load: number;
  /** Where nine of ten such predictions hold the truth. */
  readonly low: number;
  readonly high: number;
  /** How likely the load keeps the margin free. */
  readonly chance: number;
  readonly sure: boolean;
  /** The chance is at least what was asked for. */
  readonly inside: boolean;
}

/** Null where nothing is costed, or the product takes no file at all. */
export const standingOf = (
  row: PredictRow,
  request: AdviseRequest,
  { chip }: DeviceProfile,
): Standing | null => {
  const margin = request.margin ?? row.margin;
  const { load: range, cyclesPerSample } = row;
  if (row.verdict === 'unknown') return null;
  if (range === null || cyclesPerSample === null || margin === null || chip === null) return null;
  const { engine, blockFrames, copies, confidence } = row;
  const { expected: load, low, high } = range;
  const chance = chanceInside(row, margin, chip);
  return {
    engine,
    blockFrames,
    copies,
    cyclesPerSample: cyclesPerSample.expected,
    load,
    low,
    high,
    verdict: verdictOf({ load, margin, memoryFits: row.verdict !== 'wont-load' }),
    chance,
    sure: isSure(chance),
    inside: chance >= (request.confidence ?? usualConfidence),
    confidence,
  };
};

/** What all copies together may take, cycles per sample, at the clock that a governor gives to so much; null where nothing is judged. */
export const limitOf = (
  { margin: own, clockHz, budgetCyclesPerSample, verdict }: PredictRow,
  request: AdviseRequest,
  { chip }: DeviceProfile,
): number | null => {
  const margin = request.margin ?? own;
  if (verdict === 'unknown' || budgetCyclesPerSample === null || clockHz === null) return null;
  if (margin === null || chip === null) return null;
  return budgetCyclesPerSample * clockLeft(chip, clockHz, 1 - margin) * (1 - margin);
};

/** What the expected cost may be, so that the limit is kept with the chance that was asked for. */
export const targetOf = (
  row: PredictRow,
  request: AdviseRequest,
  device: DeviceProfile,
): number | null => {
  const limit = limitOf(row, request, device);
  if (limit === null || row.load === null || device.chip === null) return null;
  const spread = spreadFor(row, row.load, device.chip);
  return limit * expectedShare(spread, request.confidence ?? usualConfidence);
};

/** The network as `predict` takes it from a file, costed whole; null where no engine takes it. `width`: what it was made from. */
export const rowOf = (
  request: AdviseRequest,
  device: DeviceProfile,
  network: Network,
  width: Width,
  setting: Setting,
  cache: CostCache = new CostCache(),
): PredictRow | null => {
  const { chip } = device;
  if (chip === null) return null;
  const sampleRateHz = chip.audio.sampleRateHz.value;
  const point = { ...placeOf(request, chip, setting), network, corners: 'all' } as const;
  const { costed, chip: settled } = costSettled(cache, point, sampleRateHz);
  if (costed.engine === null) return null;
  const { blockFrames, copies, engine: requestedEngine } = setting;
  const at = { device: settled === chip ? device : { ...device, chip: settled }, profile: device };
  const asked = { model: request.model, ...at, blockFrames, copies, requestedEngine };
  return costedRow({ ...asked, width, network, beside: [], sampleRateHz }, request, costed);
};
