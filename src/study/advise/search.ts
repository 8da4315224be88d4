/** Searches for the smallest changes that bring a network inside a limit: in its neighbourhood, or however far it misses. */
import { type ArchitectureChange, type EditedSizes, editedSizes } from '../../nam/edit-wavenet.ts';
import type { Network, WaveNetNetwork } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';
import { changeText } from './candidate.ts';
import type { Place } from './probes.ts';
import type { SearchCache, Weighed } from './search-cache.ts';

export interface Found {
  readonly change: ArchitectureChange;
  readonly text: string;
  readonly network: Network;
  /** Of all copies together, expected; the machine's answer for the whole network. */
  readonly cyclesPerSample: number;
  readonly cyclesSavedPerSample: number;
  readonly weights: number;
  readonly weightsLost: number;
  readonly receptiveField: number;
  readonly receptiveFieldLost: number;
  /** Cycles saved as a share of the cost, over the share of the model that is given up. */
  readonly merit: number;
}

export interface Search {
  readonly candidates: number;
  readonly found: readonly Found[];
  /** Why the architecture was not searched; null if it was. */
  readonly obstacle: string | null;
  /** The cheapest that was weighed, where a search however far found nothing. */
  readonly cheapest: Pick<Found, 'text' | 'network'> | null;
}

export const noSearch: Search = { candidates: 0, found: [], obstacle: null, cheapest: null };

/** A network without an obstacle to editing that has to cost less. Cycles per sample, of all copies of the place. */
export interface Sought {
  readonly network: WaveNetNetwork;
  readonly place: Place;
  readonly cyclesNow: number;
  readonly limit: number;
  readonly cache: SearchCache;
}

/** CostedCandidate whole. */
export interface CostedCandidate extends Weighed {
  readonly network: WaveNetNetwork;
  readonly cyclesPerSample: number;
}

const costWhole = ({ network, place, cache }: Sought, weighed: Weighed): CostedCandidate | null => {
  const { cyclesPerSample, network: edited } = cache.whole(network, place, weighed.change);
  return cyclesPerSample === null ? null : { ...weighed, network: edited, cyclesPerSample };
};

const meritOf = (cycles: number, cyclesNow: number, lost: number): number =>
  (1 - cycles / cyclesNow) / Math.max(lost, 1e-6);

/** What a network costs and gives up, beside what there was; `lost` as a share. */
export const foundOf = <T extends Pick<Found, 'cyclesPerSample'>>(
  made: T,
  cyclesNow: number,
  before: EditedSizes,
  { weights, receptiveField }: EditedSizes,
  lost: number,
) => ({
  ...made,
  cyclesSavedPerSample: cyclesNow - made.cyclesPerSample,
  weights,
  weightsLost: before.weights - weights,
  receptiveField,
  receptiveFieldLost: Math.max(0, before.receptiveField - receptiveField),
  merit: meritOf(made.cyclesPerSample, cyclesNow, lost),
});

const foundIn = ({ network: original, cyclesNow }: Sought, costed: CostedCandidate): Found => {
  const { change, sizes, lost, cyclesPerSample, network } = costed;
  const made = { change, text: changeText(change, original), network, cyclesPerSample };
  return foundOf(made, cyclesNow, editedSizes(original, {}), sizes, lost);
};

const mostFound = 5;
/** Candidates that are costed whole, of those that the sum of their layers puts near the limit. */
const mostCosted = 24;
/** How far the sum of layers may lie above the limit and still be costed whole. */
const nearLimit = 1.04;

/** Whether an estimate leaves it open that so much is inside the limit. */
export const mayBeInside = (estimate: number | null, limit: number): estimate is number =>
  estimate !== null && estimate <= limit * nearLimit;

export const searchNear = (sought: Sought): Search => {
  const { network, place, cyclesNow, limit, cache } = sought;
  const estimateOf = cache.estimate(network, place);
  if (estimateOf({}) === null)
    return { ...noSearch, obstacle: 'the engine refuses shapes like it' };
  const weighed = cache.weighed(network);
  /** With the merit that each has if it is as much cheaper than its estimate as estimates are taken to be off. */
  const near: (Weighed & { readonly hope: number })[] = [];
  // What is given up counts, not what is gained beyond the limit: those that come later are not looked at.
  for (const one of weighed) {
    const estimate = estimateOf(one.change);
    if (!mayBeInside(estimate, limit)) continue;
    near.push({ ...one, hope: meritOf(estimate / nearLimit, cyclesNow, one.lost) });
    if (near.length === mostCosted) break;
  }
  const found: Found[] = [];
  for (const one of near.sort((a, b) => b.hope - a.hope)) {
    // No other can be among the best.
    if (one.hope < (found[mostFound - 1]?.merit ?? 0)) break;
    const costed = costWhole(sought, one);
    if (costed === null || costed.cyclesPerSample > limit) continue;
    found.push(foundIn(sought, costed));
    found.sort((a, b) => b.merit - a.merit);
  }
  return { ...noSearch, candidates: weighed.length, found: found.slice(0, mostFound) };
};

/**
 * However far a network misses a limit: the architectures that keep it and give up the least, one for each kind
 * of change (channels alone, channels with another activation, ...). Estimates by layers find the place, the
 * machine's answer for the whole network corrects them, and only those that no other beats are kept.
 */
const mostKept = 4;
/** Kinds of change that are costed whole, the ones that give up least first. */
const mostKinds = 10;
/** CostedCandidate whole for each kind: the first corrects the estimate, the second is near, the third is it. */
const triesEach = 3;
/** Estimates this far above the limit may still turn out inside. */
const farLimit = 1.3;

interface Estimated extends Weighed {
  readonly estimate: number;
}

const axesOf = (change: ArchitectureChange): readonly string[] => Object.keys(change).sort();

const kindOf = ({ activation, ...rest }: ArchitectureChange): string =>
  [...axesOf(rest), activation?.type ?? ''].join(' ');

/** What each further axis of change counts, as a share of the model: one plain step is easier to judge than three. */
const lostByAxis = 0.05;

const rankOf = ({ lost, change }: Weighed): number => lost + lostByAxis * axesOf(change).length;

/** Those that may be inside by kind, the least loss first, as the candidates come; and the cheapest of all. */
const estimatesByKind = ({ network, place, limit, cache }: Sought) => {
  const kinds = new Map<string, Estimated[]>();
  const estimateOf = cache.estimate(network, place);
  let least: Estimated | null = null;
  for (const one of cache.weighed(network)) {
    const estimate = estimateOf(one.change);
    if (estimate === null) continue;
    if (least === null || estimate < least.estimate) least = { ...one, estimate };
    if (estimate > limit * farLimit) continue;
    memoize(kinds, kindOf(one.change), (): Estimated[] => []).push({ ...one, estimate });
  }
  return { kinds: [...kinds.values()], least };
};

/** The one of a kind that gives up least and is inside; null where none of the tries is. */
const bestOfKind = (candidates: readonly Estimated[], sought: Sought): CostedCandidate | null => {
  const tried = new Set<Estimated>();
  let best: CostedCandidate | null = null;
  let correction = 1;
  while (tried.size < triesEach) {
    const next = candidates.find((one) => one.estimate * correction <= sought.limit);
    if (next === undefined || tried.has(next)) break;
    tried.add(next);
    const costed = costWhole(sought, next);
    if (costed === null) break;
    correction = costed.cyclesPerSample / next.estimate;
    const isInside = costed.cyclesPerSample <= sought.limit;
    if (isInside && (best === null || costed.lost < best.lost)) best = costed;
  }
  return best;
};

/** Changes no axis that the other leaves, and is as good in weights, receptive field and cycles, in one of them better. */
const beats = (a: CostedCandidate, b: CostedCandidate, field: number): boolean => {
  const fieldOf = (one: CostedCandidate): number => Math.min(field, one.sizes.receptiveField);
  const ahead = [
    a.sizes.weights - b.sizes.weights,
    fieldOf(a) - fieldOf(b),
    b.cyclesPerSample - a.cyclesPerSample,
  ];
  const changed = axesOf(b.change);
  return (
    axesOf(a.change).every((axis) => changed.includes(axis)) &&
    ahead.every((by) => by >= 0) &&
    ahead.some((by) => by > 0)
  );
};

/** `sought`: with a cache of far candidates. */
export const searchFar = (sought: Sought): Search => {
  const { network, place, cache } = sought;
  const { receptiveField } = editedSizes(network, {});
  const { kinds, least } = estimatesByKind(sought);
  const firstOf = ([one]: readonly Estimated[]): number => (one === undefined ? 0 : rankOf(one));
  const inside = kinds
    .sort((a, b) => firstOf(a) - firstOf(b))
    .slice(0, mostKinds)
    .flatMap((candidates) => bestOfKind(candidates, sought) ?? []);
  const front = inside
    .filter((one) => !inside.some((other) => beats(other, one, receptiveField)))
    .sort((a, b) => rankOf(a) - rankOf(b))
    .slice(0, mostKept);
  const nothing = front.length === 0 ? least?.change : undefined;
  const cheapest = nothing && {
    text: changeText(nothing, network),
    network: cache.whole(network, place, nothing).network,
  };
  return {
    ...noSearch,
    candidates: cache.weighed(network).length,
    cheapest: cheapest ?? null,
    found: front.map((costed) => foundIn(sought, costed)),
  };
};
