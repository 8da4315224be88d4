/** Holds verdicts against what products are known to run and to refuse. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile, Evidence } from '../../device/profile.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { price } from '../cost/price.ts';
import { loadOf, timeBudgetOf } from '../cost/time-budget.ts';
import { verdictByEvidence } from '../predict/evidence.ts';
import { familyOf } from '../predict/model-family.ts';
import type { Verdict } from '../predict/row.ts';
import { verdictOf } from '../predict/verdict.ts';
import { CaseModels } from './models.ts';

export interface FactRequest {
  readonly devices: readonly DeviceProfile[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly engines: readonly Engine[];
  readonly models: readonly Model[];
}

export interface JudgedFact {
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

const agrees = (e: Evidence, verdict: Verdict): boolean =>
  e.statement === 'runs'
    ? verdict === 'fits' || verdict === 'tight'
    : verdict === 'over' || verdict === 'wont-load';

/** One entry for every statement about a model that a device makes. */
export const judgeFacts = (
  request: FactRequest,
  book: CostBook = new CostBook(),
): readonly JudgedFact[] => {
  const models = new CaseModels(request.models, book);
  return request.devices.flatMap((device) =>
    device.evidence.flatMap((e): JudgedFact[] => {
      if (e.model === undefined || (e.statement !== 'runs' && e.statement !== 'refuses')) return [];
      const named = models.find(e.model, null, null);
      const copies = e.copies ?? 1;
      const base = { device: device.id, fact: textOf(e), source: e.source };
      const { chip } = device;
      if (chip === null) {
        const { verdict } = verdictByEvidence(device.evidence, {
          family: familyOf(named.network),
          macsPerSample: named.macsPerSample,
          weights: named.weights,
          copies,
        });
        return [{ ...base, verdict, load: null, agrees: agrees(e, verdict) }];
      }
      const blockFrames = e.blockFrames ?? chip.audio.blockFrames.value;
      const priced = price(book, {
        network: named.network,
        chip,
        core: request.coreOf(audioClusterOf(chip).coreId),
        engines: request.engines,
        engine: e.engine ?? 'auto',
        blockFrames,
        copies,
        parallel: false,
        splitAfterLayers: e.splitAfterLayers,
      });
      if (priced.engine === null) {
        return [{ ...base, verdict: 'unknown', load: null, agrees: false }];
      }
      const budget = timeBudgetOf(chip, blockFrames, chip.audio.sampleRateHz.value);
      const load = loadOf(priced.cost.total, budget).expected;
      const margin = chip.host.marginShare.value;
      const verdict = verdictOf({ load, margin, memoryFits: priced.room.fits });
      return [{ ...base, verdict, load, agrees: agrees(e, verdict) }];
    }),
  );
};
