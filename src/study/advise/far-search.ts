/**
 * However far a network misses a limit: the architectures that keep it and give up the least, one for each kind
 * of change (channels alone, channels with another activation, ...). Estimates by layers find the place, the
 * machine's answer for the whole network corrects them, and only those that no other beats are kept.
 */
import { type ArchitectureChange, editedSizes } from '../../nam/edit-wavenet.ts';
import { remember } from '../../units/remember.ts';
import { changeText } from './candidate.ts';
import { type Costed, costWhole, foundOf, noSearch, type Search, type Sought } from './search.ts';
import type { Weighed } from './search-memory.ts';

const mostFound = 4;
/** Kinds of change that are costed whole, the ones that give up least first. */
const mostKinds = 10;
/** Costed whole for each kind: the first corrects the estimate, the second is near, the third is it. */
const triesEach = 3;
/** Estimates this far above the limit may still turn out inside. */
const nearLimit = 1.3;

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
const estimatesByKind = ({ network, place, limit, memory }: Sought) => {
  const kinds = new Map<string, Estimated[]>();
  const estimateOf = memory.estimate(network, place);
  let least: Estimated | null = null;
  for (const one of memory.weighed(network)) {
    const estimate = estimateOf(one.change);
    if (estimate === null) continue;
    if (least === null || estimate < least.estimate) least = { ...one, estimate };
    if (estimate > limit * nearLimit) continue;
    remember(kinds, kindOf(one.change), (): Estimated[] => []).push({ ...one, estimate });
  }
  return { kinds: [...kinds.values()], least };
};

/** The one of a kind that gives up least and is inside; null where none of the tries is. */
const bestOfKind = (candidates: readonly Estimated[], sought: Sought): Costed | null => {
  const tried = new Set<Estimated>();
  let best: Costed | null = null;
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
const beats = (a: Costed, b: Costed, field: number): boolean => {
  const fieldOf = (one: Costed): number => Math.min(field, one.sizes.receptiveField);
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

/** `sought`: with a memory of far candidates. */
export const searchFar = (sought: Sought): Search => {
  const { network, place, memory } = sought;
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
    .slice(0, mostFound);
  const nothing = front.length === 0 ? least?.change : undefined;
  const cheapest = nothing && {
    text: changeText(nothing, network),
    network: memory.whole(network, place, nothing).network,
  };
  return {
    ...noSearch,
    candidates: memory.weighed(network).length,
    cheapest: cheapest ?? null,
    found: front.map((costed) => foundOf(sought, costed)),
  };
};
