/** What the searches of one request share: one model's widths on devices, at one setting each. */
import type { ChipProfile } from '../../device/profile.ts';
import { type ArchitectureChange, editWaveNet } from '../../nam/edit-wavenet.ts';
import { type EditedSizes, editedSizes } from '../../nam/edited-sizes.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { remember } from '../../units/remember.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { price } from '../cost/price.ts';
import { type Candidate, candidatesOf } from './candidate.ts';
import { LayerCosts } from './layer-costs.ts';
import { type Place, Probes } from './probes.ts';

/** A candidate with what it leaves and gives up. */
export interface Weighed {
  readonly candidate: Candidate;
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
  readonly costs: LayerCosts;
  readonly wholes: Map<string, Whole>;
}

interface Edited {
  readonly of: WaveNetNetwork;
  readonly key: string;
  readonly network: WaveNetNetwork;
  readonly book: CostBook;
}

export class SearchMemory {
  readonly #probes = new Probes();
  readonly #weighed = new WeakMap<WaveNetNetwork, readonly Weighed[]>();
  readonly #chips = new WeakMap<WaveNetNetwork, WeakMap<ChipProfile, OnChip>>();

  readonly #candidates: (network: WaveNetNetwork) => readonly Candidate[];
  #edited: Edited | null = null;

  /** `candidates`: what is looked at. @default the neighbourhood */
  constructor(candidates: (network: WaveNetNetwork) => readonly Candidate[] = candidatesOf) {
    this.#candidates = candidates;
  }

  /** All candidates of a network without an obstacle, the least change first; the original is none. */
  weighed(network: WaveNetNetwork): readonly Weighed[] {
    const known = this.#weighed.get(network);
    if (known !== undefined) return known;
    const before = editedSizes(network, {});
    const weighed = this.#candidates(network)
      .filter(({ steps }) => steps > 0)
      .map((candidate): Weighed => {
        const sizes = editedSizes(network, candidate.change);
        return { candidate, sizes, lost: givenUp(before, sizes, candidate.steps) };
      })
      .sort((a, b) => a.lost - b.lost || a.candidate.steps - b.candidate.steps);
    this.#weighed.set(network, weighed);
    return weighed;
  }

  costs(network: WaveNetNetwork, place: Place): LayerCosts {
    return this.#onChip(network, place).costs;
  }

  /** The changed network, priced by the machine, once. */
  whole(network: WaveNetNetwork, place: Place, change: ArchitectureChange): Whole {
    const { wholes } = this.#onChip(network, place);
    const key = JSON.stringify(change);
    const known = wholes.get(key);
    if (known !== undefined) return known;
    const edited = this.#edit(network, change, key);
    const priced = price(edited.book, { ...place, network: edited.network });
    const whole = {
      network: edited.network,
      cyclesPerSample:
        priced.engine === null ? null : priced.cost.total.expected / place.blockFrames,
    };
    wholes.set(key, whole);
    return whole;
  }

  /** Only the last one: a change is tried on all devices in turn, and its code is large. */
  #edit(network: WaveNetNetwork, change: ArchitectureChange, key: string): Edited {
    const last = this.#edited;
    if (last !== null && last.of === network && last.key === key) return last;
    this.#edited = {
      of: network,
      key,
      network: editWaveNet(network, change),
      book: new CostBook(),
    };
    return this.#edited;
  }

  #onChip(network: WaveNetNetwork, place: Place): OnChip {
    const chips = remember(this.#chips, network, () => new WeakMap<ChipProfile, OnChip>());
    return remember(chips, place.chip, () => {
      const changes = this.weighed(network).map(({ candidate }) => candidate.change);
      return {
        costs: new LayerCosts(network, place, changes, this.#probes),
        wholes: new Map<string, Whole>(),
      };
    });
  }
}
