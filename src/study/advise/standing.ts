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

/** One device of a request: what stands against its limits, with the margin and the chance that were asked for. */
export class Judge {
  readonly device: DeviceProfile;
  readonly chip: ChipProfile;
  /** The chance from which on something is inside. */
  readonly confidence: number;
  readonly #request: AdviseRequest;

  constructor(request: AdviseRequest, device: DeviceProfile, chip: ChipProfile) {
    this.device = device;
    this.chip = chip;
    this.confidence = request.confidence ?? usualConfidence;
    this.#request = request;
  }

  /** How likely the load of a row leaves `margin` free: what the row says, unless the margin is another. */
  chanceInside(row: PredictRow, margin: number): number {
    const { load, clockHz, verdict, chance } = row;
    if (load === null || clockHz === null || /^(wont-load|unknown)$/.test(verdict)) return 0;
    if (margin === row.margin && chance !== null) return chance;
    const left = clockLeft(this.chip, clockHz, 1 - margin);
    return chanceWithin(1 - margin, load.expected / left, this.#spreadOf(row, load));
  }

  /** Null where nothing is costed, or the product takes no file at all. */
  standing(row: PredictRow): Standing | null {
    const margin = this.#request.margin ?? row.margin;
    const { load: range, cyclesPerSample, engine, blockFrames, copies, confidence } = row;
    if (row.verdict === 'unknown') return null;
    if (range === null || cyclesPerSample === null || margin === null) return null;
    const { expected: load, low, high } = range;
    const chance = this.chanceInside(row, margin);
    return {
      ...{ engine, blockFrames, copies, cyclesPerSample: cyclesPerSample.expected },
      ...{ load, low, high },
      verdict: verdictOf({ load, margin, memoryFits: row.verdict !== 'wont-load' }),
      ...{ chance, sure: isSure(chance), inside: chance >= this.confidence, confidence },
    };
  }

  /** What all copies together may take, cycles per sample, at the clock that a governor gives to so much; null where nothing is judged. */
  limit({ margin: own, clockHz, budgetCyclesPerSample, verdict }: PredictRow): number | null {
    const margin = this.#request.margin ?? own;
    if (verdict === 'unknown' || budgetCyclesPerSample === null) return null;
    if (clockHz === null || margin === null) return null;
    return budgetCyclesPerSample * clockLeft(this.chip, clockHz, 1 - margin) * (1 - margin);
  }

  /** What the expected cost may be, so that the limit is kept with the chance that was asked for. */
  target(row: PredictRow): number | null {
    const limit = this.limit(row);
    if (limit === null || row.load === null) return null;
    return limit * expectedShare(this.#spreadOf(row, row.load), this.confidence);
  }

  /** As it was asked for, in blocks of what the row has. */
  setting({ blockFrames, copies }: Pick<Setting, 'blockFrames' | 'copies'>): Setting {
    const { engine = 'auto', tanh } = this.#request;
    return { engine, blockFrames, copies, tanh };
  }

  place(setting: Setting): Place {
    const { chip } = this;
    const { coreOf, engines, model } = this.#request;
    return {
      ...setting,
      ...{ chip, engines, core: coreOf(audioClusterOf(chip).coreId) },
      rates: resampledBy(chip, ratesOf(model, chip.audio.sampleRateHz.value)),
      corners: 'expected',
    };
  }

  /** The network as `predict` takes it from a file, costed whole; null where no engine takes it. `width`: what it was made from. */
  row(
    network: Network,
    width: Width,
    setting: Setting,
    cache: CostCache = new CostCache(),
  ): PredictRow | null {
    const { chip, device: profile } = this;
    const sampleRateHz = chip.audio.sampleRateHz.value;
    const point = { ...this.place(setting), network, corners: 'all' } as const;
    const { costed, chip: settled } = costSettled(cache, point, sampleRateHz);
    if (costed.engine === null) return null;
    const { blockFrames, copies, engine: requestedEngine } = setting;
    const device = settled === chip ? profile : { ...profile, chip: settled };
    const asked = { model: this.#request.model, device, profile, blockFrames, copies };
    const run = { ...asked, requestedEngine, width, network, beside: [], sampleRateHz };
    return costedRow(run, this.#request, costed);
  }

  /** Of its cost where the clock follows the load, which then says less. */
  #spreadOf(row: PredictRow, load: Interval): Spread {
    return spreadOf(this.chip.dvfs === null ? load : (row.cyclesPerSample ?? load));
  }
}
