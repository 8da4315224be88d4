/** The architectures of which none is both cheaper and larger: cost over several devices against weights. */
import { editedSizes } from '../../nam/edit-wavenet.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import type { Steps } from '../cost/steps.ts';
import { timeBudgetOf } from '../cost/time-budget.ts';
import type { DeviceAdvice } from './advise.ts';
import { candidatesOf, changeText } from './candidate.ts';
import { estimateOf } from './layer-costs.ts';
import { newProbe } from './probes.ts';
import type { AdviseRequest } from './request.ts';
import { Judge } from './standing.ts';

export interface ParetoPoint {
  readonly text: string;
  readonly weights: number;
  /** The largest load over all devices, of one copy, added up from its layers. */
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

/** Of the devices that have a chip; `advices` are theirs, in the order of the request. */
export function* paretoSteps(
  network: WaveNetNetwork,
  request: AdviseRequest,
  advices: readonly DeviceAdvice[],
): Steps<readonly ParetoPoint[]> {
  // Closer taps are cheaper by a little and keep every weight; what they give up has no axis here.
  const all = candidatesOf(network).map(({ change }) => change);
  const changes = all.filter(({ dilationShare }) => dilationShare === undefined);
  const probe = newProbe();
  const tables = request.devices.flatMap((device, i) => {
    const { id, chip } = device;
    const { engine = null, blockFrames = 0 } = advices[i] ?? {};
    if (chip === null || engine === null) return [];
    const judge = new Judge(request, device, chip);
    const place = judge.place(judge.setting({ blockFrames, copies: 1 }));
    const budget = timeBudgetOf(chip, blockFrames, chip.audio.sampleRateHz.value);
    const limit = budget.cyclesPerBlock.expected / blockFrames;
    return [{ id, limit, estimate: estimateOf(network, place, changes, probe) }];
  });
  const points: ParetoPoint[] = [];
  for (const [c, change] of changes.entries()) {
    let [worstLoad, worstDevice] = [0, ''];
    for (const { id, limit, estimate } of tables) {
      yield c / changes.length;
      const load = (estimate(change) ?? Infinity) / limit;
      if (load > worstLoad) [worstLoad, worstDevice] = [load, id];
    }
    if (worstLoad === Infinity) continue;
    const { weights } = editedSizes(network, change);
    points.push({ text: changeText(change, network), weights, worstLoad, worstDevice });
  }
  let most = -1;
  const front = points
    .sort((a, b) => a.worstLoad - b.worstLoad || b.weights - a.weights)
    .filter(({ weights }) => {
      const isMore = weights > most;
      if (isMore) most = weights;
      return isMore;
    });
  return thin(front);
}
