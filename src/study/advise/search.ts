/** Searches the neighbourhood of a network for the smallest changes that bring it inside a limit. */
import { type ArchitectureChange, editedSizes } from '../../nam/edit-wavenet.ts';
import type { Network, WaveNetNetwork } from '../../nam/network.ts';
import { changeText } from './candidate.ts';
import type { Place } from './probes.ts';
import type { SearchMemory, Weighed } from './search-memory.ts';

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
  readonly memory: SearchMemory;
}

/** Costed whole. */
export interface Costed extends Weighed {
  readonly network: WaveNetNetwork;
  readonly cyclesPerSample: number;
}

export const costWhole = ({ network, place, memory }: Sought, weighed: Weighed): Costed | null => {
  const { cyclesPerSample, network: edited } = memory.whole(network, place, weighed.change);
  return cyclesPerSample === null ? null : { ...weighed, network: edited, cyclesPerSample };
};

const meritOf = (cycles: number, cyclesNow: number, lost: number): number =>
  (1 - cycles / cyclesNow) / Math.max(lost, 1e-6);

/** What one costs and gives up, beside what there was. */
export const foundOf = (
  { network, cyclesNow }: Pick<Sought, 'network' | 'cyclesNow'>,
  { change, sizes, lost, cyclesPerSample, network: edited }: Costed,
): Found => {
  const before = editedSizes(network, {});
  return {
    change,
    text: changeText(change, network),
    network: edited,
    cyclesPerSample,
    cyclesSavedPerSample: cyclesNow - cyclesPerSample,
    weights: sizes.weights,
    weightsLost: before.weights - sizes.weights,
    receptiveField: sizes.receptiveField,
    receptiveFieldLost: Math.max(0, before.receptiveField - sizes.receptiveField),
    merit: meritOf(cyclesPerSample, cyclesNow, lost),
  };
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
  const { network, place, cyclesNow, limit, memory } = sought;
  const estimateOf = memory.estimate(network, place);
  if (estimateOf({}) === null)
    return { ...noSearch, obstacle: 'the engine refuses shapes like it' };
  const weighed = memory.weighed(network);
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
    found.push(foundOf(sought, costed));
    found.sort((a, b) => b.merit - a.merit);
  }
  return { ...noSearch, candidates: weighed.length, found: found.slice(0, mostFound) };
};
