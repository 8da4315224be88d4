/** Searches the neighbourhood of a network for the smallest changes that bring it inside a limit. */
import { type ArchitectureChange, editObstacle } from '../../nam/edit-wavenet.ts';
import { editedSizes } from '../../nam/edited-sizes.ts';
import type { Network } from '../../nam/network.ts';
import { changeText } from './candidate.ts';
import type { Place } from './probes.ts';
import { SearchMemory, type Weighed } from './search-memory.ts';

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
  readonly priced: number;
  readonly found: readonly Found[];
  /** Why the architecture was not searched; null if it was. */
  readonly obstacle: string | null;
}

/** Candidates that are priced whole, of those that the sum of their layers puts near the limit. */
const mostPriced = 24;
/** How far the sum of layers may lie above the limit and still be priced whole. */
const nearLimit = 1.04;

export const meritOf = (cycles: number, cyclesNow: number, lost: number): number =>
  (1 - cycles / cyclesNow) / Math.max(lost, 1e-6);

/** A candidate that may be inside. */
interface Estimated extends Weighed {
  /** Its merit if it is as much cheaper than its estimate as estimates are taken to be off. */
  readonly hope: number;
}

/** Whether an estimate leaves it open that so much is inside the limit. */
export const mayBeInside = (estimate: number | null, limit: number): estimate is number =>
  estimate !== null && estimate <= limit * nearLimit;

/**
 * `limit` and results are cycles per sample of all copies of the point together.
 * @param most results
 */
export const searchArchitecture = (
  network: Network,
  place: Place,
  cyclesNow: number,
  limit: number,
  most: number,
  memory: SearchMemory = new SearchMemory(),
): Search => {
  const nothing = { candidates: 0, priced: 0, found: [] };
  if (network.kind !== 'wavenet') return { ...nothing, obstacle: 'it is no WaveNet' };
  const obstacle = editObstacle(network);
  if (obstacle !== null) return { ...nothing, obstacle };

  const weighed = memory.weighed(network);
  const before = editedSizes(network, {});
  const costs = memory.costs(network, place);
  if (costs.estimate({}) === null) {
    return { ...nothing, obstacle: 'the engine refuses shapes like it' };
  }
  const near: Estimated[] = [];
  // What is given up counts, not what is gained beyond the limit: those that come later are not looked at.
  for (const one of weighed) {
    const estimate = costs.estimate(one.candidate.change);
    if (!mayBeInside(estimate, limit)) continue;
    near.push({ ...one, hope: meritOf(estimate / nearLimit, cyclesNow, one.lost) });
    if (near.length === mostPriced) break;
  }
  const found: Found[] = [];
  let priced = 0;
  for (const { candidate, sizes, lost, hope } of near.sort((a, b) => b.hope - a.hope)) {
    // No other can be among the best.
    if (hope < (found[most - 1]?.merit ?? 0)) break;
    priced++;
    const { network: edited, cyclesPerSample } = memory.whole(network, place, candidate.change);
    if (cyclesPerSample === null || cyclesPerSample > limit) continue;
    found.push({
      change: candidate.change,
      text: changeText(candidate.change, network),
      network: edited,
      cyclesPerSample,
      cyclesSavedPerSample: cyclesNow - cyclesPerSample,
      weights: sizes.weights,
      weightsLost: before.weights - sizes.weights,
      receptiveField: sizes.receptiveField,
      receptiveFieldLost: before.receptiveField - sizes.receptiveField,
      merit: meritOf(cyclesPerSample, cyclesNow, lost),
    });
    found.sort((a, b) => b.merit - a.merit);
  }
  return {
    candidates: weighed.length,
    priced,
    found: found.slice(0, most),
    obstacle: null,
  };
};
