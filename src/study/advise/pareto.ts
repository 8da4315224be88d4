/** The architectures of which none is both cheaper and larger: cost over several devices against weights. */
import { editedSizes } from '../../nam/edited-sizes.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import type { Steps } from '../cost/steps.ts';
import { type Candidate, candidatesOf, changeText } from './candidate.ts';
import { LayerCosts } from './layer-costs.ts';
import { type Place, Probes } from './probes.ts';

/** A device and what its chip leaves to one copy. */
export interface ParetoDevice {
  readonly device: string;
  readonly place: Place;
  readonly budgetCyclesPerSample: number;
}

export interface ParetoPoint {
  readonly text: string;
  readonly weights: number;
  /** The largest load over all devices, of one copy, added up from its layers. */
  readonly worstLoad: number;
  readonly worstDevice: string;
}

interface Judged {
  readonly candidate: Candidate;
  readonly worstLoad: number;
  readonly worstDevice: string;
}

/** At most this many points are kept, evenly over the front. */
const mostPoints = 24;

const thin = <T>(items: readonly T[]): readonly T[] => {
  if (items.length <= mostPoints) return items;
  const step = (items.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, i) => items[Math.round(i * step)] as T);
};

export function* paretoSteps(
  network: WaveNetNetwork,
  devices: readonly ParetoDevice[],
): Steps<readonly ParetoPoint[]> {
  // Closer taps are cheaper by a little and keep every weight; what they give up has no axis here.
  const candidates = candidatesOf(network).filter(
    ({ change }) => change.dilationShare === undefined,
  );
  const changes = candidates.map(({ change }) => change);
  const probes = new Probes();
  const tables = devices.map((device) => ({
    device,
    costs: new LayerCosts(network, { ...device.place, copies: 1 }, changes, probes),
  }));
  const judged: Judged[] = [];
  for (const [c, candidate] of candidates.entries()) {
    let worst: Judged | null = { candidate, worstLoad: 0, worstDevice: '' };
    for (const { device, costs } of tables) {
      yield c / candidates.length;
      const cycles = costs.estimate(candidate.change);
      if (cycles === null) {
        worst = null;
        break;
      }
      const load = cycles / device.budgetCyclesPerSample;
      if (load > worst.worstLoad)
        worst = { candidate, worstLoad: load, worstDevice: device.device };
    }
    if (worst !== null) judged.push(worst);
  }
  const cheapestFirst = judged
    .map((entry) => ({
      ...entry,
      weights: editedSizes(network, entry.candidate.change).weights,
    }))
    .sort((a, b) => a.worstLoad - b.worstLoad || b.weights - a.weights);
  let most = -1;
  const front = cheapestFirst.filter(({ weights }) => {
    if (weights <= most) return false;
    most = weights;
    return true;
  });
  return thin(front).map(({ candidate, worstLoad, worstDevice, weights }) => ({
    text: changeText(candidate.change, network),
    weights,
    worstLoad,
    worstDevice,
  }));
}
