/** Searches the neighbourhood of a network for the smallest changes that bring it inside a limit. */
import { type ArchitectureChange, editObstacle, editWaveNet } from '../../nam/edit-wavenet.ts';
import { receptiveField, weightCount } from '../../nam/measure.ts';
import type { Network, WaveNetNetwork } from '../../nam/network.ts';
import { CostBook } from '../cost-book.ts';
import { type Point, price } from '../price.ts';
import { type Candidate, candidatesOf, changeText } from './candidate.ts';
import { LayerCosts } from './layer-costs.ts';

/** Where a candidate would have to run. */
export type Place = Omit<Point, 'network'>;

export interface Found {
  readonly change: ArchitectureChange;
  readonly text: string;
  readonly network: WaveNetNetwork;
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
const pricedWhole = 24;
/** How far the sum of layers may lie above the limit and still be priced whole. */
const nearLimit = 1.04;

interface Sizes {
  readonly weights: number;
  readonly receptiveField: number;
}

/** What is given up, as a share: weights, half as much the receptive field, a little for every step. */
const givenUp = (before: Sizes, after: Sizes, steps: number): number =>
  1 -
  after.weights / before.weights +
  0.5 * (1 - after.receptiveField / before.receptiveField) +
  0.005 * steps;

/** Weights and receptive field without building the network: they are sums over layers. */
const sizesOf = (network: WaveNetNetwork, candidate: Candidate): Sizes => {
  const edited = editWaveNet(network, candidate.change);
  return { weights: weightCount(edited), receptiveField: receptiveField(edited) };
};

const sizeMemo = new WeakMap<WaveNetNetwork, Map<Candidate, Sizes>>();
const candidateMemo = new WeakMap<WaveNetNetwork, readonly Candidate[]>();

const rememberedCandidates = (network: WaveNetNetwork): readonly Candidate[] => {
  const known = candidateMemo.get(network) ?? candidatesOf(network);
  candidateMemo.set(network, known);
  return known;
};

const rememberedSizes = (network: WaveNetNetwork, candidate: Candidate): Sizes => {
  const known = sizeMemo.get(network) ?? new Map<Candidate, Sizes>();
  sizeMemo.set(network, known);
  const sizes = known.get(candidate) ?? sizesOf(network, candidate);
  known.set(candidate, sizes);
  return sizes;
};

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
): Search => {
  const nothing = { candidates: 0, priced: 0, found: [] };
  if (network.kind !== 'wavenet') return { ...nothing, obstacle: 'it is no WaveNet' };
  const obstacle = editObstacle(network);
  if (obstacle !== null) return { ...nothing, obstacle };

  const candidates = rememberedCandidates(network);
  const costs = new LayerCosts(
    network,
    { ...place, copies: 1 },
    candidates.map(({ change }) => change),
  );
  const unchangedEstimate = costs.estimate({});
  if (unchangedEstimate === null) {
    return { ...nothing, obstacle: 'the engine refuses shapes like it' };
  }
  // What the sum of layers misses (caches, copies) is taken as a factor, measured on the original.
  const factor = cyclesNow / unchangedEstimate;
  const before: Sizes = { weights: weightCount(network), receptiveField: receptiveField(network) };
  const ranked = candidates
    .flatMap((candidate) => {
      if (candidate.steps === 0) return [];
      const estimate = costs.estimate(candidate.change);
      if (estimate === null || estimate * factor > limit * nearLimit) return [];
      const lost = givenUp(before, rememberedSizes(network, candidate), candidate.steps);
      return [
        { candidate, lost, merit: (1 - (estimate * factor) / cyclesNow) / Math.max(lost, 1e-6) },
      ];
    })
    // The least change first: what is given up counts, not what is gained beyond the limit.
    .sort((a, b) => a.lost - b.lost || a.candidate.steps - b.candidate.steps)
    .slice(0, pricedWhole);

  const found = ranked.flatMap(({ candidate, lost }): Found[] => {
    const edited = editWaveNet(network, candidate.change);
    const priced = price(new CostBook(), { ...place, network: edited });
    if (priced.engine === null) return [];
    const cyclesPerSample = priced.cost.total.expected / place.blockFrames;
    if (cyclesPerSample > limit) return [];
    const after = rememberedSizes(network, candidate);
    return [
      {
        change: candidate.change,
        text: changeText(candidate.change, network),
        network: edited,
        cyclesPerSample,
        cyclesSavedPerSample: cyclesNow - cyclesPerSample,
        weights: after.weights,
        weightsLost: before.weights - after.weights,
        receptiveField: after.receptiveField,
        receptiveFieldLost: before.receptiveField - after.receptiveField,
        merit: (1 - cyclesPerSample / cyclesNow) / Math.max(lost, 1e-6),
      },
    ];
  });
  return {
    candidates: candidates.length,
    priced: ranked.length,
    found: [...found].sort((a, b) => b.merit - a.merit).slice(0, most),
    obstacle: null,
  };
};
