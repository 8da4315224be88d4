/** Holds verdicts against what products are known to run and to refuse. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile, Evidence } from '../../device/profile.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { costPoint } from '../cost/cost-point.ts';
import { loadOf, timeBudgetOf } from '../cost/time-budget.ts';
import { familyOf, verdictByEvidence } from '../predict/evidence.ts';
import type { PredictRequest } from '../predict/request.ts';
import type { Verdict } from '../predict/row.ts';
import { verdictOf } from '../predict/verdict.ts';
import { caseModels } from './models.ts';

export type FactRequest = Pick<PredictRequest, 'devices' | 'coreOf' | 'engines' | 'models'>;

export interface CheckedFact {
  readonly device: string;
  /** 'runs 3 x a2-full at 16 frames'. */
  readonly fact: string;
  readonly verdict: Verdict;
  readonly load: number | null;
  /** runs: fits or tight. refuses: over or wont-load. */
  readonly agrees: boolean;
  readonly source: string;
}

const textOf = (e: Evidence): string =>
  [
    e.statement,
    (e.copies ?? 1) > 1 ? `${e.copies} x` : '',
    e.model ?? '',
    e.engine === undefined ? '' : `on ${e.engine}`,
    e.blockFrames === undefined ? '' : `at ${e.blockFrames} frames`,
    e.splitAfterLayers === undefined ? '' : `over two cores after layer ${e.splitAfterLayers}`,
  ]
    .filter((part) => part !== '')
    .join(' ');

const agreeing: Readonly<Partial<Record<Evidence['statement'], readonly Verdict[]>>> = {
  runs: ['fits', 'tight'],
  refuses: ['over', 'wont-load'],
};

/** One entry for every statement about a model that a device makes. */
export const checkFacts = (
  request: FactRequest,
  cache: CostCache = new CostCache(),
): readonly CheckedFact[] => {
  const find = caseModels(request.models, cache);
  const verdictOn = (device: DeviceProfile, e: Evidence, model: string) => {
    const { network, macsPerSample, weights } = find(model, null, null);
    const { copies = 1 } = e;
    const { chip } = device;
    if (chip === null) {
      const { blockFrames } = e;
      const asked = { family: familyOf(network), macsPerSample, weights, copies, blockFrames };
      return { verdict: verdictByEvidence(device.evidence, asked).verdict, load: null };
    }
    const blockFrames = e.blockFrames ?? chip.audio.blockFrames.value;
    const costed = costPoint(cache, {
      network,
      chip,
      core: request.coreOf(audioClusterOf(chip).coreId),
      engines: request.engines,
      engine: e.engine ?? 'auto',
      blockFrames,
      copies,
      splitAfterLayers: e.splitAfterLayers,
    });
    if (costed.engine === null) return { verdict: 'unknown' as const, load: null };
    const budget = timeBudgetOf(chip, blockFrames, chip.audio.sampleRateHz.value);
    const load = loadOf(costed.cost.total, budget).expected;
    const margin = chip.host.marginShare.value;
    return { verdict: verdictOf({ load, margin, memoryFits: costed.room.fits }), load };
  };
  return request.devices.flatMap((device) =>
    device.evidence.flatMap((e): CheckedFact[] => {
      const wanted = agreeing[e.statement];
      if (e.model === undefined || wanted === undefined) return [];
      const { verdict, load } = verdictOn(device, e, e.model);
      const agrees = wanted.includes(verdict);
      return [{ device: device.id, fact: textOf(e), source: e.source, verdict, load, agrees }];
    }),
  );
};
