/** A width that misses its limit by a little: the changes and settings that would bring it inside. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { SlimmedModel, Width } from '../../nam/model.ts';
import type { CostBook } from '../cost/cost-cache.ts';
import type { PredictRow } from '../predict/row.ts';
import type { Place } from './probes.ts';
import type { AdviseRequest, Distance } from './request.ts';
import { type Found, mayBeInside, searchArchitecture } from './search.ts';
import type { SearchMemory } from './search-memory.ts';
import { cheaperSettings, type SettingChange } from './settings.ts';

export interface Suggestion extends Omit<Found, 'network'> {
  readonly width: string;
  readonly copies: number;
  readonly load: number;
  /** Other devices of the request on which it also brings so many copies inside. */
  readonly alsoHelps: readonly string[];
}

export interface SettingSuggestion extends SettingChange {
  readonly width: string;
  readonly copies: number;
  readonly inside: boolean;
}

export interface NearMiss {
  readonly width: string;
  readonly copies: number;
  readonly load: number;
  readonly over: number;
  /** Architectures that were weighed. */
  readonly candidates: number;
  readonly obstacle: string | null;
  readonly suggestions: readonly Suggestion[];
  readonly settings: readonly SettingSuggestion[];
}

const suggestionsEach = 5;

export const limitOf = (row: PredictRow, margin: number): number | null =>
  row.budgetCyclesPerSample === null ? null : row.budgetCyclesPerSample * (1 - margin);

const placeOf = (
  request: AdviseRequest,
  chip: NonNullable<DeviceProfile['chip']>,
  blockFrames: number,
  copies: number,
): Place => ({
  chip,
  core: request.coreOf(audioClusterOf(chip).coreId),
  engines: request.engines,
  engine: request.engine ?? 'auto',
  blockFrames,
  tanh: request.tanh,
  copies,
  parallel: false,
  ends: 'expected',
});

/** `rows`: of all devices. `memory`: of this request. */
export const nearMiss = (
  request: AdviseRequest,
  book: CostBook,
  memory: SearchMemory,
  device: DeviceProfile,
  width: Width,
  at: Distance,
  rows: readonly PredictRow[],
): { miss: NearMiss; top: Found | null } => {
  const slimmed: SlimmedModel = book.slimmed(request.model, width, {
    whatIf: request.whatIf ?? false,
  });
  const row = rows.find((one) => one.device === device.id && one.width.label === width.label);
  const { chip } = device;
  // Callers come here with a chip and a costed row only.
  if (chip === null || row?.engine == null) throw new RangeError(`${device.id} has no costed row.`);
  const place = placeOf(request, chip, row.blockFrames, at.copies);
  const limit = at.limitCyclesPerSample;
  const search = searchArchitecture(
    slimmed.network,
    place,
    at.cyclesPerSample,
    limit,
    suggestionsEach,
    memory,
  );
  const budget = row.budgetCyclesPerSample ?? limit;
  const suggestions = search.found.map(
    ({ network: _, ...found }): Suggestion => ({
      ...found,
      width: width.label,
      copies: at.copies,
      load: found.cyclesPerSample / budget,
      alsoHelps: alsoHelps(request, memory, device, width, at.copies, found.change, slimmed, rows),
    }),
  );
  const point = { ...place, network: slimmed.network };
  const settings = cheaperSettings(book, point, row.engine, at.cyclesPerSample).map(
    (change): SettingSuggestion => ({
      ...change,
      width: width.label,
      copies: at.copies,
      inside: change.cyclesPerSample <= limit,
    }),
  );
  return {
    miss: {
      width: width.label,
      copies: at.copies,
      load: at.load,
      over: -at.distance,
      candidates: search.candidates,
      obstacle: search.obstacle,
      suggestions,
      settings,
    },
    top: search.found[0] ?? null,
  };
};

/** Devices on which the width was outside with so many copies, and is inside with the change. */
const alsoHelps = (
  request: AdviseRequest,
  memory: SearchMemory,
  here: DeviceProfile,
  width: Width,
  copies: number,
  change: Found['change'],
  slimmed: SlimmedModel,
  rows: readonly PredictRow[],
): readonly string[] =>
  request.devices.flatMap((device) => {
    const { chip } = device;
    const { network } = slimmed;
    if (device.id === here.id || chip === null || network.kind !== 'wavenet') return [];
    const row = rows.find(
      (one) => one.device === device.id && one.width.label === width.label && one.copies === copies,
    );
    if (row?.cyclesPerSample == null || row.margin === null) return [];
    const limit = limitOf(row, request.margin ?? row.margin);
    if (limit === null || row.cyclesPerSample.expected <= limit) return [];
    const place = placeOf(request, chip, row.blockFrames, copies);
    if (!mayBeInside(memory.costs(network, place).estimate(change), limit)) return [];
    const cycles = memory.whole(network, place, change).cyclesPerSample;
    return cycles !== null && cycles <= limit ? [device.id] : [];
  });
