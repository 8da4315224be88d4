/**
 * However far a network misses a limit: the architectures that keep it and give up the least, one for each kind
 * of change (channels alone, channels with another activation, ...). Estimates by layers find the place, the
 * machine's answer for the whole network corrects them, and only those that no other beats are kept.
 */
import type { ArchitectureChange } from '../../nam/edit-wavenet.ts';
import { editedSizes } from '../../nam/edited-sizes.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { changeText } from './candidate.ts';
import type { Place } from './probes.ts';
import { type Found, meritOf, type Search } from './search.ts';
import type { SearchMemory, Weighed } from './search-memory.ts';

/** Kinds of change that are costed whole, the ones that give up least first. */
const mostKinds = 10;
/** Costed whole for each kind: the first corrects the estimate, the second is near, the third is it. */
const triesEach = 3;
/** Estimates this far above the limit may still turn out inside. */
const nearLimit = 1.3;

interface Estimated extends Weighed {
  readonly estimate: number;
}

interface Costed extends Estimated {
  readonly network: WaveNetNetwork;
  readonly cyclesPerSample: number;
}

const axesOf = (change: ArchitectureChange): readonly string[] => Object.keys(change).sort();

const kindOf = ({ activation, ...rest }: ArchitectureChange): string =>
  [...axesOf(rest), activation?.type ?? ''].join(' ');

/** What each further axis of change counts, as a share of the model: one plain step is easier to judge than three. */
const lostByAxis = 0.05;

const rankOf = ({ lost, candidate }: Weighed): number =>
  lost + lostByAxis * axesOf(candidate.change).length;

/** By kind, the least loss first, as the candidates come. */
const estimatesByKind = (
  network: WaveNetNetwork,
  place: Place,
  limit: number,
  memory: SearchMemory,
): {
  readonly kinds: ReadonlyMap<string, readonly Estimated[]>;
  readonly least: Weighed | null;
} => {
  const kinds = new Map<string, Estimated[]>();
  const costs = memory.costs(network, place);
  let least: Estimated | null = null;
  for (const one of memory.weighed(network)) {
    const { change } = one.candidate;
    const estimate = costs.estimate(change);
    if (estimate === null) continue;
    if (least === null || estimate < least.estimate) least = { ...one, estimate };
    if (estimate > limit * nearLimit) continue;
    const list = kinds.get(kindOf(change)) ?? [];
    kinds.set(kindOf(change), list);
    list.push({ ...one, estimate });
  }
  return { kinds, least };
};

/** The one of a kind that gives up least and is inside; null where none of the tries is. */
const bestOfKind = (
  candidates: readonly Estimated[],
  limit: number,
  cost: (one: Estimated) => Costed | null,
): Costed | null => {
  const tried = new Set<Estimated>();
  let best: Costed | null = null;
  let correction = 1;
  for (let n = 0; n < triesEach; n++) {
    const next = candidates.find((one) => one.estimate * correction <= limit);
    if (next === undefined || tried.has(next)) break;
    tried.add(next);
    const costed = cost(next);
    if (costed === null) break;
    correction = costed.cyclesPerSample / costed.estimate;
    const isInside = costed.cyclesPerSample <= limit;
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
  const changed = axesOf(b.candidate.change);
  return (
    axesOf(a.candidate.change).every((axis) => changed.includes(axis)) &&
    ahead.every((by) => by >= 0) &&
    ahead.some((by) => by > 0)
  );
};

export interface FarSearch extends Search {
  /** The cheapest that was weighed, where nothing was found. */
  readonly cheapest: Pick<Found, 'text' | 'network'> | null;
}

/**
 * For a network without an obstacle to editing. `limit`: what the expected cost of all copies of the place may be,
 * cycles per sample. `memory`: made with the far candidates.
 */
export const searchFar = (
  network: WaveNetNetwork,
  place: Place,
  cyclesNow: number,
  limit: number,
  most: number,
  memory: SearchMemory,
): FarSearch => {
  const before = editedSizes(network, {});
  const { kinds, least } = estimatesByKind(network, place, limit, memory);
  let costedWhole = 0;
  const cost = (one: Estimated): Costed | null => {
    costedWhole++;
    const whole = memory.whole(network, place, one.candidate.change);
    const { cyclesPerSample } = whole;
    return cyclesPerSample === null ? null : { ...one, network: whole.network, cyclesPerSample };
  };
  const firstOf = ([one]: readonly Estimated[]): number => (one === undefined ? 0 : rankOf(one));
  const inside = [...kinds.values()]
    .sort((a, b) => firstOf(a) - firstOf(b))
    .slice(0, mostKinds)
    .flatMap((candidates) => bestOfKind(candidates, limit, cost) ?? []);
  const front = inside
    .filter((one) => !inside.some((other) => beats(other, one, before.receptiveField)))
    .sort((a, b) => rankOf(a) - rankOf(b))
    .slice(0, most);
  const nothing = front.length === 0 && least !== null ? least.candidate.change : null;
  return {
    candidates: memory.weighed(network).length,
    priced: costedWhole,
    obstacle: null,
    cheapest:
      nothing === null
        ? null
        : {
            text: changeText(nothing, network),
            network: memory.whole(network, place, nothing).network,
          },
    found: front.map(
      ({ candidate, sizes, lost, cyclesPerSample, network: edited }): Found => ({
        change: candidate.change,
        text: changeText(candidate.change, network),
        network: edited,
        cyclesPerSample,
        cyclesSavedPerSample: cyclesNow - cyclesPerSample,
        weights: sizes.weights,
        weightsLost: before.weights - sizes.weights,
        receptiveField: sizes.receptiveField,
        receptiveFieldLost: Math.max(0, before.receptiveField - sizes.receptiveField),
        merit: meritOf(cyclesPerSample, cyclesNow, lost),
      }),
    ),
  };
};
