/** Rows by what they hang on: models of one shape share them, and so do predictions that were made before. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Width } from '../../nam/model.ts';
import { textKey } from '../../units/content-key.ts';
import { memoize } from '../../units/memoize.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { modelKeyOf } from '../cost/model-key.ts';
import { nothingMeasured } from './confidence.ts';
import type { Beside, Cell, PredictRequest } from './request.ts';
import type { Outcome } from './row.ts';
import { whatRuns } from './row-of.ts';

/** What was worked out for one model, for another of its shape: they differ in names only. */
export const outcomeFor = (outcome: Outcome, cell: Cell, request: PredictRequest): Outcome => {
  const { beside = [], pathOf } = request;
  if ('skipped' in outcome) return { skipped: { ...outcome.skipped, model: cell.model.id } };
  const devicePath = pathOf?.(cell.device) ?? null;
  return { row: { ...outcome.row, ...whatRuns({ ...cell, beside }), devicePath } };
};

/**
 * The keys of one request's rows: equal keys, equal rows but for names, whatever asked for them. Null where the sound
 * of a model decides, which no key holds.
 */
export const rowKeysOf = (
  request: PredictRequest,
  costs: CostCache,
): ((cell: Cell) => string | null) => {
  const { engine = 'auto', engines, tanh, placement, resample = true, oversample = 1 } = request;
  const { parallel = false, arrangements = false, splitAfterLayers, beside = [] } = request;
  const { measured = nothingMeasured, coreOf, whatIf = false } = request;
  if (request.fidelity !== undefined || request.arguments !== undefined) return () => null;
  const { content } = costs;
  const widths = new Map<Width, string>();
  const devices = new Map<DeviceProfile, string>();
  const ofWidth = ({ model, width }: Beside): string =>
    modelKeyOf(model, width, costs.shape(costs.slimmed(model, width, { whatIf }).network));
  const ofDevice = (device: DeviceProfile): string => {
    const { chip } = device;
    const core = chip && content(coreOf(audioClusterOf(chip).coreId));
    return `${content(device)} ${core} ${measured.shipped?.(device)}`;
  };
  const how = [engine, tanh, placement, resample, oversample, parallel, splitAfterLayers];
  const what = [arrangements, engines.map(({ id }) => id), measured.kinds, beside.map(ofWidth)];
  const options = content([...how, ...what]);
  return (cell) => {
    const { width, device, blockFrames, sampleRateHz, copies, engine: by } = cell;
    const model = memoize(widths, width, () => ofWidth(cell));
    const place = memoize(devices, device, () => ofDevice(device));
    const rest = `${blockFrames} ${sampleRateHz} ${copies} ${by}`;
    // Half of it is as good a name, and many are stored.
    return textKey(`${options} ${model} ${place} ${rest}`).slice(0, 32);
  };
};
