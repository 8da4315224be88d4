/** What `predict` would say of a network that is in no file yet. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../../device/profile.ts';
import type { TanhKind } from '../../engine/engine.ts';
import type { Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { price } from '../cost/price.ts';
import type { Confidence, PredictRow, Verdict } from '../predict/row.ts';
import { costedRow } from '../predict/row-of.ts';
import { chanceInside, isSure, usualConfidence, verdictInside } from './inside.ts';
import type { Place } from './probes.ts';
import type { AdviseRequest } from './request.ts';

/** How a network would be run. */
export interface Setting {
  /** An id, or 'auto'. */
  readonly engine: string;
  readonly blockFrames: number;
  readonly copies: number;
  readonly tanh?: TanhKind | undefined;
}

export const placeOf = (
  request: AdviseRequest,
  chip: ChipProfile,
  { engine, blockFrames, copies, tanh }: Setting,
): Place => ({
  chip,
  core: request.coreOf(audioClusterOf(chip).coreId),
  engines: request.engines,
  engine,
  blockFrames,
  tanh,
  copies,
  parallel: false,
  ends: 'expected',
});

/** A load with its verdict, as a row of `predict` has it, held to the margin and the chance that were asked for. */
export interface Standing {
  readonly engine: string | null;
  readonly blockFrames: number;
  readonly copies: number;
  readonly cyclesPerSample: number;
  readonly load: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
  readonly chance: number;
  readonly sure: boolean;
  readonly inside: boolean;
  readonly confidence: Confidence;
}

/** Null where nothing is costed. */
export const standingOf = (row: PredictRow, request: AdviseRequest): Standing | null => {
  const margin = request.margin ?? row.margin;
  if (row.load === null || row.cyclesPerSample === null || margin === null) return null;
  const chance = chanceInside(row, margin);
  return {
    engine: row.engine,
    blockFrames: row.blockFrames,
    copies: row.copies,
    cyclesPerSample: row.cyclesPerSample.expected,
    load: row.load.expected,
    low: row.load.low,
    high: row.load.high,
    verdict: verdictInside(row, margin),
    chance,
    sure: isSure(chance),
    inside: chance >= (request.confidence ?? usualConfidence),
    confidence: row.confidence,
  };
};

/** The network as `predict` takes it from a file, costed whole; null where no engine takes it. `width`: what it was made from. */
export const rowOf = (
  request: AdviseRequest,
  device: DeviceProfile,
  network: Network,
  width: Width,
  setting: Setting,
  book: CostBook = new CostBook(),
): PredictRow | null => {
  const { chip } = device;
  if (chip === null) return null;
  const point = { ...placeOf(request, chip, setting), network, ends: 'all' as const };
  const costed = price(book, point);
  if (costed.engine === null) return null;
  const { blockFrames, copies, engine } = setting;
  const sampleRateHz = chip.audio.sampleRateHz.value;
  const combination = { model: request.model, width, network, device, blockFrames, sampleRateHz };
  return costedRow({ ...combination, copies, requestedEngine: engine }, request, costed);
};
