/** Holds verdicts against what products are known to run and to refuse. */
import type { DeviceProfile, Evidence } from '../../device/profile.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { predict } from '../predict/predict.ts';
import type { PredictRequest } from '../predict/request.ts';
import type { PredictRow, Verdict } from '../predict/row.ts';
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
  const rowOn = (device: DeviceProfile, e: Evidence, name: string): PredictRow | undefined => {
    const { model, width } = find(name, null, null);
    const { engine, splitAfterLayers, copies = 1 } = e;
    const asked = { engine, splitAfterLayers, width: width.label, copies: [copies] };
    const blockFrames = e.blockFrames === undefined ? undefined : [e.blockFrames];
    const how = { ...asked, blockFrames };
    return predict({ ...request, models: [model], devices: [device], ...how }, cache).rows[0];
  };
  return request.devices.flatMap((device) =>
    device.evidence.flatMap((e): CheckedFact[] => {
      const wanted = agreeing[e.statement];
      if (e.model === undefined || wanted === undefined) return [];
      const row = rowOn(device, e, e.model);
      if (row === undefined) return [];
      const { verdict, load } = row;
      const said = { device: device.id, fact: textOf(e), source: e.source, verdict };
      return [{ ...said, load: load?.expected ?? null, agrees: wanted.includes(verdict) }];
    }),
  );
};
