/** A width that misses its limit, by a little or by far: the changes and settings that would bring it inside. */
import type { DeviceProfile } from '../../device/profile.ts';
import { editObstacle } from '../../nam/edit-wavenet.ts';
import type { Width } from '../../nam/model.ts';
import type { Network, WaveNetNetwork } from '../../nam/network.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import type { PredictRow } from '../predict/row.ts';
import { farCandidatesOf } from './candidate.ts';
import type { AdviseRequest } from './request.ts';
import { type Found, mayBeInside, noSearch, type Search, searchFar, searchNear } from './search.ts';
import { SearchCache } from './search-cache.ts';
import { cheaperSettings, type SettingChange } from './settings.ts';
import { Judge, type Setting, type Standing } from './standing.ts';
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
  readonly cache: CostCache;
  readonly near: SearchCache;
  readonly far: SearchCache;
  /** Of all devices. */
  readonly rows: ReadonlyMap<DeviceProfile, readonly PredictRow[]>;
}

/** One width on one device as often as it was asked for. `row` is costed. */
export interface Missed {
  readonly judge: Judge;
  readonly width: Width;
  /** Of the width. */
  readonly network: Network;
  readonly row: PredictRow;
  /** Whether to search beyond the neighbourhood. */
  readonly howeverFar: boolean;
}

/** A width is a near miss up to this share above its limit. */
export const nearShare = 0.35;

const obstacleOf = (network: Network): string | null =>
  network.kind === 'wavenet' ? editObstacle(network) : 'it is no WaveNet';
const isEditable = (network: Network): network is WaveNetNetwork => obstacleOf(network) === null;

/** Where and how to look for less: `row` is that of the setting. */
interface Attempt {
  readonly row: PredictRow;
  readonly setting: Setting;
  /** How the setting differs from the device's own. */
  readonly settingText: string | null;
  readonly far: boolean;
  readonly searchCache: SearchCache;
}

/** Each that is found is held to what the machine says of the whole network, with its own spread. `top`: the network of the first. */
const answerTo = (question: Question, missed: Missed, attempt: Attempt) => {
  const { judge, width } = missed;
  const { setting, settingText, far } = attempt;
  const standingOn = (one: Network): Standing | null => {
    const row = judge.row(one, width, setting);
    return row && judge.standing(row);
  };
  const search = searchWith(missed, attempt, standingOn);
  const kept = search.found.flatMap(({ network, ...found }) => {
    const standing = standingOn(network);
    return standing?.inside === true ? [{ network, found, standing }] : [];
  });
  const suggestions = kept.map(({ found, standing }): Suggestion => {
    // Far from a limit each device has its own front.
    const alsoHelps = far ? [] : othersHelped(question, missed, found.change);
    return { ...found, ...standing, setting: settingText, width: width.label, alsoHelps };
  });
  const { candidates, obstacle, cheapest: found } = search;
  const least = found && standingOn(found.network);
  const cheapest = least && { ...least, text: found.text };
  return { candidates, obstacle, suggestions, cheapest, top: kept[0]?.network ?? null };
};

const searchWith = (
  { judge, network, row: missedRow }: Missed,
  { row, setting, far, searchCache }: Attempt,
  standingOn: (network: Network) => Standing | null,
): Search => {
  const limit = judge.target(row);
  const cyclesNow = missedRow.cyclesPerSample?.expected ?? 0;
  if (limit === null) return noSearch;
  if (!far && cyclesNow > limit * (1 + nearShare)) return noSearch;
  if (isEditable(network)) {
    const place = judge.place(setting);
    return (far ? searchFar : searchNear)({ network, place, cyclesNow, limit, cache: searchCache });
  }
  const cyclesInside = (one: Network): number | null => {
    const standing = standingOn(one);
    return standing?.inside === true ? standing.cyclesPerSample : null;
  };
  const found = far ? searchWhole(network, cyclesNow, cyclesInside) : [];
  return { ...noSearch, obstacle: obstacleOf(network), found };
};

/** With more devices than these each is searched as it is. */
const mostWithSettings = 3;

/** The same at the setting that takes most off the load: what it would keep more of. */
const withSetting = (question: Question, missed: Missed, best: SettingChange | undefined) => {
  const { request, cache } = question;
  if (best === undefined || best.inside || request.devices.length > mostWithSettings) return [];
  const { setting, text: settingText } = best;
  const row = missed.judge.row(missed.network, missed.width, setting, cache);
  if (row === null) return [];
  const searchCache = new SearchCache(farCandidatesOf);
  return answerTo(question, missed, { row, setting, settingText, far: true, searchCache })
    .suggestions;
};

/** One more than these would be too many to read. */
const mostWithSetting = 1;

export const missOf = (
  question: Question,
  missed: Missed,
): { readonly miss: NearMiss; readonly top: Network | null } => {
  const { judge, width, network, row, howeverFar } = missed;
  const [target, limit] = [judge.target(row), judge.limit(row)];
  // Callers come here with a costed row only.
  if (row.load === null || row.cyclesPerSample === null || target === null || limit === null)
    throw new RangeError(`${judge.device.id} has no costed row.`);
  const now = row.cyclesPerSample.expected;
  const asIs = { row, setting: judge.setting(row), settingText: null };
  const near = answerTo(question, missed, { ...asIs, far: false, searchCache: question.near });
  const far = howeverFar && near.suggestions.length === 0;
  const { top, suggestions, ...answer } = far
    ? answerTo(question, missed, { ...asIs, far, searchCache: question.far })
    : near;
  const settings = cheaperSettings(judge, question.cache, network, width, row);
  const kept = suggestions[0]?.weights ?? 0;
  const more = far ? withSetting(question, missed, settings[0]) : [];
  const wider = more.filter(({ weights }) => weights > kept).slice(0, mostWithSetting);
  return {
    miss: {
      width: width.label,
      copies: row.copies,
      load: row.load.expected,
      over: (now - limit) / limit,
      needsLess: Math.max(0, 1 - target / now),
      far,
      ...answer,
      suggestions: [...suggestions, ...wider],
      settings,
    },
    top,
  };
};

/** Devices on which the width was outside with so many copies, and is inside with the change. */
const othersHelped = (
  question: Question,
  { judge: here, width, network, row: { copies } }: Missed,
  change: Found['change'],
): readonly string[] => {
  const { request, rows, near } = question;
  if (!isEditable(network)) return [];
  return [...rows].flatMap(([device, ofDevice]) => {
    const { chip } = device;
    const row = ofDevice.find((one) => one.width.label === width.label && one.copies === copies);
    if (device === here.device || chip === null || row?.cyclesPerSample == null) return [];
    const judge = new Judge(request, device, chip);
    const target = judge.target(row);
    if (row.verdict === 'wont-load' || target === null) return [];
    if (row.cyclesPerSample.expected <= target) return [];
    const place = judge.place(judge.setting(row));
    if (!mayBeInside(near.estimate(network, place)(change), target)) return [];
    const cycles = near.whole(network, place, change).cyclesPerSample;
    return cycles !== null && cycles <= target ? [device.id] : [];
  });
};
