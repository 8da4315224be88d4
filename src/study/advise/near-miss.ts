/** A width that misses its limit, by a little or by far: the changes and settings that would bring it inside. */
import type { DeviceProfile } from '../../device/profile.ts';
import { editObstacle } from '../../nam/edit-wavenet.ts';
import type { Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import type { CostBook } from '../cost/cost-cache.ts';
import type { PredictRow } from '../predict/row.ts';
import { farCandidatesOf } from './candidate.ts';
import { searchFar } from './far-search.ts';
import { expectedShare, usualConfidence } from './inside.ts';
import { placeOf, rowOf, type Setting, type Standing, standingOf } from './judge.ts';
import type { AdviseRequest } from './request.ts';
import { type Found, mayBeInside, type Search, searchArchitecture } from './search.ts';
import { SearchMemory } from './search-memory.ts';
import { cheaperSettings, type SettingChange } from './settings.ts';
import { searchWhole } from './whole-search.ts';

export interface Suggestion extends Omit<Found, 'network'>, Standing {
  readonly width: string;
  /** The engine or block that it asks for besides; null where the device's own will do. */
  readonly setting: string | null;
  /** Other devices of the request on which it also brings so many copies inside. */
  readonly alsoHelps: readonly string[];
}

export interface NearMiss {
  readonly width: string;
  readonly copies: number;
  readonly load: number;
  readonly over: number;
  /** The share of its cycles that has to go, so that the limit is kept with the chance that was asked for. */
  readonly needsLess: number;
  /** No small change would do. */
  readonly far: boolean;
  /** Architectures that were weighed. */
  readonly candidates: number;
  /** Why its architecture was not taken apart; null if it was. */
  readonly obstacle: string | null;
  readonly suggestions: readonly Suggestion[];
  /** The cheapest architecture that was weighed, where none is inside. */
  readonly cheapest: (Standing & { readonly text: string }) | null;
  readonly settings: readonly SettingChange[];
}

/** What the misses of one request share. */
export interface Question {
  readonly request: AdviseRequest;
  readonly book: CostBook;
  readonly near: SearchMemory;
  readonly far: SearchMemory;
  /** Of all devices. */
  readonly rows: ReadonlyMap<DeviceProfile, readonly PredictRow[]>;
}

/** One width on one device as often as it was asked for. `row` is costed. */
export interface Missed {
  readonly device: DeviceProfile;
  readonly width: Width;
  readonly row: PredictRow;
  /** Whether to search beyond the neighbourhood. */
  readonly howeverFar: boolean;
}

/** A width is a near miss up to this share above its limit. */
export const nearShare = 0.35;
const suggestionsEach = 5;
const farEach = 4;

export const limitOf = (row: PredictRow, margin: number): number | null =>
  row.budgetCyclesPerSample === null ? null : row.budgetCyclesPerSample * (1 - margin);

/** What the expected cost may be, so that the limit is kept with the chance that was asked for. */
const targetOf = (request: AdviseRequest, row: PredictRow): number | null => {
  const limit = limitOf(row, request.margin ?? row.margin ?? 0);
  if (limit === null || row.load === null) return null;
  return limit * expectedShare(row.load, request.confidence ?? usualConfidence);
};

const nothing: Search = { candidates: 0, priced: 0, found: [], obstacle: null };

const settingOf = ({ engine = 'auto', tanh }: AdviseRequest, row: PredictRow): Setting => ({
  engine,
  blockFrames: row.blockFrames,
  copies: row.copies,
  tanh,
});

/** What is found, and the network of the first of it; none where nothing is inside by its own row. */
interface Answer {
  readonly search: Search;
  readonly suggestions: readonly Suggestion[];
  readonly top: Network | null;
  readonly cheapest: NearMiss['cheapest'];
}

const standingAt = (
  { request }: Question,
  { device, width }: Missed,
  network: Network,
  setting: Setting,
): Standing | null => {
  const row = rowOf(request, device, network, width, setting);
  return row === null ? null : standingOf(row, request);
};

/** Each held to what the machine says of the whole network, with its own spread. */
const judged = (
  question: Question,
  missed: Missed,
  search: Search,
  setting: Setting,
  more: Pick<Suggestion, 'setting'> = { setting: null },
  near: SearchMemory | null = null,
): Omit<Answer, 'cheapest'> => {
  const kept = search.found.flatMap((found) => {
    const standing = standingAt(question, missed, found.network, setting);
    return standing?.inside === true ? [{ found, standing }] : [];
  });
  const suggestions = kept.map(({ found: { network: _, ...found }, standing }): Suggestion => {
    const own = { ...found, ...standing, ...more, width: missed.width.label };
    // Far from a limit each device has its own front.
    return {
      ...own,
      alsoHelps: near === null ? [] : alsoHelps(question, missed, own.change, near),
    };
  });
  return { search, suggestions, top: kept[0]?.found.network ?? null };
};

const nearAnswer = (
  question: Question,
  missed: Missed,
  network: Network,
  target: number,
): Answer => {
  const { request, near } = question;
  const { chip } = missed.device;
  const { row } = missed;
  const now = row.cyclesPerSample?.expected ?? 0;
  if (chip === null || now > target * (1 + nearShare))
    return { search: nothing, suggestions: [], top: null, cheapest: null };
  const setting = settingOf(request, row);
  const place = placeOf(request, chip, setting);
  const search = searchArchitecture(network, place, now, target, suggestionsEach, near);
  return { ...judged(question, missed, search, setting, { setting: null }, near), cheapest: null };
};

const farAnswer = (
  question: Question,
  missed: Missed,
  network: Network,
  row: PredictRow,
  setting: Setting,
  memory: SearchMemory,
  more: Pick<Suggestion, 'setting'> = { setting: null },
): Answer => {
  const { request } = question;
  const { chip } = missed.device;
  const now = missed.row.cyclesPerSample?.expected ?? 0;
  const target = targetOf(request, row);
  const obstacle = network.kind === 'wavenet' ? editObstacle(network) : 'it is no WaveNet';
  if (chip === null || target === null)
    return { search: nothing, suggestions: [], top: null, cheapest: null };
  if (network.kind !== 'wavenet' || obstacle !== null) {
    const insideOnly = (one: Network): number | null => {
      const standing = standingAt(question, missed, one, setting);
      return standing?.inside === true ? standing.cyclesPerSample : null;
    };
    const search = { ...nothing, obstacle, found: searchWhole(network, now, insideOnly) };
    return { ...judged(question, missed, search, setting, more), cheapest: null };
  }
  const place = placeOf(request, chip, setting);
  const search = searchFar(network, place, now, target, farEach, memory);
  const least = search.cheapest;
  const standing = least === null ? null : standingAt(question, missed, least.network, setting);
  return {
    ...judged(question, missed, search, setting, more),
    cheapest: least === null || standing === null ? null : { ...standing, text: least.text },
  };
};

/** With more devices than these each is searched as it is. */
const mostWithSettings = 3;

/** The same at the setting that takes most off the load: what it would keep more of. */
const withSetting = (
  question: Question,
  missed: Missed,
  network: Network,
  best: SettingChange | undefined,
): readonly Suggestion[] => {
  const { request, book } = question;
  if (best === undefined || best.inside || request.devices.length > mostWithSettings) return [];
  const row = rowOf(request, missed.device, network, missed.width, best.setting, book);
  if (row === null) return [];
  const memory = new SearchMemory(farCandidatesOf);
  const more = { setting: best.text };
  return farAnswer(question, missed, network, row, best.setting, memory, more).suggestions;
};

/** One more than these would be too many to read. */
const mostWithSetting = 1;

export const missOf = (
  question: Question,
  missed: Missed,
): { readonly miss: NearMiss; readonly top: Network | null } => {
  const { request, book } = question;
  const { device, width, row, howeverFar } = missed;
  const { network } = book.slimmed(request.model, width, { whatIf: request.whatIf ?? false });
  const target = targetOf(request, row);
  const limit = limitOf(row, request.margin ?? row.margin ?? 0);
  // Callers come here with a costed row only.
  if (row.load === null || target === null || limit === null)
    throw new RangeError(`${device.id} has no costed row.`);
  const now = row.cyclesPerSample?.expected ?? limit;
  const near = nearAnswer(question, missed, network, target);
  const far = howeverFar && near.suggestions.length === 0;
  const answer = far
    ? farAnswer(question, missed, network, row, settingOf(request, row), question.far)
    : near;
  const settings = cheaperSettings(request, book, device, network, width, row);
  const kept = answer.suggestions[0]?.weights ?? 0;
  const more = far
    ? withSetting(question, missed, network, settings[0])
        .filter(({ weights }) => weights > kept)
        .slice(0, mostWithSetting)
    : [];
  return {
    miss: {
      width: width.label,
      copies: row.copies,
      load: row.load.expected,
      over: (now - limit) / limit,
      needsLess: Math.max(0, 1 - target / now),
      far,
      candidates: answer.search.candidates,
      obstacle: answer.search.obstacle,
      suggestions: [...answer.suggestions, ...more],
      cheapest: answer.cheapest,
      settings,
    },
    top: answer.top,
  };
};

/** Devices on which the width was outside with so many copies, and is inside with the change. */
const alsoHelps = (
  { request, book, rows }: Question,
  { device: here, width, row: { copies } }: Missed,
  change: Found['change'],
  memory: SearchMemory,
): readonly string[] => {
  const { network } = book.slimmed(request.model, width, { whatIf: request.whatIf ?? false });
  return [...rows].flatMap(([device, own]) => {
    const { chip } = device;
    if (device === here || chip === null || network.kind !== 'wavenet') return [];
    if (editObstacle(network) !== null) return [];
    const row = own.find((one) => one.width.label === width.label && one.copies === copies);
    if (row?.cyclesPerSample == null || row.verdict === 'wont-load') return [];
    const target = targetOf(request, row);
    if (target === null || row.cyclesPerSample.expected <= target) return [];
    const place = placeOf(request, chip, settingOf(request, row));
    if (!mayBeInside(memory.costs(network, place).estimate(change), target)) return [];
    const cycles = memory.whole(network, place, change).cyclesPerSample;
    return cycles !== null && cycles <= target ? [device.id] : [];
  });
};
