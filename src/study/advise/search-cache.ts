/** What the searches of one request share: one model's widths on devices, at one setting each. */
import type { ChipProfile } from '../../device/profile.ts';
import type { ArchitectureChange, EditedSizes } from '../../nam/edit-wavenet.ts';
import { editedSizes, editWaveNet } from '../../nam/edit-wavenet.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { costPoint } from '../cost/cost-point.ts';
import { type Candidate, candidatesOf } from './candidate.ts';
import { type Estimate, estimateOf } from './layer-costs.ts';
import { newProbe, type Place } from './probes.ts';

/** A candidate with what it leaves and gives up. */
export interface Weighed extends Candidate {
  readonly sizes: EditedSizes;
  /** As a share: weights, half as much the receptive field, a little for every step. */
  readonly lost: number;
}

export interface Whole {
  readonly network: WaveNetNetwork;
  /** Null where every engine refuses it. */
  readonly cyclesPerSample: number | null;
}

const givenUp = (before: EditedSizes, after: EditedSizes, steps: number): number =>
  1 -
  after.weights / before.weights +
  0.5 * Math.max(0, 1 - after.receptiveField / before.receptiveField) +
  0.005 * steps;

interface OnChip {
  readonly estimate: Estimate;
  readonly wholes: Map<string, Whole>;
}

export class SearchCache {
  readonly #probe = newProbe();
  readonly #weighed = new WeakMap<WaveNetNetwork, readonly Weighed[]>();
  readonly #chips = new WeakMap<WaveNetNetwork, WeakMap<ChipProfile, OnChip>>();
  readonly #candidates: (network: WaveNetNetwork) => readonly Candidate[];
  /** Only the last one: a change is tried on all devices in turn, and its code is large. */
  #edited: { of: WaveNetNetwork; key: string; network: WaveNetNetwork; cache: CostCache } | null =
    null;

  /** `candidates`: what is looked at. @default the neighbourhood */
  constructor(candidates: (network: WaveNetNetwork) => readonly Candidate[] = candidatesOf) {
    this.#candidates = candidates;
  }

  /** All candidates of a network without an obstacle, the least change first; the original is none. */
  weighed(network: WaveNetNetwork): readonly Weighed[] {
    return memoize(this.#weighed, network, () => {
      const before = editedSizes(network, {});
      return this.#candidates(network)
        .filter(({ steps }) => steps > 0)
        .map((candidate): Weighed => {
          const sizes = editedSizes(network, candidate.change);
          return { ...candidate, sizes, lost: givenUp(before, sizes, candidate.steps) };
        })
        .sort((a, b) => a.lost - b.lost || a.steps - b.steps);
    });
  }

  /** What a change of the network would cost at the place, added up from its layers. */
  estimate(network: WaveNetNetwork, place: Place): Estimate {
    return this.#onChip(network, place).estimate;
  }

  /** The changed network, costed by the machine, once. */
  whole(network: WaveNetNetwork, place: Place, change: ArchitectureChange): Whole {
    const key = JSON.stringify(change);
    return memoize(this.#onChip(network, place).wholes, key, () => {
      if (this.#edited?.of !== network || this.#edited.key !== key) {
        const edited = editWaveNet(network, change);
        this.#edited = { of: network, key, network: edited, cache: new CostCache() };
      }
      const { cache, network: edited } = this.#edited;
      const costed = costPoint(cache, { ...place, network: edited });
      const cyclesPerSample =
        costed.engine === null ? null : costed.cost.total.expected / place.blockFrames;
      return { network: edited, cyclesPerSample };
    });
  }

  #onChip(network: WaveNetNetwork, place: Place): OnChip {
    const chips = memoize(this.#chips, network, () => new WeakMap<ChipProfile, OnChip>());
    return memoize(chips, place.chip, () => {
      const changes = this.weighed(network).map(({ change }) => change);
      const estimate = estimateOf(network, place, changes, this.#probe);
      return { estimate, wholes: new Map<string, Whole>() };
    });
  }
}
